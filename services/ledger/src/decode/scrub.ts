import { dimensions } from '@spanledger/schemas/events/dimensions'
import type { AttributeMap, AttributeValue, OtlpLog, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { isObject } from '@spanledger/schemas/events/event-fields'
import { cutText, safeText } from '@spanledger/schemas/events/safe-text'
import type { usageEventSchema } from '@spanledger/schemas/events/usage-event-schema'

const maxTextLength = 256
const maxEntries = 64
const maxDepth = 3

type Scrub = (value: unknown) => unknown

/** Every field of the contract, in the order in which a dead letter shows them. */
const usageEventFields: Readonly<Record<keyof (typeof usageEventSchema)['shape'], Scrub>> = {
  event_id: scalarOf,
  at: scalarOf,
  provider: scalarOf,
  model: scalarOf,
  response_id: scalarOf,
  usage: (value) => countsOf(value, 1),
  usage_format: scalarOf,
  service_tier: scalarOf,
  region: scalarOf,
  billing_account: scalarOf,
  operation: scalarOf,
  attribution: attributionOf,
  latency_ms: scalarOf,
  ttft_ms: scalarOf,
  status: scalarOf,
  error_type: scalarOf,
  result_cache: scalarOf,
  quality_score: scalarOf,
  reported_cost: scalarOf,
  trace_id: scalarOf,
  span_id: scalarOf,
}

/**
 * A refused event for the dead letters: what the contract has, as the contract has it, since anything else could be
 * content. Of the usage only counts, of a field that is a text or number only that.
 */
export function scrubUsageEvent(event: unknown): string {
  if (!isObject(event)) return JSON.stringify(null)
  const kept: [string, unknown][] = []
  for (const [field, scrub] of Object.entries(usageEventFields)) {
    const value = event[field]
    if (value !== undefined) kept.push([field, scrub(value)])
  }
  return JSON.stringify(Object.fromEntries(kept))
}

function attributionOf(value: unknown): unknown {
  if (!isObject(value)) return scalarOf(value)
  const kept: [string, unknown][] = dimensions
    .filter((dimension) => value[dimension] !== undefined)
    .map((dimension) => [dimension, scalarOf(value[dimension])])
  if (isObject(value['tags'])) kept.push(['tags', tagsOf(value['tags'])])
  return Object.fromEntries(kept)
}

function tagsOf(tags: Readonly<Record<string, unknown>>): unknown {
  const few = Object.entries(tags).slice(0, maxEntries)
  return Object.fromEntries(few.map(([key, tag]) => [cutText(safeText(key), maxTextLength), scalarOf(tag)]))
}

const countName = /^[\w.-]{1,64}$/
const countText = /^[-+]?[\d.]{1,40}(?:[eE][-+]?\d{1,4})?$/
/** Of one level: more than any provider's usage has. */
const maxCounts = 24

/** The numbers of a provider's usage, under names that can be a field's. */
function countsOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return countText.test(value) ? value : null
  if (!isObject(value)) return typeof value === 'object' ? null : bounded(value, 1)
  if (depth > maxDepth) return null
  const kept = Object.entries(value).filter(([key]) => countName.test(key))
  return Object.fromEntries(kept.slice(0, maxCounts).map(([key, inner]) => [key, countsOf(inner, depth + 1)]))
}

function scalarOf(value: unknown): unknown {
  return typeof value === 'object' ? null : bounded(value, 1)
}

/** A refused span for the dead letters. Its attributes are the ones that decoding keeps, so none holds content. */
export function scrubSpan(span: OtlpSpan): string {
  return JSON.stringify({
    scope: span.scope,
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    name: bounded(span.name, 1),
    kind: span.kind,
    start_ms: span.startMs,
    end_ms: span.endMs,
    status_code: span.statusCode,
    resource: bounded(span.resource.attributes, 1),
    attributes: bounded(span.attributes, 1),
  })
}

/** The same of a refused log record, whose texts are names. */
export function scrubLog(log: OtlpLog): string {
  return JSON.stringify({
    scope: log.scope,
    trace_id: log.traceId,
    span_id: log.spanId,
    time_ms: log.timeMs,
    observed_ms: log.observedMs,
    event_name: log.eventName,
    body: log.body,
    resource: bounded(log.resource.attributes, 1),
    attributes: bounded(log.attributes, 1),
  })
}

/** JSON of bounded depth, width and length; integers above 2^53 as digits. */
function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cutText(safeText(value), maxTextLength)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > maxDepth) return null
  if (Array.isArray(value)) return value.slice(0, maxEntries).map((item) => bounded(item, depth + 1))
  const entries: Iterable<[string, AttributeValue]> =
    value instanceof Map ? (value as AttributeMap) : Object.entries(value as Record<string, AttributeValue>)
  const kept: [string, unknown][] = []
  for (const [key, inner] of entries) {
    if (kept.length === maxEntries) break
    kept.push([cutText(safeText(key), maxTextLength), bounded(inner, depth + 1)])
  }
  return Object.fromEntries(kept)
}
