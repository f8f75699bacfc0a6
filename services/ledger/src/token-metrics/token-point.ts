/** Which of the ledger's tokens a count is of. `input` holds the cached ones, `uncached_input` does not. */
export const tokenTypes = ['input', 'uncached_input', 'cache_read', 'cache_write', 'output', 'reasoning'] as const
export type TokenType = (typeof tokenTypes)[number]

/** A data point of a producer's own token metric. Times are milliseconds since the epoch. */
export interface TokenPoint {
  readonly tenant: string
  /** As in the ledger; '' where the resource names none. */
  readonly service: string
  /** Canonical; '' where the metric names none. */
  readonly provider: string
  readonly model: string
  readonly metric: string
  readonly scope: string
  readonly tokenType: TokenType
  /** The series of one process from one start on: what a cumulative count grows in. */
  readonly stream: string
  readonly cumulative: boolean
  /** undefined: the producer does not say. */
  readonly startedAt: number | undefined
  readonly at: number
  readonly tokens: number
}
