import {
  type ChargeFilter,
  chargeFilters,
  type Range,
  ranges,
  type SpendDimension,
  spendDimensions,
} from '@spanledger/schemas/api/choices'
import { useMemo, useSyncExternalStore } from 'react'

/** What the page shows, kept in its address so that a view can be sent to somebody. */
export interface View {
  readonly range: Range
  readonly by: SpendDimension
  readonly show: ChargeFilter
  /** The charge that is opened; '' for none. */
  readonly charge: string
}

const initial: View = { range: '24h', by: 'model', show: 'all', charge: '' }

export function viewFromSearch(search: string): View {
  const given = new URLSearchParams(search)
  return {
    range: oneOf(ranges, given.get('range'), initial.range),
    by: oneOf(spendDimensions, given.get('by'), initial.by),
    show: oneOf(chargeFilters, given.get('show'), initial.show),
    charge: given.get('charge') ?? '',
  }
}

/** '' for the initial view: only what differs is written. */
export function searchFromView(view: View): string {
  const changed = Object.entries(view).filter(([name, value]) => value !== initial[name as keyof View])
  return changed.length > 0 ? `?${new URLSearchParams(changed)}` : ''
}

export function useView(): View {
  const search = useSyncExternalStore(subscribe, () => location.search)
  return useMemo(() => viewFromSearch(search), [search])
}

/** Shows another view; `Back` returns to the one before. */
export function showView(change: Partial<View>): void {
  const search = searchFromView({ ...viewFromSearch(location.search), ...change })
  if (search === location.search) return
  history.pushState(null, '', `${location.pathname}${search}`)
  dispatchEvent(new PopStateEvent('popstate'))
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
