import { hash } from 'node:crypto'
import type { AttributeMap, AttributeValue, OtlpLog } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import type { RequestStatus } from '../observation.ts'
import { firstOf, firstText } from './attributes.ts'
import type { RawUsage } from './dialect.ts'
import type { LogParts } from './log-dialect.ts'

/** When and how long: an event is written at the end of its request. */
export function timesOf(log: OtlpLog): Pick<LogParts, 'startMs' | 'latencyMs'> {
  const endMs = eventTimeOf(log) ?? log.observedMs
  const tookMs = milliseconds(log.attributes.get('duration_ms'))
  return { startMs: endMs === undefined ? undefined : endMs - (tookMs ?? 0), latencyMs: tookMs }
}

/** When the producer says that it happened; not when somebody saw it, which may differ from copy to copy. */
function eventTimeOf({ timeMs, attributes }: OtlpLog): number | undefined {
  if (timeMs !== undefined) return timeMs
  const text = firstText(attributes, ['event.timestamp'])
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isFinite(ms) ? ms : undefined
}

const longestMs = 7 * 86_400_000

/** A number, or one in digits; undefined when it is no length of time. */
export function milliseconds(value: AttributeValue | undefined): number | undefined {
  const ms = typeof value === 'string' && /^\d{1,12}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  return typeof ms === 'number' && ms >= 0 && ms <= longestMs ? ms : undefined
}

/**
 * A request known by nothing but where and when it was: the session with the place in it or the time, and what it used,
 * for several may end within a millisecond. undefined without a session, or without place and time.
 */
export function idFromSession(dialect: string, log: OtlpLog, session: string | undefined, used: readonly string[]) {
  const { attributes } = log
  const sequence = attributes.get('event.sequence')
  const at = attributes.get('event.timestamp') ?? log.timeMs
  if (session === undefined || (at === undefined && sequence === undefined)) return undefined
  const facts = [session, sequence, at, ...used.map((name) => attributes.get(name))]
  return `${dialect}:${hash('sha256', JSON.stringify(facts.map(plain)), 'hex').slice(0, 32)}`
}

/** Texts and numbers by their spelling: exporters differ in which of both they send. */
function plain(value: AttributeValue | undefined): string | null {
  return value === undefined || typeof value === 'object' ? null : String(value)
}

/** Names that runtimes give to a caller going away: the provider was already working, and bills what it did. */
const callerLeft = /cancel|abort|disconnect/i
const statusNames = ['http.response.status_code', 'http.status_code', 'status_code'] as const

/** Of a failed request: refused, or given up by who asked. */
export function failureOf(attributes: AttributeMap): { status: RequestStatus; errorType: string | undefined } {
  const type = firstText(attributes, ['error.type', 'error_type'])
  const errorType = type ?? httpStatusOf(attributes)
  return { status: type !== undefined && callerLeft.test(type) ? 'aborted' : 'error', errorType }
}

/** Three digits; a producer without one may write `undefined` or `none`. */
export function httpStatusOf(attributes: AttributeMap): string | undefined {
  const status = String(firstOf(attributes, statusNames) ?? '')
  return /^[1-5]\d\d$/.test(status) ? status : undefined
}

/** Counts under the names that a producer gives them; absent stays absent. */
export function readCounts(
  attributes: AttributeMap,
  names: readonly (readonly [field: UsageField, name: string])[],
): RawUsage {
  const usage: RawUsage = {}
  for (const [field, name] of names) {
    const value = attributes.get(name)
    if (value !== undefined) usage[field] = value
  }
  return usage
}
