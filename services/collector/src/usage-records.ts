import type { RejectCode } from '@spanledger/schemas/codes'
import { deriveEventId } from '@spanledger/schemas/events/derive-event-id'
import { isObject } from '@spanledger/schemas/events/event-fields'
import { topics } from '@spanledger/schemas/events/topics'
import { readUsageEvent, type UsageEvent } from '@spanledger/schemas/events/usage-event'
import type { LogRecord } from '@spanledger/runtime/event-log/port'
import type { Strictness } from './strictness.ts'
import type { EncodeUsage } from './usage-encoder.ts'
import type { UsageQuery } from './usage-route.ts'

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
  /** `derive_id=content`: events without any id get one that is made from their content; `usage_format` is for all. */
  readonly query: UsageQuery
  readonly nowMs: number
  readonly encode: EncodeUsage
  readonly strictness: Pick<Strictness, 'problemOf'>
}

/** Events as records of the log, keyed by identity: response id, else trace id, else event id. */
export function toUsageRecords(events: Iterable<ParsedEvent>, options: UsageRecordOptions): UsageRecords {
  const { headers, query, nowMs, encode, strictness } = options
  const records: LogRecord[] = []
  const rejected: RejectedEvent[] = []
  let index = 0
  for (const parsed of events) {
    if ('problem' in parsed) rejected.push({ index, ...parsed.problem })
    else {
      const read = readUsageEvent(asAsked(parsed.value, query), nowMs)
      const lacks = read.kind === 'ok' ? strictness.problemOf(read.value) : undefined
      if (lacks !== undefined) rejected.push({ index, code: 'ATTRIBUTION_MISSING', message: lacks })
      else if (read.kind === 'ok') {
        const { value: event } = read
        const key = keyOf(event)
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

/** An id that LiteLLM made up is the response id of its spans: where theirs go, goes this. */
const litellmPrefix = 'litellm:'

function keyOf(event: UsageEvent): string {
  const id = event.response_id ?? event.trace_id ?? event.event_id ?? ''
  return id.startsWith(litellmPrefix) ? id.slice(litellmPrefix.length) : id
}

function asAsked(value: unknown, { derive_id: derive, usage_format: format }: UsageQuery): unknown {
  const named = format !== undefined && isObject(value) && (value['usage_format'] ?? '') === ''
  const whole = named ? { ...value, usage_format: format } : value
  return derive === 'content' ? withDerivedId(whole) : whole
}

function withDerivedId(value: unknown): unknown {
  if (!isObject(value)) return value
  const { event_id: eventId, response_id: responseId } = value
  if ((eventId ?? '') !== '' || (responseId ?? '') !== '') return value
  const derived = deriveEventId(value)
  return derived === undefined ? value : { ...value, event_id: derived }
}
