import type { AlertChange, SeenAlert } from './alert-feed.ts'
import { clockOf, inCents } from './figures.ts'

const names: Readonly<Record<string, string>> = {
  spend_spike: 'cost spike',
  cache_regression: 'cache regression',
  cost_per_request: 'cost per request',
  unpriced: 'unpriced requests',
}

export function kindInWords(kind: string): string {
  return names[kind] ?? kind.replaceAll('_', ' ')
}

/** `feature code-review`, or `the tenant as a whole`. */
export function seriesInWords(dims: SeenAlert['dims']): string {
  const parts = Object.entries(dims).map(([dimension, value]) => `${dimension} ${value}`)
  return parts.length > 0 ? parts.join(', ') : 'the tenant as a whole'
}

/** The line for the terminal when an alert opens or resolves. */
export function describeChange({ what, alert }: AlertChange, url: string): string {
  const series = `${kindInWords(alert.kind)} in ${seriesInWords(alert.dims)}`
  if (what === 'resolved') {
    const at = alert.resolvedMs === null ? '' : `${clockOf(alert.resolvedMs)}  `
    return `  ✓ ${at}resolved: ${series}, ${inCents(alert.impactUsd)} in all`
  }
  const figures = `${inUnit(alert.observed, alert.unit)} where ${inUnit(alert.expected, alert.unit)} was expected`
  return [
    `  ● ${clockOf(alert.openedMs)}  ALERT: ${series}: ${figures}, ${inCents(alert.usdPerHour)} an hour`,
    `             ${url}`,
  ].join('\n')
}

function inUnit(value: number, unit: string): string {
  if (unit === 'usd') return `$${value.toFixed(2)}`
  if (unit === 'usd_per_request') return `$${value.toFixed(4)} a request`
  if (unit === 'ratio') return `a hit ratio of ${(value * 100).toFixed(1)} %`
  return `${value} ${unit}`
}
