import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPromtool, runPromtool } from '../../infra/dev/testing/promtool.ts'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'

/** What Prometheus reads of every service, after traffic of every kind. */
const promtool = await findPromtool()
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger()
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const at = new Date().toISOString()
const event = (id: string, model: string, change = {}) => ({
  event_id: id,
  at,
  provider: 'openai',
  model,
  usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 },
  attribution: { team: 'search', feature: 'a "quoted" \\ name\u00e9' },
  latency_ms: 812,
  ...change,
})

async function post(path: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(spanledger.doorUrl + path, { method: 'POST', body: JSON.stringify(body), headers })).status
}
async function metrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}
const valueOf = (text: string, name: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)

test('the llm_ metrics say what the ledger holds', async () => {
  const events = [event('e1', 'gpt-4o'), event('e2', 'gpt-4o'), event('e3', 'a-model-without-price')]
  expect(await post('/v1/usage', events)).toBe(200)
  expect(await post('/v1/usage', events)).toBe(200)
  expect(await post('/v1/usage', [event('e4', 'm', { usage: { input_tokens: -1 } }), event('e5', 'gpt-4o')])).toBe(200)
  const span = {
    resource: { attributes: new Map() },
    scope: { name: 's', version: '' },
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    name: 'chat',
    kind: 3,
    statusCode: 0,
    attributes: new Map([['gen_ai.system', 'openai']]),
  }
  await fetch(`${spanledger.doorUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Uint8Array.from(encodeTraces([span])),
  })
  expect(await post('/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] })).toBe(200)
  expect(await post('/v1/metrics', {})).toBe(200)
  expect(await post('/v1/traces', 'no traces')).toBe(400)

  await untilDrained(spanledger.dataDir)
  const text = await metrics(spanledger.doorUrl)
  const [held] = await spanledger.sql(
    `SELECT sum(requests) AS requests, sum(input_tokens) AS input, sum(output_tokens) AS output,
       sum(cache_read_tokens) AS cached, sum(unpriced_requests) AS unpriced, toFloat64(sum(cost)) AS cost FROM ledger`,
  )
  expect({
    requests: valueOf(text, 'llm_requests_total'),
    input: valueOf(text, 'llm_tokens_input_total'),
    output: valueOf(text, 'llm_tokens_output_total'),
    cached: valueOf(text, 'llm_cache_read_tokens_total'),
    unpriced: valueOf(text, 'llm_unpriced_requests_total'),
    cost: valueOf(text, 'llm_cost_usd_total'),
  }).toEqual(Object.fromEntries(Object.entries(held ?? {}).map(([name, value]) => [name, Number(value)])))
  expect(valueOf(text, 'llm_request_latency_seconds_count')).toBe(4)
})

describe.skipIf(promtool.path === undefined)(`promtool (${promtool.why})`, () => {
  test.each(['doorUrl', 'consoleUrl'] as const)('finds nothing wrong with the metrics at the %s', async (url) => {
    const text = await metrics(spanledger[url])
    expect(text).toContain('spanledger_')
    expect(await runPromtool(promtool.path ?? '', ['check', 'metrics'], text)).toEqual({ ok: true, output: '' })
  })
})
