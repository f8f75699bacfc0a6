import { expect, test } from 'vitest'
import { geminiCli } from './gemini-cli.ts'
import { recogniseLog } from './log-registry.ts'
import { type SampleLog, sampleLog, sampleTimeMs } from './sample-log.ts'

const response: SampleLog = {
  scope: ['gemini-cli'],
  resource: { 'service.name': 'gemini-cli' },
  attributes: {
    'event.name': 'gemini_cli.api_response',
    'event.timestamp': '2026-11-20T10:00:00.000Z',
    'session.id': 's1',
    prompt_id: 's1########3',
    model: 'gemini-2.5-pro',
    auth_type: 'gemini-api-key',
    duration_ms: 2500,
    input_token_count: 11_839,
    output_token_count: 200,
    cached_content_token_count: 2829,
    thoughts_token_count: 77,
    tool_token_count: 917,
    total_token_count: 13_033,
    status_code: 200,
    'http.status_code': 200,
  },
}
const log = (change: SampleLog['attributes'] = {}) =>
  sampleLog({ ...response, attributes: { ...response.attributes, ...change } })
const read = (change: SampleLog['attributes'] = {}) => geminiCli.read(log(change), 'api_response')

test('an answer is one request: tools’ input is added, thoughts are added, the cache is inside', () => {
  expect(recogniseLog(log())).toMatchObject({ dialect: geminiCli, event: 'api_response' })
  expect(read()).toMatchObject({
    provider: 'gcp.gen_ai',
    requestModel: 'gemini-2.5-pro',
    status: 'ok',
    usage: {
      input_tokens: 11_839 + 917,
      output_tokens: 277,
      cache_read_tokens: 2829,
      output_reasoning_tokens: 77,
    },
    inputSemantics: 'inclusive',
    startMs: sampleTimeMs - 2500,
  })
})

test('the zeros of an answer without usage are no usage', () => {
  const zeros = Object.fromEntries(
    Object.keys(response.attributes ?? {})
      .filter((name) => name.endsWith('_count'))
      .map((name) => [name, 0]),
  )
  expect(read(zeros).usage).toEqual({})
})

test('what is no count stays what it is, for its refusal', () => {
  expect(read({ thoughts_token_count: -5 }).usage.output_tokens).toBe(-5)
  expect(read({ tool_token_count: 'many' }).usage.input_tokens).toBe('many')
})

test('a login by Google is served by Vertex AI', () => {
  expect(read({ auth_type: 'vertex-ai' }).provider).toBe('gcp.vertex_ai')
})

test('a failed call is an error without usage; one that was cancelled may be billed', () => {
  const failed = (attributes: NonNullable<SampleLog['attributes']>) => {
    const { status, errorType, usage } = geminiCli.read(sampleLog({ attributes }), 'api_error')
    return { status, errorType, usage }
  }
  expect(failed({ status_code: 429, error_type: 'RateLimit' })).toEqual({
    status: 'error',
    errorType: 'RateLimit',
    usage: {},
  })
  expect(failed({ 'error.type': 'AbortError' })).toEqual({ status: 'aborted', errorType: 'AbortError', usage: {} })
})

test('of the copies of one answer the first is charged', () => {
  const reason = (name: string) => {
    const recognised = recogniseLog(log({ 'event.name': name }))
    return recognised.kind === 'drop' ? recognised.reason : recognised.dialect.gate(log(), recognised.event)
  }
  expect(reason('gemini_cli.api_response')).toBe('leaf')
  expect(reason('gemini_cli.api_request')).toBe('told_elsewhere')
  expect(reason('gen_ai.client.inference.operation.details')).toBe('told_elsewhere')
  expect(reason('gen_ai.choice')).toBe('not_a_request')
  expect(reason('gemini_cli.user_prompt')).toBe('not_a_request')
  expect(reason('qwen-code.api_response')).toBe('dialect_not_supported')
})

test('the same record has the same name; the next answer of the prompt another', () => {
  expect(read().eventId).toBe(read().eventId)
  expect(read({ 'event.timestamp': '2026-11-20T10:00:07.000Z' }).eventId).not.toBe(read().eventId)
})
