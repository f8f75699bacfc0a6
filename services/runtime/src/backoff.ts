export interface BackoffOptions {
  readonly firstMs: number
  readonly maxMs: number
  /** 0..1; spreads callers that failed together. */
  readonly random?: () => number
}

/** How long to wait before the n-th retry (1, 2, …): doubling from `firstMs` to `maxMs`, of which half is drawn at random. */
export function createBackoff(options: BackoffOptions): (attempt: number) => number {
  const { firstMs, maxMs, random = Math.random } = options
  return function backoffMs(attempt) {
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30))
    return Math.round(full / 2 + (full / 2) * random())
  }
}
