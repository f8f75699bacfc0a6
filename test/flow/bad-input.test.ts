import { gzipSync } from 'node:zlib'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { findInLedger, findInFiles, findInLog } from '../harness/find-text.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'

/** What strangers send: each gets its answer or its state, is counted, and takes nothing else down. */
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger()
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const now = Date.now()
const second = 1000
const hour = 3_600_000
let good = 0

/** Whatever was thrown at it: the next good event is taken and charged exactly. */
afterEach(async () => {
  const session = `good-${++good}`
  expect(await usage(event({ session }))).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } })
  expect(await rows(session)).toEqual([{ kind: 'charge', requests: '1', cost: '0.0035', price_state: 'priced' }])
})

interface EventChange extends Record<string, unknown> {
  readonly session: string
}

function event({ session, ...change }: EventChange): Record<string, unknown> {
  return {
    event_id: session,
    at: new Date(now - 60 * second).toISOString(),
    provider: 'openai',
    model: 'gpt-4o',
    usage: { input_tokens: 1000, output_tokens: 100 },
    attribution: { session },
    ...change,
  }
}

async function post(path: string, type: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(spanledger.doorUrl + path, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: body as NonNullable<RequestInit['body']>,
  })
  const text = await response.text()
  return { status: response.status, body: type.startsWith('application/json') ? JSON.parse(text) : text }
}

const usage = (value: unknown) => post('/v1/usage', 'application/json', JSON.stringify(value))
const traces = (spans: readonly OtlpSpan[]) => post('/v1/traces', 'application/x-protobuf', encodeTraces(spans))

function span(session: string, attributes: Readonly<Record<string, AttributeValue>> = {}): OtlpSpan {
  const id = Buffer.from(session).toString('hex').padEnd(32, '0').slice(0, 32)
  return {
    resource: { attributes: new Map([['service.name', 'strange']]) },
    scope: { name: 'test', version: '1' },
    traceId: id,
    spanId: id.slice(0, 16),
    parentSpanId: '',
    name: 'chat',
    kind: 3,
    startMs: now - 60 * second,
    endMs: now - 59 * second,
    statusCode: 0,
    attributes: new Map<string, AttributeValue>(
      Object.entries({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
        'session.id': session,
        ...attributes,
      }),
    ),
  }
}

async function rows(session: string, columns = 'kind, requests, toString(cost) AS cost, price_state') {
  await untilDrained(spanledger.dataDir)
  return spanledger.sql(`SELECT ${columns} FROM ledger WHERE session = '${session}'`)
}

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${spanledger.doorUrl}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => pattern.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('whole bodies', () => {
  test.each([
    ['/v1/traces', 'application/x-protobuf', Buffer.from('not protobuf at all')],
    ['/v1/traces', 'application/json', '{"resourceSpans": [{'],
    ['/v1/traces', 'application/json', '{"resourceSpans": "many"}'],
    ['/v1/usage', 'application/json', '{"event_id": '],
    ['/v1/usage', 'application/json', '"a string"'],
    ['/v1/usage', 'application/x-ndjson', 'nonsense\nnonsense'],
  ])('undecodable: %s as %s is 400', async (path, type, body) => {
    expect((await post(path, type, body)).status).toBe(400)
  })

  test('a gzip bomb is 413, and costs no memory worth speaking of', async () => {
    const bomb = gzipSync(Buffer.alloc(512 * 2 ** 20))
    expect(bomb.length).toBeLessThan(2 ** 20)
    const before = await metric(/^process_resident_memory_bytes/)
    for (const path of ['/v1/traces', '/v1/usage']) {
      const answer = await post(path, 'application/json', bomb, { 'content-encoding': 'gzip' })
      expect(answer.status).toBe(413)
    }
    expect((await metric(/^process_resident_memory_bytes/)) - before).toBeLessThan(200 * 2 ** 20)
  })

  test('a cut gzip body is 400; an unknown media type is 415', async () => {
    const cut = gzipSync(JSON.stringify(event({ session: 'cut' }))).subarray(0, 40)
    expect((await post('/v1/usage', 'application/json', cut, { 'content-encoding': 'gzip' })).status).toBe(400)
    expect((await post('/v1/usage', 'text/plain', 'x')).status).toBe(415)
  })

  test('a huge batch is refused as a whole, or taken as a whole', async () => {
    const session = 'huge'
    const line = (index: number) => JSON.stringify(event({ session, event_id: `huge-${index}` }))
    const body = Array.from({ length: 30_000 }, (_, index) => line(index)).join('\n')
    const { status } = await post('/v1/usage', 'application/x-ndjson', body)
    expect([200, 413]).toContain(status)
    expect(await rows(session, 'toString(sum(requests)) AS n')).toEqual([{ n: status === 200 ? '30000' : '0' }])
  })
})

describe('single events', () => {
  test.each([
    ['USAGE_NEGATIVE', { usage: { input_tokens: -1 } }],
    ['USAGE_NOT_INTEGER', { usage: { input_tokens: 1.5 } }],
    ['USAGE_NOT_NUMERIC', { usage: { input_tokens: 'many' } }],
    ['USAGE_OUT_OF_RANGE', { usage: { input_tokens: 1e300 } }],
    ['USAGE_SUBSET_EXCEEDS_TOTAL', { usage: { input_tokens: 1, cache_read_tokens: 2 } }],
    ['USAGE_MISSING', { usage: undefined }],
    ['TIME_FUTURE', { at: new Date(now + 25 * hour).toISOString() }],
    ['TIME_INVALID', { at: 'yesterday' }],
    ['ID_MISSING', { event_id: undefined }],
  ])('%s is refused alone, its neighbours are taken', async (code, change) => {
    const session = `beside-${code}`
    const answer = await usage([event({ session }), event({ session: `bad-${code}`, ...change })])
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code }] })
    expect(await rows(session)).toHaveLength(1)
    expect(await rows(`bad-${code}`)).toEqual([])
    expect(await metric(new RegExp(`^spanledger_door_items_total.*${code}`))).toBeGreaterThan(0)
  })

  test('things that are no events are refused each with its index', async () => {
    const answer = await usage([1, null, 'x', [], event({ session: 'among' })])
    expect(answer.body.accepted).toBe(1)
    expect(answer.body.rejected.map((item: { index: number }) => item.index)).toEqual([0, 1, 2, 3])
  })

  test('a clock ten minutes ahead is charged and flagged', async () => {
    const session = 'ahead'
    await usage(event({ session, at: new Date(Date.now() + 600 * second).toISOString() }))
    expect(await rows(session, 'requests, warnings')).toEqual([{ requests: '1', warnings: ['TIME_AHEAD'] }])
  })

  test('an unknown model is unpriced: counted with its tokens, never 0 without a word', async () => {
    const session = 'unknown-model'
    await usage(event({ session, model: 'gpt-99-ultra' }))
    const columns = 'price_state, toString(cost) AS cost, unpriced_requests, unpriced_tokens'
    const unpriced = { price_state: 'unpriced', cost: '0', unpriced_requests: '1', unpriced_tokens: '1100' }
    expect(await rows(session, columns)).toEqual([unpriced])
  })
})

describe('single spans', () => {
  test('usage that contradicts itself becomes a dead letter with its code', async () => {
    await traces([span('negative-span', { 'gen_ai.usage.input_tokens': -5 })])
    expect(await rows('negative-span')).toEqual([])
    const dead = await spanledger.sql(
      `SELECT code FROM rejected WHERE topic = 'otlp_spans' AND code = 'USAGE_NEGATIVE'`,
    )
    expect(dead).toHaveLength(1)
  })

  test('a call that succeeded without usage is an accrual, not a free request', async () => {
    const session = 'no-usage'
    const without = span(session)
    const attributes = new Map([...without.attributes].filter(([key]) => !key.startsWith('gen_ai.usage')))
    await traces([{ ...without, attributes }])
    const columns = 'kind, requests, price_state, warnings'
    const accrual = { kind: 'accrual', requests: '1', price_state: 'unpriced', warnings: ['USAGE_MISSING'] }
    expect(await rows(session, columns)).toEqual([accrual])
  })

  test('hostile attribute values are stored as text or left out, and nothing else happens', async () => {
    const session = 'hostile'
    const { status } = await traces([
      span(session, {
        'spanledger.team': `'; DROP TABLE ledger; --`,
        'spanledger.feature': '\u0000\u0007<script>alert(1)</script>',
        'spanledger.customer': 'x'.repeat(100_000),
        'spanledger.user': new Map([['__proto__', 'y']]),
        'spanledger.project': ['a', new Map([['b', 2n ** 62n]])],
        __proto__key: 'z',
        constructor: 'c',
        'gen_ai.response.model': '../../etc/passwd',
      }),
    ])
    expect(status).toBe(200)
    const [row] = await rows(session, 'requests, team, length(customer) AS customerLength')
    expect(row).toMatchObject({ requests: '1', team: `'; DROP TABLE ledger; --` })
    expect(Number(row?.customerLength)).toBeLessThan(2000)
  })
})

test('content is nowhere: not in the log, not in ClickHouse, not in any file', async () => {
  const marker = (place: string) => `SECRETCONTENT-${place}-93b1`
  const message = (place: string) => JSON.stringify([{ role: 'user', parts: [{ content: marker(place) }] }])
  await traces([
    span('content', {
      'gen_ai.input.messages': message('input'),
      'gen_ai.output.messages': message('output'),
      'gen_ai.system_instructions': marker('system'),
      'gen_ai.prompt.0.content': marker('prompt'),
      'gen_ai.completion.0.content': marker('completion'),
      'gen_ai.tool.call.arguments': marker('arguments'),
      'input.value': marker('inputvalue'),
      'output.value': marker('outputvalue'),
      'something.of.our.own': marker('unknown'),
    }),
    // What is rejected keeps no content either.
    span('content-bad', { 'gen_ai.usage.input_tokens': -1, 'gen_ai.input.messages': message('rejected') }),
  ])
  await usage([
    event({ session: 'content-event', prompt: marker('eventprompt'), messages: [{ content: marker('eventmessage') }] }),
    event({ session: 'content-bad-event', usage: { input_tokens: -1 }, prompt: marker('badevent') }),
  ])
  // Nor do logs, what they say or carry, or metrics; what they count is kept.
  const secret = (key: string) => ({ key, value: { stringValue: marker(key) } })
  const said = {
    body: { stringValue: marker('body') },
    eventName: marker('event name'),
    severityText: marker('severity'),
  }
  const count = { key: 'input_token_count', value: { intValue: '12345' } }
  const session = { key: 'session.id', value: { stringValue: 'content-log' } }
  const logRecords = [{ ...said, attributes: [secret('prompt'), secret('error'), secret('unknown'), count, session] }]
  const exemplars = [{ asInt: '1', filteredAttributes: [secret('prompt')] }]
  const dataPoints = [{ asInt: '1', attributes: [secret('note'), count], exemplars }]
  const metrics = [{ name: 'gemini_cli.token.usage', description: marker('description'), sum: { dataPoints } }]
  for (const [path, body] of [
    ['/v1/logs', { resourceLogs: [{ resource: { attributes: [secret('x')] }, scopeLogs: [{ logRecords }] }] }],
    ['/v1/metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }],
  ] as const) {
    expect(await post(path, 'application/json', JSON.stringify(body))).toMatchObject({ status: 200, body: {} })
  }
  await untilDrained(spanledger.dataDir)
  expect(await findInLog(spanledger.dataDir, 'content-log')).not.toEqual([])
  expect(await findInLog(spanledger.dataDir, 'gemini_cli.token.usage')).not.toEqual([])
  expect(await rows('content')).toHaveLength(1)
  expect(await rows('content-event')).toHaveLength(1)
  await spanledger.sql('SYSTEM FLUSH LOGS').catch(() => undefined)

  // The search itself is checked with a text that is there.
  expect(await findInLedger(spanledger.sql, 'content-event')).not.toEqual([])
  expect(await findInLog(spanledger.dataDir, 'content-event')).not.toEqual([])

  expect(await findInLedger(spanledger.sql, 'SECRETCONTENT')).toEqual([])
  expect(await findInLog(spanledger.dataDir, 'SECRETCONTENT')).toEqual([])
  expect(await spanledger.stop()).toBe(0)
  expect(findInFiles(spanledger.dataDir, 'content-event')).not.toEqual([])
  expect(findInFiles(spanledger.dataDir, 'SECRETCONTENT')).toEqual([])
  expect(spanledger.output()).not.toContain('SECRETCONTENT')
  await spanledger.start()
})
