import type { AlertDetail, Alerts } from '@spanledger/schemas/api/alerts'
import type { Channels } from '@spanledger/schemas/api/channels'
import type { Charges } from '@spanledger/schemas/api/charges'
import type { Range } from '@spanledger/schemas/api/choices'
import type { Coverage } from '@spanledger/schemas/api/coverage'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import type { Failure } from '@spanledger/schemas/api/failure'
import type { Spend } from '@spanledger/schemas/api/spend'
import type { Status } from '@spanledger/schemas/api/status'
import type { Summary } from '@spanledger/schemas/api/summary'
import type { Unpriced } from '@spanledger/schemas/api/unpriced'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { figuresQuery, type View, windowQuery } from './address.ts'

const answerWithinMs = 15_000
const refreshMs: Readonly<Record<Range, number>> = {
  '15m': 2_000,
  '1h': 2_000,
  '6h': 5_000,
  '24h': 5_000,
  '7d': 10_000,
  '21d': 10_000,
  '30d': 10_000,
}
/** A window of its own lies mostly in the past. */
const refreshOf = ({ range, from }: View) => (from === '' ? refreshMs[range] : 10_000)
const alertsRefreshMs = 5_000

interface AskOptions {
  readonly signal?: AbortSignal
  readonly withinMs?: number
}

/** An answer that is not 2xx, or none. `status` is 0 when nothing answered. */
export class ApiError extends Error {
  readonly status: number
  readonly hint: string

  constructor(status: number, message: string, hint: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.hint = hint
  }
}

function get<T>(path: string, signal: AbortSignal): Promise<T> {
  return ask<T>(path, { signal })
}

/** Throws an ApiError with what is wrong and what to do. */
export async function ask<T>(
  path: string,
  { signal = new AbortController().signal, withinMs = answerWithinMs, ...init }: RequestInit & AskOptions = {},
): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    })
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiError(0, 'spanledger does not answer', 'is it still running?')
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && body !== undefined) return body as T
  const { error } = (body ?? {}) as Partial<Failure>
  throw new ApiError(response.status, error?.message ?? `answered ${response.status}`, error?.hint ?? '')
}

/** Asked often while there is nothing: the page turns green with the first charge. */
export function useStatus() {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => get<Status>('/status', signal),
    refetchInterval: ({ state }) => (state.data && state.data.entries !== '0' ? 5_000 : 1_200),
    // Whoever sends the first span looks at a terminal, not at this page.
    refetchIntervalInBackground: true,
  })
}

export function useSummary(view: View) {
  const query = `${figuresQuery(view)}`
  return useQuery({
    queryKey: ['summary', query],
    queryFn: ({ signal }) => get<Summary>(`/summary?${query}`, signal),
    refetchInterval: refreshOf(view),
    placeholderData: keepPreviousData,
  })
}

export function useSpend(view: View) {
  const query = `${figuresQuery(view)}&by=${view.by}`
  return useQuery({
    queryKey: ['spend', query],
    queryFn: ({ signal }) => get<Spend>(`/spend?${query}`, signal),
    refetchInterval: refreshOf(view),
    placeholderData: keepPreviousData,
  })
}

/** Read from the entries themselves: less often than what roll-ups answer. */
export function useCoverage(view: View) {
  const query = `${figuresQuery(view)}`
  return useQuery({
    queryKey: ['coverage', query],
    queryFn: ({ signal }) => get<Coverage>(`/coverage?${query}`, signal),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  })
}

/** A queue of weeks, whatever window is shown. */
export function useUnpriced(view: View) {
  const query = figuresQuery(view)
  for (const name of ['range', 'from', 'to']) query.delete(name)
  return useQuery({
    queryKey: ['unpriced', `${query}`],
    queryFn: ({ signal }) => get<Unpriced>(`/unpriced?${query}`, signal),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  })
}

/** The latest of all times, but for a window of its own. */
export function useCharges(view: View) {
  const query = figuresQuery(view)
  query.delete('range')
  query.set('limit', '50')
  query.set('filter', view.show)
  return useQuery({
    queryKey: ['charges', `${query}`],
    queryFn: ({ signal }) => get<Charges>(`/charges?${query}`, signal),
    refetchInterval: 2_000,
    placeholderData: keepPreviousData,
  })
}

/** Alerts that are not over, whatever window is shown. */
export function useOpenAlerts() {
  return useQuery({
    queryKey: ['alerts', 'open'],
    queryFn: ({ signal }) => get<Alerts>('/alerts?state=open,acknowledged&limit=200', signal),
    refetchInterval: alertsRefreshMs,
  })
}

/** Alerts that were going on in the window. */
export function useAlertsOf(view: View) {
  const query = windowQuery(view)
  query.set('limit', '500')
  return useQuery({
    queryKey: ['alerts', `${query}`],
    queryFn: ({ signal }) => get<Alerts>(`/alerts?${query}`, signal),
    refetchInterval: alertsRefreshMs,
    placeholderData: keepPreviousData,
  })
}

export function useAlert(id: string) {
  return useQuery({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => get<AlertDetail>(`/alerts/${encodeURIComponent(id)}`, signal),
    enabled: id !== '',
    refetchInterval: alertsRefreshMs,
  })
}

export function useChannels() {
  return useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => get<Channels>('/channels', signal),
    refetchInterval: alertsRefreshMs,
  })
}

export function useExplanation(id: string) {
  return useQuery({
    queryKey: ['explanation', id],
    queryFn: ({ signal }) => get<Explanation>(`/charges/${encodeURIComponent(id)}`, signal),
    enabled: id !== '',
    refetchInterval: ({ state }) => (state.error ? 5_000 : 15_000),
  })
}
