import { createServer } from 'node:net'
import { listen } from '@spanledger/runtime/http/listen'

/** A port that a service will listen on, and the variable that decides it. */
export interface WantedPort {
  readonly name: string
  readonly port: number
  readonly variable: string
}

/**
 * Rejects with what a service would say when it came to open its port: before anything that takes long is started for
 * nothing.
 */
export async function checkFreePorts(host: string, wanted: readonly WantedPort[]): Promise<void> {
  for (const { name, port, variable } of wanted) {
    const server = createServer()
    await listen(server, { name, host, port, variable })
    await new Promise((closed) => server.close(closed))
  }
}
