import type { RecordAttribution } from '@spanledger/schemas/attribution/attribution'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { reject } from '@spanledger/schemas/result'
import type { SpanParts } from '../dialects/dialect.ts'
import type { Observation } from '../observation.ts'
import type { Judged } from './judged.ts'
import { observeRecord, usableId } from './record.ts'

/** What a dialect read of a leaf span, as an observation; or why it cannot be charged. */
export function observeSpan(
  span: OtlpSpan,
  dialect: string,
  parts: SpanParts,
  who: RecordAttribution,
  tenant: string,
  receivedAt: number,
): Judged<Observation> {
  const hasSpanId = span.traceId !== '' && span.spanId !== ''
  if (!hasSpanId && usableId(parts.responseId) === undefined) {
    return reject(
      'SPAN_ID_INVALID',
      'no valid trace id and span id, and no response id: nothing to know this request by',
    )
  }
  const record = {
    source: 'span' as const,
    dialect,
    scope: span.scope.name,
    traceId: hasSpanId ? span.traceId : undefined,
    spanId: hasSpanId ? span.spanId : undefined,
    parentSpanId: hasSpanId && span.parentSpanId !== '' ? span.parentSpanId : undefined,
    eventId: undefined,
    startMs: span.startMs,
    latencyMs: span.startMs === undefined || span.endMs === undefined ? undefined : span.endMs - span.startMs,
  }
  return observeRecord(record, parts, who, tenant, receivedAt)
}
