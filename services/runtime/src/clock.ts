/** Time as a parameter: nothing below a composition root asks the system for it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Calls `callback` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: Date.now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`, or at once when `signal` aborts: the caller looks at the signal to tell which. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(delayMs, done)
    signal?.addEventListener('abort', done)
  })
}

/** Resolves when `work` has settled, however it did, or after `limitMs`: then nobody waits for it any more. */
export async function settledWithin(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  const settled = new AbortController()
  const tell = () => settled.abort()
  work.then(tell, tell)
  await sleep(clock, limitMs, settled.signal)
}
