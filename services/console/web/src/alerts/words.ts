import type { AlertRow } from '@spanledger/schemas/api/alerts'
import { alertKindText, alertUnitText, seriesText } from '@spanledger/schemas/alert-words'
import { duration } from '@spanledger/schemas/figure-text'
import { attoFromDecimal, attoPerUsd, divideHalfEven } from '@spanledger/schemas/money'
import { exactCount, percent } from '../figures/counts.ts'
import { dollars } from '../figures/dollars.ts'
import { pointInTime } from '../figures/times.ts'
import type { Tone } from '../parts/badge.tsx'

/** An alert that is over, one way or the other. */
export function isOver(alert: AlertRow): boolean {
  return alert.state === 'resolved' || alert.state === 'expected'
}

export function severityTone(alert: AlertRow): Tone {
  if (isOver(alert)) return 'plain'
  return alert.severity === 'critical' ? 'bad' : 'warn'
}

export const stateTones: Readonly<Record<string, Tone>> = { open: 'bad', acknowledged: 'warn', resolved: 'good' }

/** `Spend spike, team search` */
export function alertTitle(alert: AlertRow): string {
  return `${alertKindText(alert.kind)}, ${seriesText(alert.dims)}`
}

/** A figure of an alert in its unit: `$12.34`, `62.5 %`, `1,234`. */
export function figureText(value: string, unit: AlertRow['unit']): string {
  switch (unit) {
    case 'usd':
    case 'usd_per_request':
      return dollars(value)
    case 'ratio':
      return percent(Number(value))
    case 'requests':
      return exactCount(value.replace(/\.\d+$/, ''))
    case null:
      return value
  }
}

export function measureText({ unit }: AlertRow): string {
  return unit === null ? 'observed' : alertUnitText(unit)
}

/** `3.0 ×` what was expected, `-82 %` for a ratio; '' where there is nothing to compare with. */
export function changeText({ observed, expected, unit }: AlertRow): string {
  const [now, usual] = [attoFromDecimal(observed), attoFromDecimal(expected)]
  if (usual <= 0n || now < 0n) return ''
  const hundredths = Number(divideHalfEven(now * attoPerUsd * 100n, usual) / attoPerUsd)
  if (unit !== 'ratio' && hundredths >= 200) return `${(hundredths / 100).toFixed(1)} × the usual`
  return `${hundredths >= 100 ? '+' : '−'}${Math.abs(hundredths - 100)} %`
}

/** `since 13:50, 40 min`, `13:50 – 14:40, 50 min` */
export function spanText(alert: AlertRow, now: number, timeZone: string): string {
  const [opened, ended] = [Date.parse(alert.opened_at), alert.resolved_at ? Date.parse(alert.resolved_at) : null]
  const began = pointInTime(opened, now, timeZone)
  if (ended === null) return `since ${began}, ${duration(now - opened)}`
  const end = pointInTime(ended, now, timeZone)
  // the day is said once
  const [day, time] = [began.split(', ')[0], end.split(', ')[1]]
  return `${began} – ${time !== undefined && end.startsWith(`${day},`) ? time : end}, ${duration(ended - opened)}`
}
