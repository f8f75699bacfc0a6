import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts'

const running: HttpServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

function create(options: Partial<HttpServerOptions> = {}): HttpServer {
  const app = new Hono().get('/', (context) => context.text('hello'))
  const server = createHttpServer({ name: 'the door', app, host: '127.0.0.1', port: 0, ...options })
  running.push(server)
  return server
}

describeServiceContract('the http server', {
  create: () => create(),
  createBroken: () => create({ host: '192.0.2.1' }),
})

describe('the http server', () => {
  it('serves the app on the port that it names', async () => {
    const server = create()
    await server.start()
    expect(server.port).toBeGreaterThan(0)
    expect(await (await fetch(server.url)).text()).toBe('hello')
  })

  it('names the busy port and what to do, in one error', async () => {
    const first = create()
    await first.start()
    await expect(create({ port: first.port }).start()).rejects.toMatchObject({
      name: 'SpanledgerError',
      code: 'PORT_BUSY',
      message: `the door cannot listen on 127.0.0.1:${first.port}: it is in use`,
      hint: expect.stringContaining('port'),
      retryable: false,
    })
  })

  it('lets requests under way finish when it stops, and waits for no connection that is idle then', async () => {
    let arrived = () => {}
    let answer = () => {}
    const asked = new Promise<void>((resolve) => (arrived = resolve))
    const app = new Hono().get('/', async (context) => {
      arrived()
      await new Promise<void>((resolve) => (answer = resolve))
      return context.text('finished')
    })
    // on a clock that stands still, nothing is ever cut
    const server = create({ app, clock: createManualClock() })
    await server.start()
    const response = fetch(server.url)
    await asked
    const stopped = server.stop()
    answer()
    expect(await (await response).text()).toBe('finished')
    await stopped
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  it('cuts requests that take longer than the drain', async () => {
    const clock = createManualClock()
    let arrived = () => {}
    const asked = new Promise<void>((resolve) => (arrived = resolve))
    const app = new Hono().get('/', () => {
      arrived()
      return new Promise<Response>(() => undefined)
    })
    const server = create({ app, clock, drainMs: 10_000 })
    await server.start()
    const response = fetch(server.url).catch((error: unknown) => error)
    await asked
    const stopped = server.stop()
    await clock.advance(10_000)
    await stopped
    expect(await response).toBeInstanceOf(Error)
  })
})
