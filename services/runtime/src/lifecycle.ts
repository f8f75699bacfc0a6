import type { Service } from './service.ts'

/**
 * Several services as one. They start in order, each when the one before is ready, and stop in reverse.
 * When one cannot start, those before it are stopped again and its error is thrown.
 * When some cannot stop, the others still do, and the first error is thrown.
 */
export function createGroup(name: string, services: readonly Service[]): Service {
  const running: Service[] = []
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  let stopAsked = false

  async function startAll(): Promise<void> {
    for (const service of services) {
      if (stopAsked) return
      running.push(service)
      await service.start()
    }
  }

  async function stopAll(): Promise<void> {
    const errors: unknown[] = []
    for (let service = running.pop(); service !== undefined; service = running.pop()) {
      await service.stop().catch((error: unknown) => errors.push(error))
    }
    if (errors.length > 0) throw errors[0]
  }

  return {
    name,
    start() {
      stopAsked = false
      stopping = undefined
      starting ??= startAll().catch(async (error: unknown) => {
        // The error that matters is the one that kept it from starting.
        await stopAll().catch(() => undefined)
        starting = undefined
        throw error
      })
      return starting
    },
    stop() {
      stopAsked = true
      stopping ??= (async () => {
        await starting?.catch(() => undefined)
        starting = undefined
        await stopAll()
      })()
      return stopping
    },
  }
}
