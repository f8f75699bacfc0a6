import { existsSync, readFileSync } from 'node:fs'
import { rewriteSignal } from '@spanledger/runtime/otlp/rewrite-signal'
import { keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import { topics } from '@spanledger/schemas/events/topics'
import { describe, expect, test } from 'vitest'
import { createReader } from './reader.ts'

const receivedAt = Date.UTC(2026, 10, 20, 10, 5)
const read = createReader()
const entry = (topic: string, value: Uint8Array) => ({
  topic,
  partition: 0,
  offset: 0,
  appendedAtMs: receivedAt,
  key: '',
  value,
  headers: {},
})

type Attributes = Readonly<Record<string, string | number>>
const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))

/** Through the door, and then read. */
function readLogs(records: readonly (Attributes & { body?: string })[], service: string, scope: string) {
  const body = {
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ 'service.name': service, 'spanledger.team': 'search' }) },
        scopeLogs: [
          {
            scope: { name: scope },
            logRecords: records.map(({ body: text, ...attributes }) => ({
              timeUnixNano: String(BigInt(receivedAt - 60_000) * 1_000_000n),
              traceId: '0af7651916cd43dd8448eb211c80319c',
              spanId: 'b7ad6b7169203331',
              ...(text !== undefined && { body: { stringValue: text } }),
              attributes: attributesOf(attributes),
            })),
          },
        ],
      },
    ],
  }
  const rewritten = rewriteSignal(Buffer.from(JSON.stringify(body)), 'json', {
    signal: 'logs',
    keep: keptSignalAttributes,
    keyAttributes: [],
    maxRecords: 100,
  })
  if (rewritten.kind !== 'ok') throw new Error('not taken')
  const readings = rewritten.value.parts.map(({ bytes }) => read(entry(topics.logs, bytes)))
  return {
    observations: readings.flatMap(({ observations }) => observations),
    rejected: readings.flatMap(({ rejected }) => rejected),
    dropped: Object.assign({}, ...readings.map(({ dropped }) => dropped)) as Record<string, number>,
  }
}

const claude = {
  body: 'claude_code.api_request',
  'event.name': 'api_request',
  'session.id': 's1',
  model: 'claude-opus-4-8',
  input_tokens: 8,
  output_tokens: 90,
  cache_read_tokens: 118_243,
  cache_creation_tokens: 512,
  cost_usd: '0.0851',
  duration_ms: 4_000,
  speed: 'normal',
  prompt: 'a secret',
}
const readClaude = (...records: readonly (Attributes & { body?: string })[]) =>
  readLogs(records, 'claude-code', 'com.anthropic.claude_code.events')

test('an event of Claude Code is a request with all its input, its start, and whom it is of', () => {
  const { observations, rejected } = readClaude({ ...claude, request_id: 'req_1' })
  expect(rejected).toEqual([])
  expect(observations).toMatchObject([
    {
      source: 'log',
      dialect: 'claude_code',
      provider: 'anthropic',
      requestModel: 'claude-opus-4-8',
      eventId: 'req_1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      at: receivedAt - 64_000,
      latencyMs: 4_000,
      usage: {
        input_tokens: 8 + 118_243 + 512,
        cache_read_tokens: 118_243,
        cache_write_tokens: 512,
        cache_write_5m_tokens: 512,
        output_tokens: 90,
      },
      reportedCostAtto: 85_100_000_000_000_000n,
      attribution: { team: 'search', service: 'claude-code', session: 's1' },
      warnings: ['TTL_ASSUMED'],
    },
  ])
  expect(observations[0]?.spanId).toBeUndefined()
})

test('two requests within one span are two, and one that is sent again is the same', () => {
  const { observations } = readClaude(
    { ...claude, request_id: 'req_1' },
    { ...claude, request_id: 'req_2' },
    { ...claude, request_id: 'req_1' },
  )
  const ids = observations.map(({ eventId }) => eventId)
  expect(ids).toEqual(['req_1', 'req_2', 'req_1'])
})

test('what is no request is counted by its reason', () => {
  const { observations, dropped } = readClaude(
    { body: 'claude_code.user_prompt', 'event.name': 'user_prompt' },
    { body: 'claude_code.api_refusal', 'event.name': 'api_refusal' },
    { 'event.name': 'gen_ai.client.inference.operation.details', 'gen_ai.usage.input_tokens': 9 },
    { 'event.name': 'gen_ai.choice' },
  )
  expect(observations).toEqual([])
  expect(dropped).toEqual({ not_a_request: 2, told_elsewhere: 2 })
  expect(readLogs([{ body: 'GET /' }], 'shop', 'http').dropped).toEqual({ not_genai: 1 })
})

test('a record that nothing tells from others is refused, without what was said', () => {
  const { 'session.id': _, ...nobody } = claude
  const { observations, rejected } = readClaude(nobody)
  expect(observations).toEqual([])
  expect(rejected).toMatchObject([{ code: 'ID_MISSING' }])
  expect(rejected[0]?.record).toContain('claude-opus-4-8')
  expect(rejected[0]?.record).not.toContain('secret')
})

test('a count that is none is refused', () => {
  expect(readClaude({ ...claude, output_tokens: -1 }).rejected).toMatchObject([{ code: 'USAGE_NEGATIVE' }])
})

test('an answer of Codex is OpenAI’s, in conversation and by account', () => {
  const { observations } = readLogs(
    [
      {
        'event.name': 'codex.sse_event',
        'event.kind': 'response.completed',
        'event.timestamp': '2026-11-20T10:04:00.000Z',
        'conversation.id': 'c1',
        'user.account_id': 'a1',
        model: 'gpt-5.1-codex',
        input_token_count: '12000',
        output_token_count: '340',
        cached_token_count: 9000,
        reasoning_token_count: 120,
        tool_token_count: '12340',
      },
    ],
    'codex_cli_rs',
    'codex_otel.log_only',
  )
  expect(observations).toMatchObject([
    {
      provider: 'openai',
      usage: {
        input_tokens: 12_000,
        output_tokens: 340,
        cache_read_tokens: 9_000,
        output_reasoning_tokens: 120,
      },
      attribution: { session: 'c1', service: 'codex_cli_rs' },
    },
  ])
})

test('an answer of Gemini CLI without usage is a request without usage', () => {
  const zeros = { input_token_count: 0, output_token_count: 0, thoughts_token_count: 0, tool_token_count: 0 }
  const record = { 'event.name': 'gemini_cli.api_response', 'session.id': 's', prompt_id: 'p', model: 'gemini-2.5-pro' }
  const { observations } = readLogs([{ ...record, ...zeros }], 'gemini-cli', 'gemini-cli')
  expect(observations).toMatchObject([{ provider: 'google', status: 'ok' }])
  expect(observations[0]?.usage).toBeUndefined()
})

const fixtures = new URL('../../../../../shared/fixtures/otlp/', import.meta.url)
const folders = [
  'otel-botocore-bedrock',
  'otel-google-genai',
  'otel-genai-openai',
  'pydantic-ai',
  'traceloop-anthropic',
]

describe.skipIf(!existsSync(fixtures))('captured logs and metrics (../shared/fixtures/otlp is not here)', () => {
  test.each(folders)('%s: they charge nothing', (folder) => {
    for (const [file, topic] of [
      ['02-metrics.pb', topics.metrics],
      ['03-logs.pb', topics.logs],
    ] as const) {
      const path = new URL(`${folder}/${file}`, fixtures)
      if (!existsSync(path)) continue
      const { observations, rejected, dropped } = read({
        ...entry(topic, readFileSync(path)),
        appendedAtMs: Date.UTC(2026, 10, 21, 12),
      })
      expect({ observations, rejected }).toEqual({ observations: [], rejected: [] })
      expect(Object.keys(dropped).length).toBeGreaterThan(0)
    }
  })
})
