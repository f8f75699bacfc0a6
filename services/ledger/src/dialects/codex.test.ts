import { describe, expect, test } from 'vitest'
import { codex } from './codex.ts'
import { recogniseLog } from './log-registry.ts'
import { type SampleLog, sampleLog } from './sample-log.ts'

/** As the current source writes it: through `tracing`, so without a time of its own and with a place in the source as name. */
const { timeMs: _, ...untimed } = sampleLog()
const completed: SampleLog = {
  scope: ['codex_otel.log_only'],
  resource: { 'service.name': 'codex_cli_rs' },
  observedMs: Date.UTC(2026, 10, 20, 10, 0, 1),
  attributes: {
    'event.name': 'codex.sse_event',
    'event.kind': 'response.completed',
    'event.timestamp': '2026-11-20T10:00:00.500Z',
    'conversation.id': 'c1',
    'user.account_id': 'a1',
    model: 'gpt-5.1-codex',
    slug: 'gpt-5.1-codex',
    input_token_count: '12000',
    output_token_count: '340',
    cached_token_count: 9000,
    reasoning_token_count: 120,
    tool_token_count: '12340',
  },
}
function log(attributes: SampleLog['attributes'] = {}) {
  const { timeMs: _, ...rest } = sampleLog({ ...completed, attributes: { ...completed.attributes, ...attributes } })
  return rest
}
const without = (...names: string[]) => {
  const made = log()
  return { ...made, attributes: new Map([...made.attributes].filter(([name]) => !names.includes(name))) }
}
const counts = Object.keys(completed.attributes ?? {}).filter((name) => name.endsWith('_count'))

test('a completed response is one request, its counts inclusive, and the total is no tool', () => {
  expect(recogniseLog(log())).toMatchObject({ dialect: codex, event: 'sse_event' })
  expect(codex.gate(log(), 'sse_event')).toBe('leaf')
  expect(codex.read(log(), 'sse_event')).toMatchObject({
    provider: 'openai',
    requestModel: 'gpt-5.1-codex',
    status: 'ok',
    usage: {
      input_tokens: '12000',
      output_tokens: '340',
      cache_read_tokens: 9000,
      output_reasoning_tokens: 120,
    },
    inputSemantics: 'inclusive',
    startMs: Date.UTC(2026, 10, 20, 10, 0, 0, 500),
  })
})

test('newer releases also say cache writes, tier and time to the first token', () => {
  const parts = codex.read(log({ cache_write_token_count: 64, service_tier: 'flex', ttft_ms: 700 }), 'sse_event')
  expect(parts).toMatchObject({ usage: { cache_write_tokens: 64 }, serviceTier: 'flex', ttftMs: 700 })
})

test('the same record has the same name wherever and whenever it was seen; another one has another', () => {
  const named = (made = log()) => codex.read(made, 'sse_event').eventId
  expect(named()).toMatch(/^codex:[0-9a-f]{32}$/)
  expect(named({ ...log(), observedMs: 1 })).toBe(named())
  expect(named(log({ output_token_count: '341' }))).not.toBe(named())
  expect(named(log({ 'event.timestamp': '2026-11-20T10:00:00.501Z' }))).not.toBe(named())
  expect(named(without('conversation.id'))).toBeUndefined()
  expect(
    codex.read({ ...untimed, attributes: new Map([['conversation.id', 'c1']]) }, 'sse_event').eventId,
  ).toBeUndefined()
})

describe('of the events of one stream only the end is a request', () => {
  test.each(['response.created', 'response.output_item.done'])('%s is none', (kind) => {
    expect(codex.gate(log({ 'event.kind': kind }), 'sse_event')).toBe('not_a_request')
  })
  test('the end as it came on the wire is the end that is told with its counts', () => {
    const wire = without(...counts)
    wire.attributes.set('duration_ms', '12')
    expect(codex.gate(wire, 'sse_event')).toBe('told_elsewhere')
  })
  test('a stream that broke off is told twice, and is one request that was aborted', () => {
    const broken = without('event.kind', ...counts)
    expect(codex.gate(broken, 'sse_event')).toBe('told_elsewhere')
    expect(codex.gate(log({ 'event.kind': 'response.failed' }), 'sse_event')).toBe('told_elsewhere')
    expect(codex.gate(without(...counts), 'sse_event')).toBe('leaf')
    expect(codex.read(without(...counts), 'sse_event')).toMatchObject({ status: 'aborted', usage: {} })
  })
})

test('a call that was refused is an error; one that went well is told by its stream; others are none', () => {
  const call = (attributes: NonNullable<SampleLog['attributes']>) => sampleLog({ attributes })
  expect(codex.gate(call({ 'http.response.status_code': 429, endpoint: '/responses' }), 'api_request')).toBe('leaf')
  expect(codex.gate(call({ 'http.response.status_code': 200, endpoint: '/responses' }), 'api_request')).toBe(
    'told_elsewhere',
  )
  expect(codex.gate(call({ 'http.response.status_code': 401, endpoint: '/models' }), 'api_request')).toBe(
    'told_elsewhere',
  )
  expect(codex.gate(call({}), 'user_prompt')).toBe('not_a_request')
})

test.each([
  ['gpt-5.1-codex', 'openai'],
  ['o3', 'openai'],
  ['gpt-oss:20b', ''],
  ['qwen3-coder', ''],
])('model %s is of provider "%s"', (model, provider) => {
  expect(codex.read(log({ model }), 'sse_event').provider).toBe(provider)
})
