import type { AlertRow } from '@spanledger/schemas/api/alerts'
import { filterDimensions, type SpendDimension } from '@spanledger/schemas/api/choices'
import { notNarrowed, type View } from '../address.ts'

const minuteMs = 60_000
const leastPadMs = 30 * minuteMs
const mostPadMs = 12 * 60 * minuteMs

/** Room for what comes, after one that goes on. */
const mostPadAheadMs = 15 * minuteMs

/** The window around an alert: half its length before and after, at least half an hour, in whole minutes. */
export function windowAround(alert: AlertRow): { readonly from: string; readonly to: string } {
  const from = Date.parse(alert.opened_at)
  const to = Math.max(from, Date.parse(alert.resolved_at ?? alert.updated_at))
  const pad = Math.min(mostPadMs, Math.max(leastPadMs, (to - from) / 2))
  const padAfter = alert.resolved_at === null ? Math.min(pad, mostPadAheadMs) : pad
  return {
    from: new Date(Math.floor((from - pad) / minuteMs) * minuteMs).toISOString(),
    to: new Date(Math.ceil((to + padAfter) / minuteMs) * minuteMs).toISOString(),
  }
}

/** What tells most within a series, first. */
const within: readonly SpendDimension[] = ['model', 'feature', 'team', 'customer']

/** The page with nothing but the alert's series, in the window around it, sliced by what is not the same throughout. */
export function viewOfSeries(alert: AlertRow, by: SpendDimension): Partial<View> {
  const dims = Object.fromEntries(filterDimensions.map((name) => [name, alert.dims[name] ?? null]))
  return {
    ...notNarrowed,
    ...dims,
    tenant: alert.tenant,
    ...windowAround(alert),
    by: by in alert.dims ? (within.find((name) => !(name in alert.dims)) ?? by) : by,
    alert: '',
    charge: '',
  }
}
