import type { Charges } from '@spanledger/schemas/api/charges'
import type { ChargeFilter, Range, SpendDimension } from '@spanledger/schemas/api/choices'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import type { Failure } from '@spanledger/schemas/api/failure'
import type { Spend } from '@spanledger/schemas/api/spend'
import type { Status } from '@spanledger/schemas/api/status'
import type { Summary } from '@spanledger/schemas/api/summary'
import { keepPreviousData, useQuery } from '@tanstack/react-query'

const answerWithinMs = 15_000
const refreshMs: Readonly<Record<Range, number>> = {
  '15m': 2_000,
  '1h': 2_000,
  '6h': 5_000,
  '24h': 5_000,
  '7d': 10_000,
  '30d': 10_000,
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

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]) })
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

export function useSummary(range: Range) {
  return useQuery({
    queryKey: ['summary', range],
    queryFn: ({ signal }) => get<Summary>(`/summary?range=${range}`, signal),
    refetchInterval: refreshMs[range],
    placeholderData: keepPreviousData,
  })
}

export function useSpend(range: Range, by: SpendDimension) {
  return useQuery({
    queryKey: ['spend', range, by],
    queryFn: ({ signal }) => get<Spend>(`/spend?range=${range}&by=${by}`, signal),
    refetchInterval: refreshMs[range],
    placeholderData: keepPreviousData,
  })
}

export function useCharges(filter: ChargeFilter) {
  return useQuery({
    queryKey: ['charges', filter],
    queryFn: ({ signal }) => get<Charges>(`/charges?limit=50&filter=${filter}`, signal),
    refetchInterval: 2_000,
    placeholderData: keepPreviousData,
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
