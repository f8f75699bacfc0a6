import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { topics } from '@spanledger/schemas/events/topics'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import type { EventLog, LogRecord } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CollectorOptions } from './config.ts'
import { type Collector, createCollector } from './service.ts'

const nowMs = Date.parse('2026-11-21T00:00:00Z')
const event = {
  event_id: 'e1',
  at: '2026-11-20T10:00:00Z',
  provider: 'openai',
  model: 'gpt-4o',
  usage: { input_tokens: 10, output_tokens: 2 },
}

let log: EventLog
let appended: LogRecord[]
let fail: Error | undefined
let hold: Promise<void> | undefined
let collector: Collector
const clock = createManualClock(nowMs)
const metrics = createMetrics()

/** The real memory log, seen from outside; it can be told to fail or to wait. */
function watched(inner: EventLog): EventLog {
  return {
    ...inner,
    async append(records) {
      await hold
      if (fail) throw fail
      await inner.append(records)
      appended.push(...records)
    },
  }
}

async function open(options: Partial<CollectorOptions> = {}): Promise<void> {
  collector = createCollector({
    log,
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics,
    clock,
    options: { host: '127.0.0.1', port: 0, ...options },
  })
  await collector.start()
}

beforeEach(async () => {
  appended = []
  fail = undefined
  hold = undefined
  const inner = createMemoryEventLog({ partitions: 2, clock })
  await inner.start()
  log = watched(inner)
})
afterEach(async () => {
  await collector.stop()
  await log.stop()
})

function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  const bytes = typeof body === 'string' ? body : Uint8Array.from(body)
  return fetch(`http://127.0.0.1:${collector.port}${path}`, {
    method: 'POST',
    body: bytes,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
const postUsage = (body: unknown, headers?: Record<string, string>, query = '') =>
  post(`/v1/usage${query}`, typeof body === 'string' ? body : JSON.stringify(body), headers)

async function metric(line: string): Promise<number> {
  const text = await metrics.render()
  const found = text.split('\n').find((candidate) => candidate.startsWith(line))
  return Number(found?.slice(line.length) ?? 0)
}

describe('POST /v1/usage', () => {
  it('takes one event, an array, or a line each', async () => {
    await open()
    for (const [body, type, accepted] of [
      [JSON.stringify(event), 'application/json', 1],
      [JSON.stringify([event, { ...event, event_id: 'e2' }]), 'application/json; charset=utf-8', 2],
      [`${JSON.stringify(event)}\n\r\n${JSON.stringify(event)}`, 'application/x-ndjson', 2],
    ] as const) {
      const answer = await post('/v1/usage', body, { 'content-type': type })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ accepted, rejected: [] })
    }
    expect(appended.map(({ topic, key }) => [topic, key])).toEqual(
      ['e1', 'e1', 'e2', 'e1', 'e1'].map((key) => [topics.usageEvents, key]),
    )
  })

  it('keys a record by its identity: response id, else trace id, else event id', async () => {
    await open()
    const traceId = 'a'.repeat(32)
    await postUsage([{ ...event, response_id: 'r1', trace_id: traceId }, { ...event, trace_id: traceId }, event])
    expect(appended.map(({ key }) => key)).toEqual(['r1', traceId, 'e1'])
  })

  it('answers for each event that it refuses, and takes the others', async () => {
    await open()
    const before = await metric(
      'spanledger_door_items_total{signal="usage",outcome="rejected",reason="USAGE_NEGATIVE"} ',
    )
    const lines = [JSON.stringify(event), '{broken', JSON.stringify({ ...event, usage: { input_tokens: -1 } }), '7']
    const answer = await post('/v1/usage', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'BODY_UNDECODABLE' },
        { index: 2, code: 'USAGE_NEGATIVE', message: 'usage: input_tokens is negative' },
        { index: 3, code: 'EVENT_NOT_OBJECT' },
      ],
    })
    expect(
      await metric('spanledger_door_items_total{signal="usage",outcome="rejected",reason="USAGE_NEGATIVE"} '),
    ).toBe(before + 1)
  })

  it('answers 400 with the same body when it took none', async () => {
    await open()
    for (const [body, rejected] of [
      ['[]', []],
      ['{"at": }', [{ index: 0, code: 'BODY_UNDECODABLE' }]],
      ['', [{ index: 0, code: 'BODY_UNDECODABLE' }]],
      ['"text"', [{ index: 0, code: 'EVENT_NOT_OBJECT' }]],
      [JSON.stringify({ ...event, event_id: null }), [{ index: 0, code: 'ID_MISSING' }]],
    ] as const) {
      const answer = await postUsage(body)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ accepted: 0, rejected })
    }
    expect(appended).toEqual([])
  })

  it('derives an event id from the content when asked: equal bodies get equal ids', async () => {
    await open()
    const { event_id: _, ...anonymous } = event
    const { at, ...rest } = anonymous
    expect((await postUsage(anonymous)).status).toBe(400)
    expect((await postUsage(anonymous, {}, '?derive_id=content')).status).toBe(200)
    expect((await postUsage({ ...rest, at }, {}, '?derive_id=content')).status).toBe(200)
    expect((await postUsage({ ...anonymous, model: 'gpt-5' }, {}, '?derive_id=content')).status).toBe(200)
    const [first, second, third] = appended.map(({ key }) => key)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('takes only what is sent as JSON, which a web page cannot do unasked', async () => {
    await open()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      expect((await postUsage(event, { 'content-type': type })).status).toBe(415)
    }
    expect((await postUsage(event, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await postUsage(event, { origin: 'null' })).status).toBe(403)
    expect((await postUsage(event, { origin: 'http://localhost:4320' })).status).toBe(200)
  })

  it('refuses more events in one request than it can answer for', async () => {
    await open({ maxEventsPerRequest: 2 })
    expect((await postUsage([event, event, event])).status).toBe(413)
    const lines = Array.from({ length: 3 }, () => JSON.stringify(event)).join('\n')
    expect((await postUsage(lines, { 'content-type': 'application/x-ndjson' })).status).toBe(413)
  })
})

describe('a body', () => {
  it('may be compressed', async () => {
    await open()
    const answer = await post('/v1/usage', gzipSync(JSON.stringify(event)), { 'content-encoding': 'gzip' })
    expect(await answer.json()).toEqual({ accepted: 1, rejected: [] })
  })

  it('in an unknown encoding is 415, in a broken one 400', async () => {
    await open()
    expect((await postUsage(event, { 'content-encoding': 'br' })).status).toBe(415)
    expect((await postUsage(event, { 'content-encoding': 'gzip' })).status).toBe(400)
  })

  it('that is too large is 413: announced, unannounced, or once inflated', async () => {
    await open({ maxBodyBytes: 1000, maxInflatedBytes: 5000 })
    const large = JSON.stringify({ ...event, note: 'x'.repeat(2000) })
    expect((await postUsage(large)).status).toBe(413)
    expect(await streamed(large)).toBe(413)
    const bomb = gzipSync(Buffer.alloc(500_000, ' '))
    expect(bomb.length).toBeLessThan(1000)
    expect((await post('/v1/usage', bomb, { 'content-encoding': 'gzip' })).status).toBe(413)
    expect((await postUsage(event)).status).toBe(200)
  })

  it('that never ends is given up', async () => {
    await open({ bodyTimeoutMs: 5000 })
    const request = slowRequest()
    const status = new Promise<[number, unknown]>((resolve, reject) => {
      request.on('response', (response) => {
        response.resume()
        resolve([response.statusCode ?? 0, response.headers['retry-after']])
      })
      request.on('error', reject)
    })
    request.write('[')
    await eventually('the request is under way', () => clock.pending > 1)
    await clock.advance(5000)
    expect(await status).toEqual([503, '5'])
    request.destroy()
  })

  it('whose sender goes away harms nobody', async () => {
    await open()
    const before = clock.pending
    const request = slowRequest()
    request.on('error', () => undefined)
    request.write('[')
    await eventually('the request is under way', () => clock.pending > before)
    request.destroy()
    await eventually('the request is forgotten', () => clock.pending === before)
    expect((await postUsage(event)).status).toBe(200)
  })

  function slowRequest() {
    const headers = { 'content-type': 'application/json' }
    return httpRequest({ port: collector.port, host: '127.0.0.1', path: '/v1/usage', method: 'POST', headers })
  }

  function streamed(text: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = slowRequest()
      request.on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', reject)
      request.write(text.slice(0, 600))
      request.end(text.slice(600))
    })
  }
})

describe('overload', () => {
  it('of any kind is 503 with Retry-After, never 429', async () => {
    await open({ maxInFlightRequests: 1 })
    let release: (() => void) | undefined
    hold = new Promise((resolve) => (release = resolve))
    const first = postUsage(event)
    await eventually(
      'the first is under way',
      () => collector.port > 0 && appended.length === 0 && release !== undefined,
    )
    let second = await postUsage(event)
    while (second.status === 200) second = await postUsage(event)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
    hold = undefined
    release?.()
    expect((await first).status).toBe(200)
    expect((await postUsage(event)).status).toBe(200)
  })

  it('of memory counts what has arrived', async () => {
    await open({ maxInFlightBytes: 100 })
    expect((await postUsage({ ...event, note: 'x'.repeat(200) })).status).toBe(503)
    const small = gzipSync(JSON.stringify({ ...event, note: 'x'.repeat(2000) }))
    expect((await post('/v1/usage', small, { 'content-encoding': 'gzip' })).status).toBe(503)
  })

  it.each([
    ['LOG_FULL', '5'],
    ['LOG_UNAVAILABLE', '2'],
  ])('%s of the log is 503, nothing is acknowledged, and /readyz says why', async (code, retryAfter) => {
    await open()
    fail = new SpanledgerError(code, `the log: ${code}`, { retryable: true, hint: '' })
    for (const path of ['/v1/usage', '/v1/traces']) {
      const answer = await post(path, path === '/v1/usage' ? JSON.stringify(event) : spanJson())
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, retryAfter])
    }
    const ready = await fetch(`http://127.0.0.1:${collector.port}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.text()).toContain(`the log: ${code}`)
    fail = undefined
    expect((await postUsage(event)).status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${collector.port}/readyz`)).status).toBe(200)
  })
})

describe('who sends', () => {
  const apiKeys = [
    { key: 'k-one', tenant: 'one' },
    { key: 'k-two', tenant: 'two' },
  ]

  it('is asked for a key when there are keys, and the key decides the tenant', async () => {
    await open({ apiKeys, tenant: 'ignored' })
    for (const authorization of ['', 'Bearer', 'Bearer nope', 'Basic k-one', 'k-one']) {
      const answer = await postUsage(event, { authorization })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
    expect((await postUsage(event, { authorization: 'Bearer k-two' })).status).toBe(200)
    expect((await post('/v1/traces', spanJson(), { authorization: 'bearer k-one' })).status).toBe(200)
    expect(appended.map(({ headers }) => headers)).toEqual([
      { 'spanledger-tenant': 'two' },
      { 'spanledger-tenant': 'one' },
    ])
  })

  it('is the fixed tenant when one is set, else nobody is stamped', async () => {
    await open({ tenant: 'demo' })
    await postUsage(event)
    await collector.stop()
    await open()
    await postUsage(event)
    expect(appended.map(({ headers }) => headers)).toEqual([{ 'spanledger-tenant': 'demo' }, undefined])
  })
})

describe('other requests', () => {
  it('are told what is here', async () => {
    await open()
    const get = await fetch(`http://127.0.0.1:${collector.port}/v1/traces`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await fetch(`http://127.0.0.1:${collector.port}/v1/nothing`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${collector.port}/healthz`)).status).toBe(200)
    expect(await (await fetch(`http://127.0.0.1:${collector.port}/metrics`)).text()).toContain('spanledger_door_')
  })
})

function spanJson(): string {
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    startTimeUnixNano: `${nowMs}000000`,
    attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } }],
  }
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
}
