import type { Service } from './service.ts'

/**
 * The promises of `Service` about calling start and stop in any order, for one that can open and close: starting twice
 * opens once, stopping waits for a start under way, and stopping twice, or before a start, closes nothing.
 * `close` is also called after an `open` that rejected, and releases what that left.
 */
export function startStop(open: () => Promise<void>, close: () => Promise<void>): Pick<Service, 'start' | 'stop'> {
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  return {
    start() {
      stopping = undefined
      return (starting ??= open())
    },
    stop() {
      return (stopping ??= stop())
    },
  }

  async function stop(): Promise<void> {
    if (starting === undefined) return
    await starting.catch(() => undefined)
    await close()
    starting = undefined
  }
}
