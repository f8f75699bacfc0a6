import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { plainName } from './untrusted-text.ts'

/**
 * The last line of every message: the figures above it without rounding, after `Exact:`
 * as `key=value` with single spaces between them, for who wants to check them (and for tests, that do). Values have no spaces. Money is in USD.
 *
 * | key | |
 * |---|---|
 * | `observed`, `expected`, `unit` | what was judged; `unit` is usd, usd_per_request, ratio or requests |
 * | `impact_usd`, `impact_usd_per_hour` | above what was expected, so far and per hour |
 * | `cost_usd`, `requests` | of the series in the window |
 * | `from`, `to`, `as_known_at` | the window (half open, event time), and up to when entries were recorded that counted |
 * | `c1_usd`, `c1_share`, … | the contributors, in the order of the list |
 * | `alert`, `event` | ids |
 */
export function exactLine({ eventId, alert }: AlertEvent, contributors: number): string {
  const { explanation: why } = alert
  const pairs: [string, string][] = [
    ['observed', why.observed],
    ['expected', why.expected],
    ['unit', why.unit],
    ['impact_usd', decimalFromAtto(alert.impactUsd)],
    ['impact_usd_per_hour', decimalFromAtto(alert.impactUsdPerHour)],
    ['cost_usd', why.costUsd],
    ['requests', why.requests],
    ['from', why.window.from],
    ['to', why.window.to],
    ['as_known_at', why.asKnownAt],
    ...why.contributors.slice(0, contributors).flatMap(({ usd, share }, index): [string, string][] => [
      [`c${index + 1}_usd`, usd],
      [`c${index + 1}_share`, share],
    ]),
    ['alert', alert.alertId],
    ['event', eventId],
  ]
  return `Exact: ${pairs.map(([key, value]) => `${key}=${plainName(value, 64).replace(/[\s`&<>]/g, '_')}`).join(' ')}`
}
