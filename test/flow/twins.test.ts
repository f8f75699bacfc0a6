import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetPositions, untilDrained } from '../harness/event-log.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

/** With the auditor as it is by default: what shares a key or a parent is one at once, the rest within seconds. */
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger()
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const startMs = Date.now() - 600_000
let names = 0
const hex = (length: number) => (++names).toString(16).padStart(length, '0')

type Attributes = Readonly<Record<string, string | number>>
interface Sent {
  readonly service: string
  readonly scope: { readonly name: string; readonly version: string }
  readonly span: { readonly traceId: string; readonly spanId: string; readonly [field: string]: unknown }
}

function spanOf(
  service: string,
  scope: Sent['scope'],
  attributes: Attributes,
  options: { inside?: Sent; in?: Sent; lateMs?: number; failed?: boolean } = {},
): Sent {
  const { lateMs = 0 } = options
  return {
    service,
    scope,
    span: {
      traceId: (options.inside ?? options.in)?.span.traceId ?? hex(32),
      spanId: hex(16),
      ...(options.inside && { parentSpanId: options.inside.span.spanId }),
      ...(options.in && { parentSpanId: hex(16) }),
      name: 'a request',
      kind: 3,
      startTimeUnixNano: `${startMs + lateMs}000000`,
      endTimeUnixNano: `${startMs + 2_000 - lateMs}000000`,
      ...(options.failed && { status: { code: 2 } }),
      attributes: listOf(attributes),
    },
  }
}

function listOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
}

const sdk = { name: 'opentelemetry.instrumentation.genai.openai', version: '1.3b0' }
const chat = (input?: number, output?: number): Attributes => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  ...(input !== undefined && { 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output ?? 0 }),
})
const langchain = { name: 'openinference.instrumentation.langchain', version: '0.1.60' }
const llm = (input: number, output: number): Attributes => ({
  'openinference.span.kind': 'LLM',
  'llm.provider': 'openai',
  'llm.model_name': 'gpt-4o',
  'llm.token_count.prompt': input,
  'llm.token_count.completion': output,
})
const vllm = { name: 'vllm.llm_engine', version: '' }
const served = (input: number, output: number): Attributes => ({
  'gen_ai.usage.prompt_tokens': input,
  'gen_ai.usage.completion_tokens': output,
  'gen_ai.response.model': 'gpt-4o',
  'gen_ai.request.id': 'cmpl-1',
})

async function post({ service, scope, span }: Sent): Promise<void> {
  const resource = { attributes: listOf({ 'service.name': service }) }
  const response = await fetch(`${spanledger.doorUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] }),
  })
  expect(response.status).toBe(200)
  await untilDrained(spanledger.dataDir)
}

const totals = async () =>
  (await spanledger.sql('SELECT sum(requests) AS requests, sum(input_tokens) AS input FROM ledger'))[0]
const warned = async () =>
  (await spanledger.sql(`SELECT sum(requests) AS requests FROM ledger WHERE has(warnings, 'DEDUP_HEURISTIC')`))[0]

const asked = spanOf('shop', langchain, llm(1000, 100))
const retried = [
  spanOf('shop', sdk, chat(), { inside: asked, failed: true, lateMs: 10 }),
  asked,
  spanOf('shop', sdk, chat(1000, 100), { inside: asked, lateMs: 20 }),
]
const client = spanOf('shop', sdk, chat(200, 20))
const serving = [spanOf('vllm', vllm, served(200, 20), { in: client, lateMs: 30 }), client]
const apart = [spanOf('shop', sdk, chat(30, 3), { lateMs: 5 }), spanOf('shop', langchain, llm(30, 3))]

test('a retry inside a framework’s span, a server behind a client, and two instrumentations without an id: one charge each', async () => {
  for (const each of retried) await post(each)
  // At once: what failed is free, and the request is charged once.
  expect(await totals()).toEqual({ requests: '2', input: '1000' })

  for (const each of [...serving, ...apart]) await post(each)
  await until('the twins to be found', async () => (await totals())?.requests === '4', { withinMs: 15_000 })
  expect(await totals()).toEqual({ requests: '4', input: '1230' })
  expect(await warned()).toEqual({ requests: '1' })
  expect(await brokenInvariants(spanledger.sql, { audited: true })).toEqual({})
  const metrics = await (await fetch(`${spanledger.doorUrl}/metrics`)).text()
  for (const by of ['parent', 'trace', 'heuristic'])
    expect(metrics).toMatch(new RegExp(`spanledger_twins_merged_total\\{.*by="${by}".*\\} [1-9]`))
})

test('and the same after a restart, when everything comes again', async () => {
  const entries = () => spanledger.sql('SELECT count() AS entries FROM ledger')
  const before = await entries()
  await spanledger.kill()
  await forgetPositions(spanledger.dataDir)
  await spanledger.start()
  for (const each of [...apart, ...serving, ...retried].toReversed()) await post(each)
  expect(await totals()).toEqual({ requests: '4', input: '1230' })
  expect(await entries()).toEqual(before)
})
