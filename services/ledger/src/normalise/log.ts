import type { RecordAttribution } from '@spanledger/schemas/attribution/attribution'
import type { OtlpLog } from '@spanledger/schemas/events/otlp'
import { reject } from '@spanledger/schemas/result'
import type { LogParts } from '../dialects/log-dialect.ts'
import type { Observation } from '../observation.ts'
import type { Judged } from './judged.ts'
import { observeRecord, usableId } from './record.ts'

/** What a dialect read of an event that is a request, as an observation; or why it cannot be charged. */
export function observeLog(
  log: OtlpLog,
  dialect: string,
  parts: LogParts,
  who: RecordAttribution,
  tenant: string,
  receivedAt: number,
): Judged<Observation> {
  const eventId = usableId(parts.eventId)
  if (eventId === undefined && usableId(parts.responseId) === undefined) {
    return reject(
      'ID_MISSING',
      'no request id, and no session with a time or sequence: nothing to know this request by',
    )
  }
  const record = {
    source: 'log' as const,
    dialect,
    scope: log.scope.name,
    // A link for people: without a span it connects nothing, for many events lie in one span.
    traceId: log.traceId === '' ? undefined : log.traceId,
    spanId: undefined,
    parentSpanId: undefined,
    eventId,
    startMs: parts.startMs,
    latencyMs: parts.latencyMs,
    inputCharacters: undefined,
    outputCharacters: undefined,
  }
  return observeRecord(record, parts, who, tenant, receivedAt)
}
