import type { Clock } from '@spanledger/runtime/clock'

export interface RepeatOptions {
  readonly clock: Clock
  readonly everyMs: number
  /** Rests at least so many times as long as the work took. */
  readonly rest?: number
  readonly work: () => Promise<unknown>
  readonly failed: (error: unknown) => void
}

/** Works again and again, never twice at once, until it is stopped: then it resolves when the last work has ended. */
export function repeat({ clock, everyMs, rest = 0, work, failed }: RepeatOptions): () => Promise<void> {
  let isStopped = false
  let working: Promise<void> = Promise.resolve()
  let cancel = schedule(everyMs)

  function schedule(delayMs: number): () => void {
    return clock.after(delayMs, () => {
      working = workOnce()
    })
  }

  async function workOnce(): Promise<void> {
    const start = clock.nowMs()
    await work().catch(failed)
    if (!isStopped) cancel = schedule(Math.max(everyMs, (clock.nowMs() - start) * rest))
  }

  return async () => {
    isStopped = true
    cancel()
    await working
  }
}
