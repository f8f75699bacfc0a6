import { describe, expect, test } from 'vitest'
import { recogniseLog } from './log-registry.ts'
import { claudeCode } from './claude-code.ts'
import { type SampleLog, sampleLog, sampleTimeMs } from './sample-log.ts'

/** As version 2.1 writes it. */
const request: SampleLog = {
  scope: ['com.anthropic.claude_code.events', '2.1.214'],
  resource: { 'service.name': 'claude-code' },
  body: 'claude_code.api_request',
  attributes: {
    'event.name': 'api_request',
    'event.timestamp': '2026-11-20T10:00:00.000Z',
    'event.sequence': 7,
    'session.id': 's1',
    'prompt.id': 'p1',
    model: 'claude-opus-4-8[1m]',
    input_tokens: 8,
    output_tokens: 90,
    cache_read_tokens: 118_243,
    cache_creation_tokens: 512,
    cost_usd: 0.1234,
    duration_ms: 4200,
    ttft_ms: 900,
    request_id: 'req_011',
    speed: 'normal',
    query_source: 'repl_main_thread',
  },
}
const read = (change: SampleLog['attributes'] = {}, event = 'api_request') =>
  claudeCode.read(sampleLog({ ...request, attributes: { ...request.attributes, ...change } }), event)
const gate = (event: string) => claudeCode.gate(sampleLog(request), event)

test('an api_request is one request: exclusive input, what it is said to have cost, when it began', () => {
  expect(read()).toMatchObject({
    provider: 'anthropic',
    requestModel: 'claude-opus-4-8',
    status: 'ok',
    usage: { input_tokens: 8, output_tokens: 90, cache_read_tokens: 118_243, cache_write_tokens: 512 },
    inputSemantics: 'exclusive',
    reportedCost: 0.1234,
    serviceTier: undefined,
    eventId: 'req_011',
    startMs: sampleTimeMs - 4200,
    latencyMs: 4200,
    ttftMs: 900,
  })
})

test('before 2.1.122 every number is a text, and there is no request id', () => {
  const parts = read({ input_tokens: '8', duration_ms: '4200', cost_usd: '0.1234', request_id: '' })
  expect(parts).toMatchObject({ usage: { input_tokens: '8' }, latencyMs: 4200, reportedCost: '0.1234' })
  expect(parts.eventId).toMatch(/^claude_code:[0-9a-f]{32}$/)
})

test('without a request id the same record has the same name, and the next one of the session another', () => {
  const named = (change = {}) => read({ request_id: '', ...change }).eventId
  expect(named()).toBe(named())
  expect(named({ 'event.sequence': 8 })).not.toBe(named())
  expect(named({ 'event.timestamp': '2026-11-20T10:00:00.001Z' })).not.toBe(named())
  expect(named({ 'session.id': 's2' })).not.toBe(named())
  expect(named({ 'session.id': '', 'prompt.id': '' })).toBeUndefined()
})

test('an id that is not Anthropic’s is told from those of others', () => {
  expect(read({ request_id: '', client_request_id: 'b7ad-1' }).eventId).toBe('claude_code:b7ad-1')
})

test('fast mode is a tier with prices of its own', () => {
  expect(read({ speed: 'fast' }).serviceTier).toBe('fast')
})

test('the cost in millionths stands for a cost that is not there', () => {
  const { cost_usd: _, ...rest } = request.attributes ?? {}
  const log = sampleLog({ ...request, attributes: { ...rest, cost_usd_micros: 1_234_567 } })
  expect(claudeCode.read(log, 'api_request').reportedCost).toBe('1.234567')
})

test.each([
  ['claude-sonnet-4-5-20250929', 'anthropic'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
  ['anthropic.claude-opus-4-8-v1:0', 'aws.bedrock'],
  ['arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.claude-x', 'aws.bedrock'],
  ['claude-sonnet-4-5@20250929', 'gcp.vertex_ai'],
  ['glm-4.6', ''],
])('model %s is of provider "%s"', (model, provider) => {
  expect(read({ model }).provider).toBe(provider)
})

test('a failed request is an error without usage, named by its status', () => {
  const { usage, status, errorType } = claudeCode.read(
    sampleLog({ attributes: { model: 'claude-opus-4-8', status_code: 429, attempt: 11, request_id: 'req_2' } }),
    'api_error',
  )
  expect({ usage, status, errorType }).toEqual({ usage: {}, status: 'error', errorType: '429' })
  expect(read({ status_code: 'undefined' }, 'api_error').errorType).toBeUndefined()
})

describe('what else Claude Code writes is no further request', () => {
  test.each(['api_refusal', 'api_request_body', 'api_response_body', 'api_retries_exhausted'])('%s', (event) =>
    expect(gate(event)).toBe('told_elsewhere'),
  )
  test.each(['user_prompt', 'tool_result', 'tool_decision', 'compaction', ''])('%s', (event) =>
    expect(gate(event)).toBe('not_a_request'),
  )
})

test.each<[string, SampleLog]>([
  ['its body', { body: 'claude_code.api_request' }],
  ['the name of the event', { eventName: 'claude_code.api_request' }],
  ['the attribute', { attributes: { 'event.name': 'claude_code.api_request' } }],
  [
    'scope and short name',
    { scope: ['com.anthropic.claude_code.events'], attributes: { 'event.name': 'api_request' } },
  ],
  ['service and short name', { resource: { 'service.name': 'claude-code' }, eventName: 'api_request' }],
])('a record is known by %s', (_, log) => {
  expect(recogniseLog(sampleLog(log))).toMatchObject({ kind: 'event', dialect: claudeCode, event: 'api_request' })
})
