import type { Service } from './service.ts'
import { startStop } from './start-stop.ts'

/**
 * Several services as one. They start in order, each when the one before is ready, and stop in reverse.
 * When one cannot start, or the group is stopped while it starts, those that run are stopped again.
 * When some cannot stop, the others still do, and the first error is thrown.
 */
export function createGroup(name: string, services: readonly Service[]): Service {
  const running: Service[] = []
  let stopAsked = false

  async function startAll(): Promise<void> {
    for (const service of services) {
      if (stopAsked) return
      running.push(service)
      try {
        await service.start()
      } catch (error) {
        // The error that matters is the one that kept it from starting.
        await stopAll().catch(() => undefined)
        throw error
      }
    }
  }

  async function stopAll(): Promise<void> {
    const errors: unknown[] = []
    for (let service = running.pop(); service !== undefined; service = running.pop()) {
      await service.stop().catch((error: unknown) => errors.push(error))
    }
    if (errors.length > 0) throw errors[0]
  }

  const { start, stop } = startStop(startAll, stopAll)
  return {
    name,
    start() {
      stopAsked = false
      return start()
    },
    stop() {
      stopAsked = true
      return stop()
    },
  }
}
