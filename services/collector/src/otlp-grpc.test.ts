import { connect, type ClientHttp2Session, constants } from 'node:http2'
import { credentials, Metadata } from '@grpc/grpc-js'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { topics } from '@spanledger/schemas/events/topics'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CollectorOptions } from './config.ts'
import { createGrpcClient, type GrpcClient } from './testing/grpc-client.ts'
import { nowMs, openDoor, type OpenDoor } from './testing/open-door.ts'

let door: OpenDoor
let client: GrpcClient

async function open(options: Partial<CollectorOptions> = {}): Promise<void> {
  door = await openDoor(options)
  client = createGrpcClient(door.collector.grpcPort ?? 0)
}
beforeEach(() => open())
afterEach(async () => {
  client.close()
  await door.close()
})
async function reopen(options: Partial<CollectorOptions>): Promise<void> {
  client.close()
  await door.close()
  await open(options)
}

function spans(count: number, noteBytes = 0): Uint8Array {
  return encodeTraces(
    Array.from({ length: count }, (_, at) => ({
      resource: { attributes: new Map([['service.name', 'shop']]) },
      scope: { name: 'scope', version: '1' },
      traceId: 'a'.repeat(32),
      spanId: (at + 1).toString(16).padStart(16, '0'),
      parentSpanId: '',
      name: 'chat',
      kind: 3,
      startMs: nowMs,
      statusCode: 0,
      attributes: new Map([
        ['gen_ai.request.model', 'gpt-4o'],
        ['gen_ai.input.messages', 'a secret '.repeat(noteBytes / 9)],
      ]),
    })),
  )
}
const stored = () =>
  door.appended.flatMap(({ value }) => {
    const decoded = decodeTraces(value, () => Number.POSITIVE_INFINITY)
    return decoded.kind === 'ok' ? decoded.value.spans : []
  })

describe('the official exporter over gRPC', () => {
  it.each([['none'], ['gzip']])('exports through the door, compression %s', async (compression) => {
    await reopen({ apiKeys: [{ key: 'k-one', tenant: 'one' }] })
    const metadata = new Metadata()
    metadata.set('authorization', 'Bearer k-one')
    const exporter = new OTLPTraceExporter({
      url: `http://127.0.0.1:${door.collector.grpcPort}`,
      credentials: credentials.createInsecure(),
      metadata,
      compression: compression as never,
    })
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2000, maxQueueSize: 5000 })
    const provider = new BasicTracerProvider({ spanProcessors: [processor] })
    const tracer = provider.getTracer('t')
    for (let at = 0; at < 2000; at++) {
      const attributes = { 'gen_ai.response.id': `r${at}`, 'gen_ai.input.messages': 'a secret '.repeat(300) }
      tracer.startSpan('chat', { attributes }).end()
    }
    await provider.forceFlush()
    await provider.shutdown()
    expect(new Set(door.appended.map(({ key }) => key)).size).toBe(2000)
    expect(stored()).toHaveLength(2000)
    expect(new Set(door.appended.map(({ topic }) => topic))).toEqual(new Set([topics.spans]))
    expect(door.appended[0]?.headers).toEqual({ 'spanledger-tenant': 'one' })
    expect(Buffer.concat(door.appended.map(({ value }) => value)).includes('secret')).toBe(false)
  })
})

describe('a call', () => {
  it('is answered when its spans are in the log, with what was rejected as over HTTP', async () => {
    expect(await client.call(spans(2))).toMatchObject({ status: 'OK', message: Buffer.alloc(0) })
    expect(stored()).toHaveLength(2)
    const bad = encodeTraces(stored().map((span) => ({ ...span, traceId: '' })))
    const { status, message } = await client.call(bad)
    const text = '2 spans: SPAN_ID_INVALID'
    const content = Buffer.concat([Buffer.from([0x08, 2, 0x12, text.length]), Buffer.from(text)])
    expect([status, message]).toEqual(['OK', Buffer.concat([Buffer.from([0x0a, content.length]), content])])
    expect(await door.metric('spanledger_door_items_total{signal="traces",outcome="accepted",reason=""}')).toBe(2)
  })

  it('may be as large as over HTTP: beyond 4 MiB it is taken, beyond the limits it is RESOURCE_EXHAUSTED', async () => {
    const mebibyte = 1024 * 1024
    expect((await client.call(spans(14, mebibyte))).status).toBe('OK')
    expect((await client.call(spans(40, mebibyte), { gzip: true })).status).toBe('OK')
    expect(await client.call(spans(17, mebibyte))).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      details: expect.stringContaining('send smaller batches'),
      trailers: expect.not.objectContaining({ 'grpc-status-details-bin': expect.anything() }),
    })
    expect(await client.call(spans(70, mebibyte), { gzip: true })).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      details: expect.stringContaining('once decompressed'),
    })
    expect((await client.call(spans(1))).status).toBe('OK')
  })

  it('that cannot be decoded is INVALID_ARGUMENT', async () => {
    expect((await client.call(Buffer.from('not protobuf'))).status).toBe('INVALID_ARGUMENT')
  })

  it('to a method that is not here is UNIMPLEMENTED', async () => {
    const answer = await client.call(spans(1), { method: '/opentelemetry.Other/Export' })
    expect(answer).toMatchObject({ status: 'UNIMPLEMENTED', details: expect.stringContaining('Other/Export') })
  })

  it('without a valid key is UNAUTHENTICATED, and the key decides the tenant', async () => {
    await reopen({ apiKeys: [{ key: 'k-one', tenant: 'one' }] })
    expect((await client.call(spans(1))).status).toBe('UNAUTHENTICATED')
    expect((await client.call(spans(1), { metadata: { authorization: 'Bearer no' } })).status).toBe('UNAUTHENTICATED')
    expect((await client.call(spans(1), { metadata: { authorization: 'Bearer k-one' } })).status).toBe('OK')
    expect(door.appended.map(({ headers }) => headers)).toEqual([{ 'spanledger-tenant': 'one' }])
  })

  it('of a page in a browser is refused like over HTTP', async () => {
    const answer = await client.call(spans(1), { metadata: { origin: 'https://evil.example' } })
    expect(answer.status).toBe('PERMISSION_DENIED')
  })
})

describe('overload over gRPC', () => {
  /** google.rpc.Status with a RetryInfo of so many seconds. */
  function retryAfter(trailers: Record<string, unknown>): number | undefined {
    const details = trailers['grpc-status-details-bin'] as Buffer | undefined
    expect(details?.includes('type.googleapis.com/google.rpc.RetryInfo')).toBe(true)
    return details?.at(-1)
  }

  it('is one limit with HTTP, and UNAVAILABLE with a time to wait', async () => {
    await reopen({ maxInFlightRequests: 1 })
    let release: () => void = () => undefined
    door.hold = new Promise((resolve) => (release = resolve))
    const first = client.call(spans(1))
    await eventually('the first waits for the log', () => door.appends === 1)
    const second = await client.call(spans(1))
    expect([second.status, retryAfter(second.trailers)]).toEqual(['UNAVAILABLE', 1])
    expect((await door.postUsage({})).status).toBe(503)
    door.hold = undefined
    release()
    expect((await first).status).toBe('OK')
    expect((await client.call(spans(1))).status).toBe('OK')
  })

  it('of memory counts what has arrived, and what it inflates to', async () => {
    await reopen({ maxInFlightBytes: 10_000 })
    expect((await client.call(spans(1, 20_000))).status).toBe('UNAVAILABLE')
    expect((await client.call(spans(1, 20_000), { gzip: true })).status).toBe('UNAVAILABLE')
    expect((await client.call(spans(1))).status).toBe('OK')
  })

  it.each([
    ['LOG_FULL', 5],
    ['LOG_UNAVAILABLE', 2],
  ])('%s of the log is UNAVAILABLE: nothing is acknowledged', async (code, seconds) => {
    door.fail = new SpanledgerError(code, `the log: ${code}`, { retryable: true, hint: '' })
    const { status, trailers } = await client.call(spans(1))
    expect([status, retryAfter(trailers)]).toEqual(['UNAVAILABLE', seconds])
    door.fail = undefined
    expect((await client.call(spans(1))).status).toBe('OK')
  })
})

describe('bytes that no gRPC client sends', () => {
  let session: ClientHttp2Session
  beforeEach(() => {
    session = connect(`http://127.0.0.1:${door.collector.grpcPort}`)
  })
  afterEach(() => session.destroy())

  function send(bytes: Uint8Array, more: Record<string, string> = {}, end = true) {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      ...more,
    })
    stream.on('error', () => undefined)
    const answered = new Promise<Record<string, unknown>>((resolve) => stream.on('response', resolve))
    stream.resume()
    stream.write(bytes)
    if (end) stream.end()
    return { stream, answered }
  }

  it.each([
    ['no message', Buffer.from([0, 0])],
    ['less than the head says', Buffer.from([0, 0, 0, 0, 9, 1])],
    ['more than one message', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['an unknown flag', Buffer.from([7, 0, 0, 0, 0])],
  ])('are INVALID_ARGUMENT: %s', async (_, bytes) => {
    expect((await send(bytes).answered)['grpc-status']).toBe('3')
  })

  it('in an unknown compression are UNIMPLEMENTED, in a broken one INVALID_ARGUMENT', async () => {
    const framed = Buffer.from([1, 0, 0, 0, 1, 65])
    const unknown = await send(framed, { 'grpc-encoding': 'br' }).answered
    expect([unknown['grpc-status'], unknown['grpc-accept-encoding']]).toEqual(['12', 'identity,gzip,deflate'])
    expect((await send(framed, { 'grpc-encoding': 'gzip' }).answered)['grpc-status']).toBe('3')
  })

  it('are told that this port takes gRPC', async () => {
    expect((await send(Buffer.alloc(5), { 'content-type': 'application/json' }).answered)[':status']).toBe(415)
  })

  it('that never end are given up, and whose sender goes away harm nobody', async () => {
    const idle = door.clock.pending
    const slow = send(Buffer.from([0, 0, 0, 0, 9]), {}, false)
    await eventually('the call is under way', () => door.clock.pending > idle)
    await door.clock.advance(30_000)
    expect((await slow.answered)['grpc-status']).toBe('14')
    const gone = send(Buffer.from([0, 0, 0, 0, 9]), {}, false)
    await eventually('the call is under way', () => door.clock.pending > idle)
    gone.stream.close(constants.NGHTTP2_CANCEL)
    await eventually('the call is forgotten', () => door.clock.pending === idle)
    expect((await client.call(spans(1))).status).toBe('OK')
  })
})

it('stopping answers the calls under way', async () => {
  let release: () => void = () => undefined
  door.hold = new Promise((resolve) => (release = resolve))
  const call = client.call(spans(1))
  await eventually('it waits for the log', () => door.appends === 1)
  const stopped = door.collector.stop()
  release()
  expect((await call).status).toBe('OK')
  await stopped
  expect((await client.call(spans(1))).status).toBe('UNAVAILABLE')
})

it('a busy port is one error that names its variable', async () => {
  await expect(openDoor({ grpcPort: door.collector.grpcPort ?? 0 })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    hint: expect.stringContaining('SPANLEDGER_OTLP_GRPC_PORT'),
  })
})
