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
export function deferred(name: string, create: () => Promise<Service> | Service): Service {
  let made: Service | undefined
  return {
    name,
    async start() {
      made ??= await create()
      await made.start()
    },
    async stop() {
      await made?.stop()
    },
  }
}
