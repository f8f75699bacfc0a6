import type { RejectCode } from '@spanledger/schemas/codes'
import { maxIdLength } from '@spanledger/schemas/events/event-fields'
import { judgeEventTime } from '@spanledger/schemas/events/event-time'
import { isGenAiScope, marksGenAi } from '@spanledger/schemas/events/genai-markers'
import { lifted } from '@spanledger/schemas/events/lifted'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { topics } from '@spanledger/schemas/events/topics'
import type { LogRecord } from '@spanledger/runtime/event-log/port'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'

export interface SpanRecords {
  readonly records: readonly LogRecord[]
  readonly accepted: number
  readonly rejected: ReadonlyMap<RejectCode, number>
  /** Spans that have nothing to do with an LLM. */
  readonly notGenAi: number
  /** The records would take more than `maxBytes`: those made so far are to be thrown away. */
  readonly tooLarge: boolean
}

/** A record holds at most so many spans: a long trace without response ids must not become one huge record. */
const maxSpansPerRecord = 100
/** Well below what a log takes as one record; one span with its resource is never that large. */
const maxRecordBytes = 512 * 1024

/**
 * Spans as records of the log, keyed by identity (response id, else trace id), so that the reports of one request meet
 * in one partition whatever batch or producer they come from. A resource is written into each of them, so they may take
 * many times what the request did.
 */
export function toSpanRecords(
  spans: readonly OtlpSpan[],
  headers: Readonly<Record<string, string>> | undefined,
  nowMs: number,
  maxBytes = Number.POSITIVE_INFINITY,
): SpanRecords {
  const groups = new Map<string, OtlpSpan[]>()
  const rejected = new Map<RejectCode, number>()
  let accepted = 0
  let notGenAi = 0
  for (const span of spans) {
    if (!isGenAi(span)) {
      notGenAi++
      continue
    }
    const problem = findProblem(span, nowMs)
    if (problem !== undefined) {
      rejected.set(problem, (rejected.get(problem) ?? 0) + 1)
      continue
    }
    accepted++
    const key = identityKey(span)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [span])
    else group.push(span)
  }
  const records: LogRecord[] = []
  let bytes = 0
  for (const [key, group] of groups) {
    for (const value of encodeWithin(group)) {
      records.push({ topic: topics.spans, key, value, ...(headers && { headers }) })
      bytes += value.length
      if (bytes > maxBytes) return { records, accepted, rejected, notGenAi, tooLarge: true }
    }
  }
  return { records, accepted, rejected, notGenAi, tooLarge: false }
}

function* encodeWithin(spans: readonly OtlpSpan[]): Generator<Uint8Array> {
  if (spans.length <= maxSpansPerRecord) {
    const value = encodeTraces(spans)
    if (value.length <= maxRecordBytes || spans.length === 1) return yield value
  }
  const first = spans.length <= maxSpansPerRecord ? Math.ceil(spans.length / 2) : maxSpansPerRecord
  yield* encodeWithin(spans.slice(0, first))
  yield* encodeWithin(spans.slice(first))
}

function isGenAi(span: OtlpSpan): boolean {
  for (const key of span.attributes.keys()) if (marksGenAi(key)) return true
  return isGenAiScope(span.scope.name)
}

function findProblem(span: OtlpSpan, nowMs: number): RejectCode | undefined {
  if (span.traceId === '' || span.spanId === '') return 'SPAN_ID_INVALID'
  // without a start, the ledger takes the time at which the log accepted the record
  return span.startMs === undefined ? undefined : judgeEventTime(span.startMs, nowMs)
}

function identityKey(span: OtlpSpan): string {
  const { attributes } = span
  const id =
    attributes.get('gen_ai.response.id') ?? attributes.get('ai.response.id') ?? attributes.get(lifted.responseId)
  // The ledger takes a longer one for none either.
  return typeof id === 'string' && id !== '' && id.length <= maxIdLength ? id : span.traceId
}
