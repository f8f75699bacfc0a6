import { type Dimension, dimensions } from '@spanledger/schemas/events/dimensions'
import { maxIdLength, maxTags, maxTextLength } from '@spanledger/schemas/events/event-fields'
import { judgeEventTime } from '@spanledger/schemas/events/event-time'
import { exactDecimal } from '@spanledger/schemas/events/exact-decimal'
import { isSafeText } from '@spanledger/schemas/events/safe-text'
import { maxCount, type Usage, type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import { findContradiction } from '@spanledger/schemas/events/usage-counts'
import {
  isResultHit,
  maxDurationMs,
  maxQualityScore,
  resultCaches,
  type UsageEvent,
  usageEventStatuses,
  usageEventWarnings,
} from '@spanledger/schemas/events/usage-event'
import { AvroReader } from './avro-reader.ts'
import { createTextTable, type TextTable } from './text-table.ts'
import { wireHeaderBytes } from './wire-format.ts'

type Draft = { -readonly [field in keyof UsageEvent]: UsageEvent[field] }

const traceId = /^(?!0+$)[0-9a-f]{32}$/
const spanId = /^(?!0+$)[0-9a-f]{16}$/
const longestSpecial = 64

/**
 * The fast way for what nearly every record is: written with exactly `usage-event.v1.avsc`, with nothing in it that
 * `readUsageEvent` would change or refuse. For such a record it gives what `readUsageEvent` gives, and undefined for any
 * other, which then takes the slow way: so there is one set of rules, and a test holds this to it.
 */
export function createUsageEventDecoder(): (value: Uint8Array, receivedAtMs: number) => UsageEvent | undefined {
  const from = new AvroReader()
  const labels = createTextTable(isFitLabel)

  return function decodeUsageEvent(value, receivedAtMs) {
    from.begin(value, wireHeaderBytes)
    const eventId = from.present() ? from.uniqueText(maxIdLength) : undefined
    const responseId = from.present() ? from.uniqueText(maxIdLength) : undefined
    const event: Draft = {
      at: from.long(),
      provider: from.knownText(labels),
      model: from.knownText(labels),
      status: 'ok',
      result_cache: 'none',
      attribution: noAttribution,
      tags: noTags,
      warnings: noWarnings,
    }
    if (eventId !== undefined) event.event_id = eventId
    else if (responseId === undefined) return undefined
    if (responseId !== undefined) event.response_id = responseId
    if (from.failed || judgeEventTime(event.at, receivedAtMs) !== undefined) return undefined
    readUsage(from, event)
    if (from.knownText(labels) !== 'canonical' || from.present()) return undefined
    readLabels(from, event, labels)
    if (from.present()) readWho(from, event, labels)
    readNumbers(from, event)
    readOutcome(from, event, labels)
    if (!readRest(from, event, labels) || from.failed || !from.ended || !isComplete(event)) return undefined
    return event
  }
}

const noAttribution = Object.freeze({})
const noTags = Object.freeze({})
const noWarnings: readonly never[] = Object.freeze([])

/** Not empty, and the same after what `readUsageEvent` does to labels. */
function isFitLabel(text: string): boolean {
  return text !== '' && text.length <= maxTextLength && text.trim() === text && isSafeText(text)
}

function readUsage(from: AvroReader, event: Draft): void {
  if (!from.present()) return
  const usage: { -readonly [field in UsageField]?: number } = {}
  let empty = true
  for (const field of usageFields) {
    if (!from.present()) continue
    // Audio is a decimal text: rare enough for the slow way.
    if (field === 'audio_microseconds') from.failed = true
    const count = from.long()
    if (count > maxCount) from.failed = true
    usage[field] = count
    empty = false
  }
  if (empty || from.failed) return
  if (usage.cache_write_tokens === undefined && hasSplitWrites(usage)) from.failed = true
  if (findContradiction(usage) !== undefined) from.failed = true
  event.usage = usage
}

/** Their total is still to be filled in. */
function hasSplitWrites(usage: Usage): boolean {
  return (
    usage.cache_write_5m_tokens !== undefined ||
    usage.cache_write_1h_tokens !== undefined ||
    usage.cache_write_30m_tokens !== undefined ||
    usage.cache_write_12h_tokens !== undefined
  )
}

function readLabels(from: AvroReader, event: Draft, labels: TextTable): void {
  if (from.present()) event.service_tier = from.knownText(labels)
  if (from.present()) event.region = from.knownText(labels)
  if (from.present()) event.billing_account = from.knownText(labels)
  if (from.present()) event.operation = from.knownText(labels)
}

function readWho(from: AvroReader, event: Draft, labels: TextTable): void {
  const attribution: { [dimension in Dimension]?: string } = {}
  for (const dimension of dimensions) {
    if (from.present()) attribution[dimension] = from.knownText(labels)
  }
  event.attribution = attribution
  let count = from.long()
  if (count === 0) return
  if (count > maxTags) from.failed = true
  const tags: Record<string, string> = {}
  for (let last = ''; count > 0 && !from.failed; count--) {
    const key = from.knownText(labels)
    // Sorted and without repeats, as `readUsageEvent` leaves them; this name is not a name like others in an object.
    if (key <= last || key === '__proto__') from.failed = true
    tags[key] = from.knownText(labels)
    last = key
  }
  if (from.long() !== 0) from.failed = true
  event.tags = tags
}

function readNumbers(from: AvroReader, event: Draft): void {
  if (from.present()) event.latency_ms = within(from, 0, maxDurationMs)
  if (from.present()) event.ttft_ms = within(from, 0, maxDurationMs)
}

function within(from: AvroReader, least: number, most: number): number {
  const value = from.double()
  if (!(value >= least && value <= most)) from.failed = true
  return value + 0
}

function readOutcome(from: AvroReader, event: Draft, labels: TextTable): void {
  event.status = oneOf(from, from.knownText(labels), usageEventStatuses)
  if (from.present()) event.error_type = from.knownText(labels)
  event.result_cache = oneOf(from, from.knownText(labels), resultCaches)
  if (from.present()) event.quality_score = within(from, -maxQualityScore, maxQualityScore)
}

function oneOf<T extends string>(from: AvroReader, text: string, values: readonly [T, ...T[]]): T {
  for (const value of values) if (value === text) return value
  from.failed = true
  return values[0]
}

/** The only one that is often there. */
const truncated = usageEventWarnings.slice(0, 1)

function readRest(from: AvroReader, event: Draft, labels: TextTable): boolean {
  if (from.present()) {
    const written = from.uniqueText(longestSpecial)
    const exact = exactDecimal(written)
    if (exact === undefined) return false
    event.reported_cost = exact
  }
  if (from.present()) {
    event.trace_id = from.uniqueText(longestSpecial)
    if (!traceId.test(event.trace_id)) return false
  }
  if (from.present()) {
    event.span_id = from.uniqueText(longestSpecial)
    if (!spanId.test(event.span_id)) return false
  }
  const warnings = from.long()
  if (warnings === 0) return true
  if (warnings !== 1 || from.knownText(labels) !== truncated[0] || from.long() !== 0) return false
  event.warnings = truncated
  return true
}

function isComplete({ usage, status, result_cache: cache }: Draft): boolean {
  return usage !== undefined || status !== 'ok' || isResultHit(cache)
}
