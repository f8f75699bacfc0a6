import type { Service } from '@spanledger/runtime/service'

/** A service that says what happens while it starts. */
export function announced(service: Service, line: string, say: (line: string) => void): Service {
  return {
    name: service.name,
    start() {
      say(line)
      return service.start()
    },
    stop: () => service.stop(),
  }
}

/** A service that can be made only when those before it have started, because it needs what they then know. */
export function deferred(name: string, create: () => Service): Service {
  let made: Service | undefined
  return {
    name,
    async start() {
      made ??= create()
      await made.start()
    },
    async stop() {
      await made?.stop()
    },
  }
}

/** Something to do at the start, and something to undo at the end, in line with the services. */
export function task(name: string, start: () => Promise<void> | void, stop?: () => Promise<void> | void): Service {
  return { name, start: async () => start(), stop: async () => stop?.() }
}
