import {
  type ChargeFilter,
  chargeFilters,
  type FilterDimension,
  filterDimensions,
  type Range,
  ranges,
  type SpendDimension,
  spendDimensions,
} from '@spanledger/schemas/api/choices'
import { useMemo, useSyncExternalStore } from 'react'

const pages = ['ledger', 'prices'] as const

/** What figures are narrowed to; null for everything, '' for what was not given. */
export type Narrowed = { readonly [dimension in FilterDimension]: string | null }

/** What the page shows, kept in its address so that a view can be sent to somebody. */
export interface View extends Narrowed {
  readonly page: (typeof pages)[number]
  readonly range: Range
  /** A window of its own, in place of `range`: ISO 8601, or both ''. */
  readonly from: string
  readonly to: string
  readonly by: SpendDimension
  readonly show: ChargeFilter
  /** The charge that is opened; '' for none. */
  readonly charge: string
  /** The alert that is opened; '' for none. */
  readonly alert: string
}

const everything = Object.fromEntries(filterDimensions.map((name) => [name, null])) as unknown as Narrowed
const initial: View = {
  page: 'ledger',
  range: '24h',
  from: '',
  to: '',
  by: 'model',
  show: 'all',
  charge: '',
  alert: '',
  ...everything,
}
/** Changes that lead back to everything. */
export const notNarrowed: Partial<View> = { from: '', to: '', ...everything }

export function viewFromSearch(search: string): View {
  const given = new URLSearchParams(search)
  const [from, to] = [instantFrom(given.get('from')), instantFrom(given.get('to'))]
  const ownWindow = from !== '' && to !== '' && from < to
  return {
    page: oneOf(pages, given.get('page'), initial.page),
    range: oneOf(ranges, given.get('range'), initial.range),
    from: ownWindow ? from : '',
    to: ownWindow ? to : '',
    by: oneOf(spendDimensions, given.get('by'), initial.by),
    show: oneOf(chargeFilters, given.get('show'), initial.show),
    charge: given.get('charge') ?? '',
    alert: given.get('alert') ?? '',
    ...(Object.fromEntries(filterDimensions.map((name) => [name, given.get(name)])) as unknown as Narrowed),
  }
}

/** '' for the initial view: only what differs is written. */
export function searchFromView(view: View): string {
  const changed = Object.entries(view).filter(([name, value]) => value !== initial[name as keyof View])
  return changed.length > 0 ? `?${new URLSearchParams(changed as [string, string][])}` : ''
}

/** The window as the read API takes it. */
export function windowQuery({ range, from, to }: View): URLSearchParams {
  return new URLSearchParams(from === '' ? { range } : { from, to })
}

/** The window and what the figures are narrowed to, as the read API takes them. */
export function figuresQuery(view: View): URLSearchParams {
  const query = windowQuery(view)
  for (const name of filterDimensions) if (view[name] !== null) query.set(name, view[name])
  return query
}

export function useView(): View {
  const search = useSyncExternalStore(subscribe, () => location.search)
  return useMemo(() => viewFromSearch(search), [search])
}

/** Shows another view; `Back` returns to the one before, unless it is replaced. */
export function showView(change: Partial<View>, how: 'push' | 'replace' = 'push'): void {
  const search = searchFromView({ ...viewFromSearch(location.search), ...change })
  if (search === location.search) return
  history[`${how}State`](null, '', `${location.pathname}${search}`)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** A window of its own, from chart seconds. */
export function zoomTo(from: number, to: number): void {
  showView({ from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() })
}

export function hrefOf(change: Partial<View>): string {
  return searchFromView({ ...viewFromSearch(location.search), ...change }) || location.pathname
}

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed)
  return () => removeEventListener('popstate', changed)
}

function oneOf<T extends string>(allowed: readonly T[], given: string | null, otherwise: T): T {
  return allowed.find((value) => value === given) ?? otherwise
}

/** In UTC with milliseconds, so that two can be compared as text; '' where it is none. */
function instantFrom(given: string | null): string {
  const ms = given === null ? Number.NaN : Date.parse(given)
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString()
}
