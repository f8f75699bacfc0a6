import { alertKindText, seriesText } from '@spanledger/schemas/alert-words'
import type { AlertChange, SeenAlert } from './alert-feed.ts'
import { clockOf, roundedToCents } from './figures.ts'

/** `spend spike in team platform, feature code-review`. */
export function alertInWords({ kind, dims }: Pick<SeenAlert, 'kind' | 'dims'>): string {
  return `${lowered(alertKindText(kind))} in ${seriesText(dims)}`
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

/** The line for the terminal when an alert opens or resolves. */
export function describeChange({ what, alert }: AlertChange, url: string): string {
  const series = alertInWords(alert)
  if (what === 'resolved') {
    const at = alert.resolvedMs === null ? '' : `${clockOf(alert.resolvedMs)}  `
    return `  ✓ ${at}over: ${series}, ${roundedToCents(alert.impactUsd)} in all`
  }
  const figures = `${inUnit(alert.observed, alert.unit)} where ${inUnit(alert.expected, alert.unit)} was expected`
  return [
    `  ● ${clockOf(alert.openedMs)}  ALERT: ${series}: ${figures}, ${roundedToCents(alert.usdPerHour)} an hour`,
    `               ${url}`,
  ].join('\n')
}

function inUnit(value: number, unit: string): string {
  if (unit === 'usd') return `$${value.toFixed(2)}`
  if (unit === 'usd_per_request') return `$${value.toFixed(4)} a request`
  if (unit === 'ratio') return `a hit ratio of ${(value * 100).toFixed(1)} %`
  return `${value} ${unit}`
}
