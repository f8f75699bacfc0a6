import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../clock.ts'
import type { Service } from '../service.ts'
import { startStop } from '../start-stop.ts'
import { listen } from './listen.ts'

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
  /** The environment variable that decides the port, named when it cannot be had. */
  readonly portVariable?: string
  /** How long requests under way may take once stopping; then their connections are cut. */
  readonly drainMs?: number
  readonly clock?: Clock
}

/**
 * An idle connection lives longer than the clients and load balancers before it keep theirs (60 s is usual): whoever
 * closes first must not be the one that is about to be sent a request.
 */
const keepAliveMs = 65_000

/** Serves a hono app. `stop` lets requests under way finish, answers no new ones, and cuts what is left after `drainMs`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { name, app, host, drainMs = 10_000, clock = systemClock } = options
  let server: Server | undefined
  let port = options.port

  async function open(): Promise<void> {
    const starting = createAdaptorServer({ fetch: app.fetch }) as Server
    starting.keepAliveTimeout = keepAliveMs
    // a connection that falls idle while stopping would be waited for until its time is up
    starting.on('request', (_, response) => {
      response.once('close', () => server === undefined && setImmediate(() => starting.closeIdleConnections()))
    })
    await listen(starting, { name, host, port: options.port, variable: options.portVariable })
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
