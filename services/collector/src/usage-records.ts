import type { RejectCode } from '@spanledger/schemas/codes'
import { deriveEventId } from '@spanledger/schemas/events/derive-event-id'
import { isObject } from '@spanledger/schemas/events/event-fields'
import { topics } from '@spanledger/schemas/events/topics'
import { readUsageEvent } from '@spanledger/schemas/events/usage-event'
import type { LogRecord } from '@spanledger/runtime/event-log/port'
import type { EncodeUsage } from './usage-encoder.ts'

export interface RejectedEvent {
  /** Position in the array, or among the lines that are not blank. */
  readonly index: number
  readonly code: RejectCode
  readonly message: string
}

export interface UsageRecords {
  readonly records: readonly LogRecord[]
  readonly rejected: readonly RejectedEvent[]
}

export interface UsageRecordOptions {
  readonly headers: Readonly<Record<string, string>> | undefined
  /** Give events without any id one that is made from their content. */
  readonly deriveId: boolean
  readonly nowMs: number
  readonly encode: EncodeUsage
}

/** Events as records of the log, keyed by identity: response id, else trace id, else event id. */
export function toUsageRecords(events: Iterable<ParsedEvent>, options: UsageRecordOptions): UsageRecords {
  const { headers, deriveId, nowMs, encode } = options
  const records: LogRecord[] = []
  const rejected: RejectedEvent[] = []
  let index = 0
  for (const parsed of events) {
    if ('problem' in parsed) rejected.push({ index, ...parsed.problem })
    else {
      const read = readUsageEvent(deriveId ? withDerivedId(parsed.value) : parsed.value, nowMs)
      if (read.kind === 'ok') {
        const { value: event } = read
        const key = event.response_id ?? event.trace_id ?? event.event_id ?? ''
        const value = encode(event)
        records.push(
          headers ? { topic: topics.usageEvents, key, value, headers } : { topic: topics.usageEvents, key, value },
        )
      } else if (read.kind === 'reject') rejected.push({ index, code: read.reason, message: read.message })
    }
    index++
  }
  return { records, rejected }
}

export type ParsedEvent =
  | { readonly value: unknown }
  | { readonly problem: { readonly code: RejectCode; readonly message: string } }

function withDerivedId(value: unknown): unknown {
  if (!isObject(value)) return value
  const { event_id: eventId, response_id: responseId } = value
  if ((eventId ?? '') !== '' || (responseId ?? '') !== '') return value
  const derived = deriveEventId(value)
  return derived === undefined ? value : { ...value, event_id: derived }
}
