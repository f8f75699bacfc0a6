import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import { lifted } from '@spanledger/schemas/events/lifted'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { topics } from '@spanledger/schemas/events/topics'
import { createLmdbEventLog } from '@spanledger/runtime/event-log/lmdb'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import type { EventLog, LogRecord } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { collect } from '@spanledger/runtime/testing/collect'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Collector, createCollector } from './service.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
let log: EventLog
let appended: LogRecord[]
let collector: Collector

function door(into: EventLog): Collector {
  const options = { host: '127.0.0.1', port: 0 }
  return createCollector({ log: into, logger, metrics: createMetrics(), options })
}

beforeEach(async () => {
  appended = []
  const inner = createMemoryEventLog({ partitions: 2 })
  log = {
    ...inner,
    async append(records) {
      await inner.append(records)
      appended.push(...records)
    },
  }
  await log.start()
  collector = door(log)
  await collector.start()
})
afterEach(async () => {
  await collector.stop()
  await log.stop()
})

const url = (signal: string) => `http://127.0.0.1:${collector.port}/v1/${signal}`

function post(signal: string, body: string | Uint8Array, type = 'application/x-protobuf'): Promise<Response> {
  const bytes = typeof body === 'string' ? body : Uint8Array.from(body)
  return fetch(url(signal), { method: 'POST', body: bytes, headers: { 'content-type': type } })
}
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

function stored(): OtlpSpan[] {
  return appended.filter(({ topic }) => topic === topics.spans).flatMap(({ value }) => spansOf(value))
}
function spansOf(value: Uint8Array): readonly OtlpSpan[] {
  const decoded = decodeTraces(value, () => Number.POSITIVE_INFINITY)
  if (decoded.kind !== 'ok') throw new Error('a stored record cannot be decoded')
  expect(decoded.value.undecodable).toBe(0)
  return decoded.value.spans
}

function span(attributes: Record<string, string | number> = {}, changes: Partial<OtlpSpan> = {}): OtlpSpan {
  return {
    resource: { attributes: new Map([['service.name', 'shop']]) },
    scope: { name: 'scope', version: '1' },
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    name: 'chat',
    kind: 3,
    startMs: Date.now(),
    statusCode: 0,
    attributes: new Map(Object.entries({ 'gen_ai.request.model': 'gpt-4o', ...attributes })),
    ...changes,
  }
}

describe('the official exporters', () => {
  it.each([
    ['protobuf', (target: string): SpanExporter => new ProtobufExporter({ url: target })],
    ['protobuf, gzip', (target: string) => new ProtobufExporter({ url: target, compression: 'gzip' as never })],
    ['JSON', (target: string) => new JsonExporter({ url: target })],
  ])('export through the door: %s', async (_, create) => {
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'process.command_args': ['--secret'] }),
      spanProcessors: [new SimpleSpanProcessor(create(url('traces')))],
    })
    const tracer = provider.getTracer('opentelemetry.instrumentation.genai.openai', '1.0')
    const reported = tracer.startSpan('chat gpt-4o', {
      kind: 2,
      attributes: {
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.usage.input_tokens': 12,
        'gen_ai.input.messages': 'a secret',
        'gen_ai.prompt.0.content': 'a secret',
      },
    })
    reported.addEvent('gen_ai.user.message', { content: 'a secret' })
    reported.end()
    await provider.forceFlush()
    await provider.shutdown()

    expect(appended.map(({ topic, key }) => [topic, key])).toEqual([[topics.spans, 'chatcmpl-1']])
    const [kept] = stored()
    expect(kept).toMatchObject({ kind: 3, spanId: reported.spanContext().spanId, scope: { version: '1.0' } })
    expect(kept?.resource.attributes.get('service.name')).toBe('shop')
    expect(Object.fromEntries(kept?.attributes ?? [])).toEqual({
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.usage.input_tokens': 12,
      'spanledger.lifted.input_characters': 8,
    })
    expect(appended.map(({ value }) => Buffer.from(value).toString('latin1')).join('')).not.toContain('secret')
  })
})

describe('POST /v1/traces', () => {
  it('splits a batch by identity: one record per response, with its resource and scope', async () => {
    const shared = { resource: { attributes: new Map([['service.name', 'shop']]) }, scope: { name: 's', version: '' } }
    const answer = await post(
      'traces',
      encodeTraces([
        span({ 'gen_ai.response.id': 'r1' }, { ...shared, spanId: '1'.repeat(16) }),
        span({}, { ...shared, spanId: '2'.repeat(16) }),
        span({ 'gen_ai.response.id': 'r2' }, { spanId: '3'.repeat(16) }),
        span({ 'gen_ai.response.id': 'r1' }, { spanId: '4'.repeat(16), traceId: 'c'.repeat(32) }),
        span({}, { ...shared, spanId: '5'.repeat(16) }),
      ]),
    )
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/x-protobuf')
    expect((await bytesOf(answer)).length).toBe(0)
    expect(appended.map(({ key, value }) => [key, spansOf(value).map(({ spanId }) => spanId[0])])).toEqual([
      ['r1', ['1', '4']],
      ['a'.repeat(32), ['2', '5']],
      ['r2', ['3']],
    ])
    expect(stored().every(({ resource }) => resource.attributes.get('service.name') === 'shop')).toBe(true)
  })

  it.each(['application/x-protobuf', 'application/json'])(
    'keys a span by the response id in its recorded answer, of which nothing else is left: %s',
    async (type) => {
      const answer = JSON.stringify({ id: 'chatcmpl-9', choices: [{ message: { content: 'a secret' } }] })
      const own = span({ 'output.value': answer, [lifted.responseId]: 'forged', [lifted.usage]: '{"secret":1}' })
      const attributes = [...own.attributes].map(([key, value]) => ({ key, value: { stringValue: value } }))
      const { traceId, spanId } = own
      const json = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, attributes }] }] }] })
      const answered = await post('traces', type === 'application/json' ? json : encodeTraces([own]), type)
      expect(answered.status).toBe(200)

      expect(appended.map(({ key }) => key)).toEqual(['chatcmpl-9'])
      expect(Object.fromEntries(stored()[0]?.attributes ?? [])).toEqual({
        'gen_ai.request.model': 'gpt-4o',
        [lifted.responseId]: 'chatcmpl-9',
        [lifted.outputCharacters]: 8,
      })
    },
  )

  it('leaves out spans that have nothing to do with an LLM, without calling that a failure', async () => {
    const http = span({}, { attributes: new Map([['http.response.status_code', 200]]) })
    const answer = await post('traces', encodeTraces([http, span()]))
    expect([answer.status, (await bytesOf(answer)).length]).toEqual([200, 0])
    expect(stored()).toHaveLength(1)
  })

  it('says in a partial success which spans it rejected, in the encoding of the request', async () => {
    const bad = [
      span({}, { traceId: '' }),
      span({}, { spanId: '' }),
      span({}, { startMs: Date.now() + 25 * 3_600_000 }),
      span({}, { startMs: Date.UTC(1971, 0, 1) }),
    ]
    const answer = await post('traces', encodeTraces([...bad, span()]))
    expect(answer.status).toBe(200)
    const body = await bytesOf(answer)
    const message = '2 spans: SPAN_ID_INVALID; 1 span: TIME_FUTURE; 1 span: TIME_TOO_OLD'
    const content = Buffer.concat([Buffer.from([0x08, 4, 0x12, message.length]), Buffer.from(message)])
    expect(body).toEqual(Buffer.concat([Buffer.from([0x0a, content.length]), content]))
    expect(stored()).toHaveLength(1)

    const attributes = [{ key: 'gen_ai.system', value: { stringValue: 'openai' } }]
    const json = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'xyz', attributes }, 7] }] }] }
    const second = await post('traces', JSON.stringify(json), 'application/json')
    expect(await second.json()).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: '1 span: SPAN_ID_INVALID; 1 span: RECORD_UNDECODABLE' },
    })
  })

  it('answers errors as google.rpc.Status in the encoding of the request', async () => {
    const protobuf = await post('traces', 'not protobuf')
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
    expect((await bytesOf(protobuf)).subarray(0, 2)).toEqual(Buffer.from([0x08, 3]))
    const json = await post('traces', 'not json', 'application/json')
    expect([json.status, await json.json()]).toMatchObject([400, { code: 3 }])
    expect((await post('traces', 'x', 'text/plain')).status).toBe(415)
  })

  it('bounds the size of a record, however long the trace', async () => {
    const spans = Array.from({ length: 250 }, (_, at) => span({}, { spanId: (at + 1).toString(16).padStart(16, '0') }))
    expect((await post('traces', encodeTraces(spans))).status).toBe(200)
    expect(appended.map(({ value }) => spansOf(value).length)).toEqual([100, 100, 50])
  })

  it('bounds the bytes of a record, and the length of its key', async () => {
    const long = { 'gen_ai.response.id': 'r'.repeat(50_000) }
    const spans = Array.from({ length: 90 }, (_, at) => span(long, { spanId: (at + 1).toString(16).padStart(16, '0') }))
    expect((await post('traces', encodeTraces(spans))).status).toBe(200)
    expect(Math.max(...appended.map(({ value }) => value.length))).toBeLessThan(600_000)
    expect(new Set(appended.map(({ key }) => key))).toEqual(new Set([spans[0]?.traceId]))
    expect(appended.flatMap(({ value }) => spansOf(value))).toHaveLength(90)
  })

  it('has made durable what it acknowledged', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'spanledger-door-'))
    try {
      const first = createLmdbEventLog({ dir, logger })
      await first.start()
      const durable = door(first)
      await durable.start()
      const target = `http://127.0.0.1:${durable.port}/v1/traces`
      const exporter = new ProtobufExporter({ url: target })
      const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
      const reported = provider.getTracer('t').startSpan('chat', { attributes: { 'gen_ai.system': 'openai' } })
      reported.end()
      await provider.shutdown()
      await durable.stop()
      await first.stop()

      const second = createLmdbEventLog({ dir, logger })
      await second.start()
      const { entries, subscription } = await collect(second, 'test', [topics.spans])
      while (entries.length === 0) await new Promise((resolve) => setImmediate(resolve))
      expect(entries.flatMap(({ value }) => spansOf(value)).map(({ spanId }) => spanId)).toEqual([
        reported.spanContext().spanId,
      ])
      await subscription.stop()
      await second.stop()
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

const fixtures = join(import.meta.dirname, '../../../../shared/fixtures/otlp')

describe.skipIf(!existsSync(fixtures))('real payloads (../shared/fixtures/otlp is not here)', () => {
  it('of every signal are taken as they are', async () => {
    const statuses = new Set<number>()
    for (const folder of readdirSync(fixtures).filter((name) => !name.includes('.'))) {
      for (const file of readdirSync(join(fixtures, folder)).filter((name) => /^\d.*\.(pb|json)$/.test(name))) {
        const signal = /traces|logs|metrics/.exec(file)?.[0] ?? ''
        const type = file.endsWith('.pb') ? 'application/x-protobuf' : 'application/json'
        const answer = await post(signal, readFileSync(join(fixtures, folder, file)), type)
        expect(answer.status, `${folder}/${file}`).toBe(200)
        statuses.add(answer.status)
        expect((await bytesOf(answer)).length, file).toBeLessThanOrEqual(2)
      }
    }
    expect([...statuses]).toEqual([200])
    const count = (topic: string) => appended.filter((record) => record.topic === topic).length
    expect(stored().length).toBeGreaterThan(200)
    expect([count(topics.logs) > 0, count(topics.metrics) > 0]).toEqual([true, true])
  })
})
