import { describe, expect, test } from 'vitest'
import { ranks } from './ranks.ts'
import { type SampleSpan, sampleSpan } from './sample-span.ts'
import { traceloop } from './traceloop.ts'

const python = (name: string, version = '0.62.4') => [`opentelemetry.instrumentation.${name}`, version] as const
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' }
const read = (span: SampleSpan = {}) => traceloop.read(sampleSpan({ scope: python('openai.v1'), ...span }))

describe('gate', () => {
  const gate = (attributes: SampleSpan['attributes'], rest: SampleSpan = {}) =>
    traceloop.gate(sampleSpan({ scope: python('openai.v1'), ...rest, ...(attributes && { attributes }) }))

  test.each(['chat', 'text_completion', 'embeddings', 'generate_content', 'rerank'])('%s is one request', (operation) =>
    expect(gate({ 'gen_ai.operation.name': operation })).toBe('leaf'),
  )
  test.each(['chat', 'completion', 'embedding', 'rerank'])('an older %s is one request', (type) =>
    expect(gate({ 'llm.request.type': type })).toBe('leaf'),
  )
  test.each(['workflow', 'task', 'agent', 'tool'])('a %s wraps requests, whatever else it says', (kind) =>
    expect(gate({ ...chat, 'traceloop.span.kind': kind })).toBe('wrapper'),
  )
  test.each(['invoke_agent', 'execute_tool', 'execute_task', 'vector_db_retrieve', 'guardrail.run'])(
    '%s is a step',
    (operation) => expect(gate({ 'gen_ai.operation.name': operation })).toBe('wrapper'),
  )
  test('a call of unknown type that reports usage of a model is a request', () => {
    const call = { 'llm.request.type': 'unknown', 'gen_ai.request.model': 'm' }
    expect(gate({ ...call, 'gen_ai.usage.prompt_tokens': 5 })).toBe('leaf')
    expect(gate(call)).toBe('operation_unknown')
  })
  test('a span of another library under a workflow is nothing', () => {
    const copied = { 'traceloop.workflow.name': 'w', 'http.request.method': 'POST' }
    expect(gate(copied, { scope: ['opentelemetry.instrumentation.httpx'] })).toBe('operation_unknown')
  })
})

describe('names of all releases', () => {
  const usage = { input_tokens: 100, output_tokens: 20, cache_read_tokens: 30, cache_write_tokens: 10 }

  test('0.62', () => {
    const attributes = {
      ...chat,
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.total_tokens': 120,
      'gen_ai.usage.cache_read.input_tokens': 30,
      'gen_ai.usage.cache_creation.input_tokens': 10,
      'gen_ai.usage.reasoning_tokens': 5,
    }
    expect(read({ attributes }).usage).toEqual({ ...usage, output_reasoning_tokens: 5 })
  })

  test('before', () => {
    const attributes = {
      'llm.request.type': 'chat',
      'gen_ai.system': 'OpenAI',
      'gen_ai.usage.prompt_tokens': 100,
      'gen_ai.usage.completion_tokens': 20,
      'llm.usage.total_tokens': 120,
      'gen_ai.usage.cache_read_input_tokens': 30,
      'gen_ai.usage.cache_creation_input_tokens': 10,
      'llm.usage.reasoning_tokens': 5,
    }
    expect(read({ attributes })).toMatchObject({
      provider: 'OpenAI',
      operation: 'chat',
      usage: { ...usage, output_reasoning_tokens: 5 },
    })
  })

  test('an embedding with nothing but a total was sent that many tokens', () => {
    const attributes = { 'llm.request.type': 'embedding', 'llm.usage.total_tokens': 9 }
    expect(read({ attributes })).toMatchObject({ operation: 'embeddings', usage: { input_tokens: 9 } })
  })
})

test.each([
  [python('openai.v1'), 'openai', 'inclusive', ranks.spanLossy],
  [python('anthropic'), 'anthropic', 'inclusive', ranks.spanLossy],
  [python('bedrock'), 'aws.bedrock', 'exclusive', ranks.spanComplete],
  [python('bedrock', '0.40.1'), 'AWS', 'exclusive', ranks.spanLossy],
  [python('langchain'), 'anthropic', 'inclusive', ranks.spanLossy],
  [python('langchain'), 'aws.bedrock', 'assumed', ranks.spanLossy],
  [python('cohere'), 'cohere', 'assumed', ranks.spanUnverified],
  [['@traceloop/instrumentation-openai', '0.27.0'], 'openai', 'inclusive', ranks.spanLossy],
  [['my.app'], 'openai', 'assumed', ranks.spanUnverified],
] as const)('%s on %s: input is %s', (scope, provider, inputSemantics, rank) => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': provider }
  expect(read({ scope, attributes })).toMatchObject({ inputSemantics, rank, provider })
})

test('a framework’s name is not taken for the provider’s', () => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'Langchain' }
  expect(read({ scope: python('langchain'), attributes }).provider).toBe('')
})

test('a call that was reported by hand says its vendor in its name', () => {
  const attributes = { 'llm.request.type': 'chat', 'gen_ai.request.model': 'gpt-5', 'gen_ai.usage.input_tokens': 5 }
  const span = { name: 'openai.chat', kind: 1, attributes }
  expect(read({ ...span, scope: ['@traceloop/node-server-sdk', '0.27.0'] }).provider).toBe('openai')
  expect(read(span).provider).toBe('')
})

test('the OpenAI client is billed where it was pointed at', () => {
  const attributes = { ...chat, 'gen_ai.openai.api_base': 'https://openrouter.ai/api/v1/' }
  expect(read({ attributes }).serverAddress).toBe('https://openrouter.ai/api/v1/')
})

test('zeros are no usage', () => {
  const zeros = { ...chat, 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 }
  expect(read({ attributes: zeros }).usage).toEqual({})
})

test('a refused call is an error, and a stream that broke after its start is not', () => {
  const failed = { ...chat, 'error.type': 'BadRequestError' }
  expect(read({ statusCode: 2, attributes: failed }).status).toBe('error')
  const started = { ...failed, 'error.type': 'APIConnectionError', 'gen_ai.response.id': 'chatcmpl-1' }
  expect(read({ statusCode: 2, attributes: started }).status).toBe('aborted')
})
