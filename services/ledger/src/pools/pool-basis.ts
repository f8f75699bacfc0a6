/**
 * How an amount was come by that no price row makes; decimals are texts, amounts USD. A request's is
 * weight / weights x used (and the same of `idle` where that is spread), rounded down before the window is settled; then it
 * is by largest remainder, so that a window's amounts sum to what it cost.
 */
export interface PoolBasis {
  readonly by: 'pool'
  readonly pool: string
  /** Absent: what its pool weighs by is not known of the request. */
  readonly weight?: string
  readonly running_ms?: number
  /** The start of the hour whose figures these are: its own once that is settled, until then the last one that is. */
  readonly window?: string
  /** Of all requests of that hour, or of all that the pool could serve in one where none is settled yet. */
  readonly weights?: string
  /** What they cost together. */
  readonly used?: string
  /** What nobody used, where it is spread. */
  readonly idle?: string
  readonly settled: boolean
}

/** Of the entry for what nobody used: cost = used + idle, and the entry is `line`: idle, unless that is spread over requests. */
export interface PoolWindowBasis {
  readonly by: 'pool_window'
  readonly pool: string
  readonly window: string
  readonly cost: string
  readonly used: string
  readonly idle: string
  readonly line: string
  readonly weights: string
  readonly requests: number
  /** used = cost x busy / capacity: weights, or milliseconds. */
  readonly busy: string
  readonly capacity: string
}

export function poolNameOf(matchedBy: string): string {
  return matchedBy.slice(poolPrefix.length)
}

/** `matched_by` of everything that is paid by the hour starts with it. */
export const poolPrefix = 'pool:'
