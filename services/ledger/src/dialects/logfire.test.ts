import { describe, expect, test } from 'vitest'
import { observeSample } from '../testing/observe-sample.ts'
import type { SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>

const client = 3
const internal = 1

const observed = (attributes: Attributes = {}, { scope = ['logfire.openai', '5.2.0'], ...rest }: SampleSpan = {}) =>
  observeSample({
    scope,
    kind: client,
    ...rest,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o',
      ...attributes,
    },
  })

const answered = {
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 50,
}
const raw = (usage: object) => ({ 'gen_ai.usage.raw': JSON.stringify(usage) })

test('cached and reasoning tokens stand in the provider’s own block', () => {
  const usage = {
    prompt_tokens: 1000,
    completion_tokens: 50,
    prompt_tokens_details: { cached_tokens: 200 },
    completion_tokens_details: { reasoning_tokens: 30 },
  }
  expect(observed({ ...answered, ...raw(usage) })).toMatchObject({
    usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 50, output_reasoning_tokens: 30 },
    warnings: [],
  })
  expect(observed(answered)).toMatchObject({ usage: { input_tokens: 1000 }, warnings: ['PRODUCER_LOSSY'] })
})

test('Anthropic’s block stands beside its caches and knows their lifetimes and the tier', () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 50,
    cache_read_input_tokens: 2000,
    cache_creation_input_tokens: 300,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
    service_tier: 'priority',
  }
  const sent = { ...answered, 'gen_ai.usage.input_tokens': 2400, 'gen_ai.provider.name': 'anthropic', ...raw(usage) }
  expect(observed(sent, { scope: ['logfire.anthropic', '5.2.0'] })).toMatchObject({
    usage: { input_tokens: 2400, cache_write_5m_tokens: 100, cache_write_1h_tokens: 200 },
    serviceTier: 'priority',
  })
})

describe('a stream has two spans', () => {
  test('the one of the call ends before anything came, and is told by the other', () => {
    expect(observed()).toBe('told_elsewhere')
  })

  test('the other is the request, with counts or without', () => {
    const name = "streaming response from 'gpt-4o' took 0.01s"
    const over = (attributes: Attributes) => observed(attributes, { kind: internal, name })
    expect(over({ 'gen_ai.usage.input_tokens': 1000 })).toMatchObject({ usage: { input_tokens: 1000 } })
    expect(over({})).toMatchObject({ status: 'ok' })
  })

  test('a call that failed is the only one', () => {
    expect(observed({}, { statusCode: 2 })).toMatchObject({ status: 'error' })
  })

  test('images and embeddings are never streamed', () => {
    expect(observed({ 'gen_ai.operation.name': 'image_generation' })).toMatchObject({ operation: 'image_generation' })
    expect(observed({ 'gen_ai.operation.name': 'embeddings' })).toMatchObject({ operation: 'embeddings' })
  })
})

describe('before 5', () => {
  const old = (scope: string, name: string, attributes: Attributes, kind = client) =>
    observeSample({ scope: [scope, '4.16.0'], name, kind, attributes: { 'gen_ai.request.model': 'm', ...attributes } })

  test('the name of the span says the operation', () => {
    const counts = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 50 }
    expect(old('logfire.openai', 'Chat Completion with {request_data[model]!r}', counts)).toMatchObject({
      provider: 'openai',
      operation: 'chat',
      usage: { input_tokens: 1000 },
      warnings: ['PRODUCER_LOSSY'],
    })
    expect(old('logfire.openai', 'Responses API with {gen_ai.request.model!r}', {})).toBe('told_elsewhere')
    expect(old('logfire.openai', 'OpenAI API call to {url!r}', {})).toBe('operation_unknown')
  })

  test('Anthropic’s counts stand in the recorded answer alone', () => {
    const block = { input_tokens: 100, output_tokens: 5, cache_read_input_tokens: 2000, cache_creation_input_tokens: 0 }
    const usage = { 'spanledger.lifted.usage': JSON.stringify(block) }
    expect(old('logfire.anthropic', 'Message with {request_data[model]!r}', usage)).toMatchObject({
      provider: 'anthropic',
      usage: { input_tokens: 2100, cache_read_tokens: 2000 },
    })
  })
})

test('agents repeat their requests; Claude’s kit knows those in part', () => {
  const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 9 }
  expect(observed(agent, { scope: ['logfire.claude_agent_sdk'], kind: internal })).toBe('wrapper')
  const partial = { 'gen_ai.usage.partial.input_tokens': 9, 'gen_ai.usage.partial.output_tokens': 1 }
  expect(observed(partial, { scope: ['logfire.claude_agent_sdk'], kind: internal })).toMatchObject({
    usage: { input_tokens: 9, output_tokens: 1 },
    warnings: ['PRODUCER_LOSSY'],
  })
})

test('what people write with Logfire themselves is none of its own', () => {
  expect(observeSample({ scope: ['logfire'], attributes: { 'http.method': 'GET' } })).toBe('not_genai')
})
