import type { RejectCode, WarningCode } from '../codes.ts'
import { ok, reject, type Result } from '../result.ts'
import { type Attribution, type Dimension, dimensions } from './dimensions.ts'
import { EventFields, isObject } from './event-fields.ts'
import { judgeEventTime, readIsoTime } from './event-time.ts'
import { exactDecimal } from './exact-decimal.ts'
import { fromLitellmStandard, isLitellmStandard } from './litellm-standard.ts'
import { type Usage, type UsageFormat, usageFormats } from './usage.ts'
import { readUsage } from './usage-formats.ts'

export const usageEventStatuses = ['ok', 'error', 'aborted'] as const
export const resultCaches = ['exact_hit', 'semantic_hit', 'miss', 'none'] as const
export const maxQualityScore = 1e9
export const maxDurationMs = 1e9

/** What a stored event may say of itself; `USAGE_MISSING`: the request succeeded, and its source knows of no usage. */
export const usageEventWarnings = [
  'ATTRIBUTE_TRUNCATED',
  'SEMANTICS_CONFLICT',
  'USAGE_ESTIMATED',
  'USAGE_MISSING',
] as const satisfies readonly WarningCode[]
export type UsageEventWarning = (typeof usageEventWarnings)[number]

/** One request as `POST /v1/usage` was told of it: only known fields, checked, canonical. Absent: not reported. */
export interface UsageEvent {
  /** At least one of the two ids is there. */
  readonly event_id?: string
  readonly response_id?: string
  /** Start of the request, whole milliseconds since the epoch. */
  readonly at: number
  readonly provider: string
  readonly model: string
  readonly usage?: Usage
  readonly service_tier?: string
  readonly region?: string
  readonly billing_account?: string
  readonly operation?: string
  readonly attribution: Attribution
  readonly tags: Readonly<Record<string, string>>
  readonly latency_ms?: number
  readonly ttft_ms?: number
  readonly status: (typeof usageEventStatuses)[number]
  readonly error_type?: string
  readonly result_cache: (typeof resultCaches)[number]
  readonly quality_score?: number
  /** USD, a plain decimal with at most 18 fraction digits. */
  readonly reported_cost?: string
  /** 32 and 16 lower-case hex digits. */
  readonly trace_id?: string
  readonly span_id?: string
  readonly warnings: readonly UsageEventWarning[]
}

/** Answered out of a cache of results: no provider was asked, and the response id is the one of the cached answer. */
export function isResultHit(resultCache: UsageEvent['result_cache']): boolean {
  return resultCache === 'exact_hit' || resultCache === 'semantic_hit'
}

type Draft = { -readonly [field in keyof UsageEvent]: UsageEvent[field] }

/**
 * One event of contract 3, from JSON. The same rules read what the door stored and what other
 * producers wrote. `nowMs` is when the door accepted it. Unknown fields are ignored: they could be content.
 */
export function readUsageEvent(value: unknown, nowMs: number): Result<UsageEvent, RejectCode> {
  if (!isObject(value)) return reject('EVENT_NOT_OBJECT', 'an event must be a JSON object')
  if (isLitellmStandard(value)) {
    const converted = fromLitellmStandard(value)
    if (typeof converted === 'string') return reject('RECORD_UNCHARGEABLE', converted)
    return readFields(new EventFields(converted), nowMs)
  }
  return readFields(new EventFields(value), nowMs)
}

function readFields(fields: EventFields, nowMs: number): Result<UsageEvent, RejectCode> {
  const eventId = fields.id('event_id')
  const responseId = fields.id('response_id')
  if (eventId === undefined && responseId === undefined) {
    fields.fail('ID_MISSING', 'event_id', 'or response_id is required (or ask for ?derive_id=content)')
  }
  const at = readAt(fields, nowMs)
  const provider = fields.text('provider')
  if (provider === undefined) fields.fail('PROVIDER_MISSING', 'provider', 'is required')
  const model = fields.text('model')
  if (model === undefined) fields.fail('MODEL_MISSING', 'model', 'is required')

  const event: Draft = {
    at,
    provider: provider ?? '',
    model: model ?? '',
    status: fields.oneOf('status', usageEventStatuses, 'ok'),
    result_cache: fields.oneOf('result_cache', resultCaches, 'none'),
    attribution: {},
    tags: {},
    warnings: [],
  }
  if (eventId !== undefined) event.event_id = eventId
  if (responseId !== undefined) event.response_id = responseId
  readWhat(fields, event)
  readWho(fields, event)
  readUsageOf(fields, event)
  if (fields.code !== undefined) return reject(fields.code, fields.message)
  event.warnings = warningsOf(fields)
  return ok(event)
}

function readAt(fields: EventFields, nowMs: number): number {
  const raw = fields.raw['at']
  const at = typeof raw === 'string' ? readIsoTime(raw) : undefined
  if (at === undefined) {
    fields.fail('TIME_INVALID', 'at', 'must be an ISO 8601 time with a zone, like 2026-11-20T10:00:00.123Z')
    return 0
  }
  const problem = judgeEventTime(at, nowMs)
  if (problem === 'TIME_FUTURE') fields.fail(problem, 'at', 'is more than 24 hours ahead of the clock here')
  else if (problem !== undefined) fields.fail(problem, 'at', 'is before 2020-01-01')
  return at
}

const traceIdPattern = /^[0-9a-fA-F]{32}$/
const spanIdPattern = /^[0-9a-fA-F]{16}$/
const textFields = ['service_tier', 'region', 'billing_account', 'operation', 'error_type'] as const

function readWhat(fields: EventFields, event: Draft): void {
  for (const name of textFields) {
    const text = fields.text(name)
    if (text !== undefined) event[name] = text
  }
  const latency = fields.number('latency_ms', 0, maxDurationMs)
  if (latency !== undefined) event.latency_ms = latency
  const ttft = fields.number('ttft_ms', 0, maxDurationMs)
  if (ttft !== undefined) event.ttft_ms = ttft
  const quality = fields.number('quality_score', -maxQualityScore, maxQualityScore)
  if (quality !== undefined) event.quality_score = quality
  const traceId = fields.hexId('trace_id', traceIdPattern, 32)
  if (traceId !== undefined) event.trace_id = traceId
  const spanId = fields.hexId('span_id', spanIdPattern, 16)
  if (spanId !== undefined) event.span_id = spanId
  const cost = fields.raw['reported_cost']
  if (cost === undefined || cost === null || cost === '') return
  const exact = exactDecimal(cost)
  if (exact !== undefined) event.reported_cost = exact
  else fields.fail('FIELD_INVALID', 'reported_cost', 'must be a non-negative decimal amount of USD below 10^12')
}

function readWho(fields: EventFields, event: Draft): void {
  const raw = fields.object('attribution')
  if (raw === undefined) return
  const who = new EventFields(raw, 'attribution.')
  const attribution: { [dimension in Dimension]?: string } = {}
  for (const dimension of dimensions) {
    const text = who.text(dimension)
    if (text !== undefined) attribution[dimension] = text
  }
  event.attribution = attribution
  event.tags = who.tags('tags')
  if (who.truncated) fields.truncated = true
  if (who.code !== undefined && fields.code === undefined) {
    fields.code = who.code
    fields.message = who.message
  }
}

/** Nothing known in `usage` is no usage: fine for what failed, was aborted or came out of a result cache. */
function readUsageOf(fields: EventFields, event: Draft): void {
  const format = fields.raw['usage_format'] ?? 'canonical'
  if (!(usageFormats as readonly unknown[]).includes(format)) {
    fields.fail('USAGE_FORMAT_UNKNOWN', 'usage_format', `must be one of ${usageFormats.join(', ')}`)
    return
  }
  const raw = fields.raw['usage']
  if (raw !== undefined && raw !== null) {
    const usage = readUsage(format as UsageFormat, raw)
    if (usage.kind === 'reject') fields.fail(usage.reason, 'usage:', usage.message)
    else if (usage.kind === 'ok' && !isEmpty(usage.value)) event.usage = usage.value
    if (format === 'anthropic' && event.service_tier === undefined && isObject(raw)) {
      const tier = fields.label(raw['service_tier'], 'usage.service_tier')
      if (tier !== undefined) event.service_tier = tier
    }
    if (event.reported_cost === undefined) {
      const cost = costWithin(raw)
      if (cost !== undefined) event.reported_cost = cost
    }
  }
  const needed = event.status === 'ok' && !isResultHit(event.result_cache) && !says(fields, 'USAGE_MISSING')
  if (event.usage === undefined && needed) {
    fields.fail('USAGE_MISSING', 'usage', 'is required unless status is error or aborted, or result_cache is a hit')
  }
}

/** OpenRouter and Perplexity put what they charged into the usage block: USD. */
function costWithin(usage: unknown): string | undefined {
  const cost = isObject(usage) ? usage['cost'] : undefined
  return exactDecimal(isObject(cost) ? cost['total_cost'] : cost)
}

function isEmpty(usage: Usage): boolean {
  for (const _ in usage) return false
  return true
}

const noWarnings: readonly UsageEventWarning[] = []

function warningsOf(fields: EventFields): readonly UsageEventWarning[] {
  if (!fields.truncated && fields.raw['warnings'] === undefined) return noWarnings
  return usageEventWarnings.filter(
    (warning) => says(fields, warning) || (warning === 'ATTRIBUTE_TRUNCATED' && fields.truncated),
  )
}

function says({ raw }: EventFields, warning: UsageEventWarning): boolean {
  return Array.isArray(raw['warnings']) && raw['warnings'].includes(warning)
}
