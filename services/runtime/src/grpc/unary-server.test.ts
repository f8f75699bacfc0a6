import { connect } from 'node:net'
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { createLogger } from '../logger.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { createUnaryServer, type UnaryHandler, type UnaryServer, type UnaryServerOptions } from './unary-server.ts'

const running: { stop(): unknown }[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

function create(handler: UnaryHandler, options: Partial<UnaryServerOptions> = {}): UnaryServer {
  const logger = createLogger({ name: 'test', level: 'silent' })
  const methods = { '/test.Service/Do': handler }
  const server = createUnaryServer({ name: 'the server', methods, host: '127.0.0.1', port: 0, logger, ...options })
  running.push(server)
  return server
}

async function started(handler: UnaryHandler, options: Partial<UnaryServerOptions> = {}) {
  const server = create(handler, options)
  await server.start()
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure(), { 'grpc.enable_retries': 0 })
  running.push({ stop: () => client.close() })
  const call = (text = 'hello') =>
    new Promise<Buffer | ServiceError>((resolve) => {
      const same = (bytes: Buffer) => bytes
      client.makeUnaryRequest('/test.Service/Do', same, same, Buffer.from(text), (error, message) => {
        resolve(error ?? message ?? Buffer.alloc(0))
      })
    })
  return { server, call }
}

/** Reads the framed message, as its whole stream. */
async function bodyOf({ body }: Parameters<UnaryHandler>[0]): Promise<Buffer> {
  return Buffer.concat(await body.toArray())
}

const echo: UnaryHandler = async (call) => ({ message: (await bodyOf(call)).subarray(5) })

describeServiceContract('the gRPC server', {
  create: () => create(echo),
  createBroken: () => create(echo, { host: '192.0.2.1' }),
})

describe('the gRPC server', () => {
  it('answers the official client', async () => {
    const { call } = await started(echo)
    expect(String(await call('grüße'))).toBe('grüße')
  })

  it('says why in any words, and how long to wait', async () => {
    const message = '100 % full — grüße, try again'
    const { call } = await started(async () => ({ status: { code: 14, message, retryAfterSeconds: 300 } }))
    const error = (await call()) as ServiceError
    expect([error.code, error.details]).toEqual([14, message])
    const [details] = error.metadata.get('grpc-status-details-bin') as Buffer[]
    // a google.protobuf.Duration of 300 s, in a RetryInfo, in an Any
    expect(details?.subarray(-7)).toEqual(Buffer.from([0x12, 5, 0x0a, 3, 0x08, 0xac, 0x02]))
  })

  it('answers a handler that throws with INTERNAL, and goes on', async () => {
    let calls = 0
    const { call } = await started(async (each) => {
      calls++
      if (calls === 1) throw new Error('a secret of ours')
      return echo(each)
    })
    expect(await call()).toMatchObject({ code: 13, details: 'this call could not be handled' })
    expect(String(await call('again'))).toBe('again')
  })

  it('closes what does not speak HTTP/2, and goes on', async () => {
    const { server, call } = await started(echo)
    for (const bytes of ['POST /v1/traces HTTP/1.1\r\nhost: x\r\n\r\n', '\x16\x03\x01\x02\x00', Buffer.alloc(999, 7)]) {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
        socket.on('error', () => undefined).on('close', () => resolve())
        socket.resume()
      })
    }
    expect(String(await call())).toBe('hello')
  })

  it('closes a connection of which nothing is heard, spoken on or not, and takes the next', async () => {
    const { server, call } = await started(echo, { idleMs: 50 })
    expect(String(await call())).toBe('hello')
    await new Promise<void>((resolve) => {
      const silent = connect(server.port, '127.0.0.1')
      silent.on('error', () => undefined).on('close', () => resolve())
      silent.resume()
    })
    expect(String(await call())).toBe('hello')
  })

  it('cuts calls that take longer than the drain', async () => {
    const clock = createManualClock()
    let arrived = () => {}
    const asked = new Promise<void>((resolve) => (arrived = resolve))
    const { server, call } = await started(
      () => {
        arrived()
        return new Promise(() => undefined)
      },
      { clock },
    )
    const answer = call()
    await asked
    const stopped = server.stop()
    await clock.advance(10_000)
    await stopped
    expect(await answer).toMatchObject({ code: expect.any(Number) })
  })
})
