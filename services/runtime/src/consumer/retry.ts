import { createBackoff } from '../backoff.ts'
import { type Clock, sleep } from '../clock.ts'
import { SpanledgerError } from '../errors.ts'

/**
 * What to do about an error, in one place:
 *
 * | what happened                         | decision | because                                                |
 * |---------------------------------------|----------|--------------------------------------------------------|
 * | SpanledgerError, retryable            | retry    | the same call can succeed later; back-pressure holds    |
 * | SpanledgerError, not retryable        | fail     | it never will; going on would lose or double something  |
 * | anything else                         | fail     | a mistake of ours: nobody knows what state it left       |
 */
export function decide(error: unknown): 'retry' | 'fail' {
  return error instanceof SpanledgerError && error.retryable ? 'retry' : 'fail'
}

export interface RetryOptions {
  readonly clock: Clock
  /** Ends the waiting: the last error is thrown. */
  readonly signal: AbortSignal
  readonly backoffMs?: (attempt: number) => number
  onRetry(error: SpanledgerError, attempt: number, delayMs: number): void
}

const defaultBackoff = createBackoff({ firstMs: 100, maxMs: 10_000 })

/** Calls `action` until it succeeds, fails for good, or `signal` aborts. */
export async function retry<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal, backoffMs = defaultBackoff, onRetry } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      if (decide(error) === 'fail' || signal.aborted) throw error
      const delayMs = backoffMs(attempt)
      onRetry(error as SpanledgerError, attempt, delayMs)
      await sleep(clock, delayMs, signal)
      if (signal.aborted) throw error
    }
  }
}
