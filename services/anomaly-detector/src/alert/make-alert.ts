import type { AlertRule } from '@spanledger/schemas/config/alerts'
import type {
  Alert,
  AlertContributor,
  AlertDims,
  AlertEvent,
  AlertEventName,
  AlertUnit,
} from '@spanledger/schemas/events/alert'
import { utcMinute } from '@spanledger/schemas/figure-text'
import type { Frame } from '../judge/judgement.ts'
import { dayMs } from '../series/lengths-of-time.ts'
import type { LocalTime } from '../series/local-time.ts'
import { updateEveryMs } from './decide.ts'
import { eventIdOf } from './ids.ts'

const units: Readonly<Record<Frame['kind'], AlertUnit>> = {
  spend_spike: 'usd',
  cost_per_request: 'usd_per_request',
  cache_regression: 'ratio',
  unpriced: 'requests',
}

/** The figures of an alert: exactly what `sql` answers. Decimals without trailing zeros. */
export interface Measurement {
  readonly observed: string
  readonly expected: string
  readonly requests: string
  readonly costUsd: string
  readonly impactUsd: bigint
  readonly impactUsdPerHour: bigint
  readonly contributors: readonly AlertContributor[]
  readonly sql: Readonly<Record<string, string>>
}

/** Everything of an alert that a measurement decides. */
export function withMeasurement(
  alert: Omit<Alert, 'observed' | 'expected' | 'impactUsd' | 'impactUsdPerHour' | 'explanation' | 'updatedAt'>,
  figures: Measurement,
  about: {
    readonly frame: Frame
    readonly time: LocalTime
    readonly untilMs: number
    readonly knownUntilMs: number
    readonly alsoIn: readonly AlertDims[]
    readonly historical: boolean
    readonly episode: number
  },
): Alert {
  const { frame, knownUntilMs, alsoIn, historical, episode } = about
  const { observed, expected, requests, costUsd, contributors, sql } = figures
  return {
    ...alert,
    updatedAt: about.untilMs,
    observed: Number(observed),
    expected: Number(expected),
    impactUsd: figures.impactUsd,
    impactUsdPerHour: alert.state === 'resolved' ? 0n : figures.impactUsdPerHour,
    explanation: {
      unit: units[frame.kind],
      observed,
      expected,
      window: { from: new Date(frame.window.from).toISOString(), to: new Date(frame.window.to).toISOString() },
      baseline: baselineText(frame, about.time),
      asKnownAt: new Date(knownUntilMs).toISOString(),
      requests,
      costUsd,
      contributors,
      alsoIn,
      historical,
      episode,
      sql,
    },
  }
}

function baselineText(frame: Frame, time: LocalTime): string {
  switch (frame.kind) {
    case 'spend_spike': {
      const [first = 1] = frame.daysBefore
      const days = frame.daysBefore.length
      const which = first === 1 ? `the ${days} days before` : `${days} days, the last of them ${first} days before`
      const [from, to] = [time.timeOfDay(frame.window.from), time.timeOfDay(frame.window.to)]
      const stretch = from === '00:00' ? `until ${to}` : `from ${from} to ${to}`
      return `the mean of ${which}, each ${stretch}${time.timeZone === 'UTC' ? '' : ` (${time.timeZone})`}`
    }
    case 'cost_per_request':
      return `the same hours a week before: ${utcMinute(frame.base.from)} to ${utcMinute(frame.base.to)}`
    case 'cache_regression':
      return `the ${Math.round((frame.base.to - frame.base.from) / dayMs)} days until ${utcMinute(frame.base.to)}, weighted by tokens`
    case 'unpriced':
      return 'every request has a price'
  }
}

/** The event and its id: of the same alert the same thing has the same, whoever says it. */
export function eventOf(event: AlertEventName, alert: Alert, at: number): AlertEvent {
  const discriminator = {
    opened: '',
    resolved: '',
    escalated: alert.severity,
    updated: Math.floor((alert.updatedAt - alert.openedAt) / updateEveryMs),
  }[event]
  return { eventId: eventIdOf(alert.alertId, event, discriminator), event, at, alert }
}

export function runbookOf(rule: AlertRule): string {
  return `docs/runbooks/${rule.kind}.md`
}
