import type { AlertDetail } from '@spanledger/schemas/api/alerts'
import { exactCount } from '../figures/counts.ts'
import { exactDollars } from '../figures/dollars.ts'
import { dayOfYear, exactTimeOfDay } from '../figures/times.ts'
import { FactList } from '../parts/fact-list.tsx'

/** What the figures stand on; what does not apply is left out. */
export function AlertFacts({ detail, timeZone }: { detail: AlertDetail; timeZone: string }) {
  const { alert, explanation } = detail
  const when = (instant: string | null | undefined) => {
    const at = instant ? Date.parse(instant) : Number.NaN
    return Number.isNaN(at) ? '' : `${dayOfYear(at, timeZone)}, ${exactTimeOfDay(at, timeZone)} ${timeZone}`
  }
  const money = alert.unit === 'usd' || alert.unit === 'usd_per_request'
  const exact = (value: string) => (money ? exactDollars(value) : value)
  const facts: readonly (readonly [string, string])[] = [
    ['Since', when(alert.opened_at)],
    ['Resolved', when(alert.resolved_at)],
    ['Last judged', when(alert.updated_at)],
    ['Entries known until', when(explanation?.asKnownAt)],
    ['Observed, exactly', exact(alert.observed)],
    ['Expected, exactly', exact(alert.expected)],
    ['Cost above it, exactly', exactDollars(alert.impact_usd)],
    ['Requests judged', explanation ? exactCount(explanation.requests) : ''],
    ['Their cost', explanation ? exactDollars(explanation.costUsd) : ''],
    ['Rule', alert.rule],
    ['Tenant', alert.tenant],
    [
      'Alerted before',
      explanation && explanation.episode > 1
        ? explanation.episode === 2
          ? 'once'
          : `${explanation.episode - 1} times`
        : '',
    ],
    ['Alert', alert.alert_id],
  ]
  return <FactList facts={facts} />
}
