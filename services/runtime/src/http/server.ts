import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../clock.ts'
import { SpanledgerError } from '../errors.ts'
import type { Service } from '../service.ts'
import { startStop } from '../start-stop.ts'

export interface HttpServer extends Service {
  /** The port it listens on once started (asked for 0: the one it got). */
  readonly port: number
  readonly url: string
}

export interface HttpServerOptions {
  readonly name: string
  // biome-ignore lint: an app of any environment can be served
  readonly app: Pick<Hono<any>, 'fetch'>
  readonly host: string
  readonly port: number
  /** How long requests under way may take once stopping; then their connections are cut. */
  readonly drainMs?: number
  readonly clock?: Clock
}

/** Serves a hono app. `stop` lets requests under way finish, answers no new ones, and cuts what is left after `drainMs`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { name, app, host, drainMs = 10_000, clock = systemClock } = options
  let server: Server | undefined
  let port = options.port

  async function open(): Promise<void> {
    const starting = createAdaptorServer({ fetch: app.fetch }) as Server
    await listen(starting, name, host, options.port)
    server = starting
    port = (starting.address() as AddressInfo).port
  }

  async function close(): Promise<void> {
    const stopping = server
    if (stopping === undefined) return
    server = undefined
    const closed = new Promise<void>((resolve) => stopping.close(() => resolve()))
    stopping.closeIdleConnections()
    const cancel = clock.after(drainMs, () => stopping.closeAllConnections())
    await closed
    cancel()
  }

  return {
    name,
    get port() {
      return port
    },
    get url() {
      return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
    },
    ...startStop(open, close),
  }
}

const listenProblems: Record<string, readonly [code: string, what: string, hint: string]> = {
  EADDRINUSE: [
    'PORT_BUSY',
    'is in use',
    'stop what listens there, or set another port (`spanledger doctor` names its variable)',
  ],
  EACCES: ['PORT_FORBIDDEN', 'may not be opened by this user', 'use a port above 1023'],
  EADDRNOTAVAIL: ['ADDRESS_UNKNOWN', 'is not an address of this machine', 'set an address that it has, or 127.0.0.1'],
  ENOTFOUND: ['ADDRESS_UNKNOWN', 'does not resolve', 'set an IP address, or 127.0.0.1'],
}

function listen(server: Server, name: string, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const [code, what, hint] = listenProblems[error.code ?? ''] ?? ['LISTEN_FAILED', error.message, 'see the cause']
      const message = `${name} cannot listen on ${host}:${port}: it ${what}`
      reject(new SpanledgerError(code, message, { retryable: false, hint, cause: error }))
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}
