import type { AttributeMap, AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { cutText, safeText } from '@spanledger/schemas/events/safe-text'

const maxTextLength = 256
const maxEntries = 64
const maxDepth = 3

const usageEventFields = [
  'event_id',
  'at',
  'provider',
  'model',
  'response_id',
  'usage',
  'usage_format',
  'service_tier',
  'region',
  'billing_account',
  'operation',
  'attribution',
  'latency_ms',
  'ttft_ms',
  'status',
  'error_type',
  'result_cache',
  'quality_score',
  'reported_cost',
  'trace_id',
  'span_id',
] as const

/** A refused event for the dead letters: the fields of the contract only, since any other could hold content. */
export function scrubUsageEvent(event: unknown): string {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return JSON.stringify(null)
  const kept: [string, unknown][] = []
  for (const field of usageEventFields) {
    const value = (event as Record<string, unknown>)[field]
    if (value !== undefined) kept.push([field, bounded(value, 1)])
  }
  return JSON.stringify(Object.fromEntries(kept))
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
