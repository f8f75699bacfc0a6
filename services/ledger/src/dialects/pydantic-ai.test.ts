import { describe, expect, test } from 'vitest'
import { observeSample } from '../testing/observe-sample.ts'
import type { SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>

const observed = (attributes: Attributes = {}, { scope = ['pydantic-ai', '2.68.0'], ...rest }: SampleSpan = {}) =>
  observeSample({
    scope,
    ...rest,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.model': 'claude-sonnet-4-5',
      ...attributes,
    },
  })

const counts = { 'gen_ai.usage.input_tokens': 5498, 'gen_ai.usage.output_tokens': 665 }

test('a chat is a request; an agent’s sums, under whatever name, are not', () => {
  expect(observed(counts)).toMatchObject({ operation: 'chat', usage: { input_tokens: 5498 } })
  for (const operation of ['invoke_agent', 'execute_tool', 'decide']) {
    expect(observed({ ...counts, 'gen_ai.operation.name': operation })).toBe('wrapper')
  }
  expect(observed({ 'gen_ai.aggregated_usage.input_tokens': 9 })).not.toHaveProperty('usage')
  const oldAgent = { scope: ['pydantic-ai', '0.4.0'] as const, name: 'agent run', attributes: counts }
  expect(observeSample(oldAgent)).toBe('wrapper')
})

test('of the writes only the hour is told: the rest lives five minutes', () => {
  const writes = {
    'gen_ai.usage.cache_creation.input_tokens': 2210,
    'gen_ai.usage.cache_read.input_tokens': 2653,
    'gen_ai.usage.details.ephemeral_1h_input_tokens': 1305,
  }
  expect(observed({ ...counts, ...writes })).toMatchObject({
    usage: { input_tokens: 5498, cache_write_5m_tokens: 905, cache_write_1h_tokens: 1305 },
    warnings: [],
  })
})

test('reasoning, audio and older releases’ caches stand in the details alone', () => {
  const details = {
    'gen_ai.usage.details.reasoning_tokens': 20,
    'gen_ai.usage.details.input_audio_tokens': 30,
    'gen_ai.usage.details.cached_tokens': 40,
    'gen_ai.usage.details.audio_tokens': 99,
  }
  expect(observed({ ...counts, ...details, 'gen_ai.provider.name': 'openai' })).toMatchObject({
    usage: { output_reasoning_tokens: 20, input_audio_tokens: 30, cache_read_tokens: 40 },
  })
})

describe('by release', () => {
  const gemini = {
    'gen_ai.provider.name': 'google-gla',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 40,
    'gen_ai.usage.details.thoughts_tokens': 60,
    'gen_ai.usage.details.tool_use_prompt_tokens': 5,
  }
  test.each([
    ['0.4.0', 1005, 100],
    ['1.0.0', 1005, 60],
    ['2.68.0', 1000, 60],
  ])('%s counts Gemini’s thoughts and tool prompts in its own way', (version, input, output) => {
    const sent = version === '0.4.0' ? gemini : { ...gemini, 'gen_ai.usage.output_tokens': 60 }
    expect(observed(sent, { scope: ['pydantic-ai', version] })).toMatchObject({
      usage: { input_tokens: input, output_tokens: output, output_reasoning_tokens: 60 },
    })
  })

  test('before 0.2 Anthropic’s caches are missing, which is said', () => {
    expect(observed(counts, { scope: ['pydantic-ai', '0.1.0'] })).toMatchObject({ warnings: ['PRODUCER_LOSSY'] })
  })
})

test('a failed try of a fallback is a request, billed where an answer was turned down', () => {
  const attempt = (attributes: Attributes) =>
    observeSample({
      scope: ['pydantic-ai', '2.68.0'],
      name: 'model request attempt gpt-5-mini',
      statusCode: 2,
      attributes: { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5-mini', ...attributes },
    })
  expect(attempt(counts)).toMatchObject({ operation: 'chat', usage: { input_tokens: 5498 } })
  expect(attempt({})).toMatchObject({ status: 'error' })
})

test('a failure is no aborted answer for naming a model, which Logfire copies from the request', () => {
  expect(observed({}, { statusCode: 2 })).toMatchObject({ status: 'error' })
})

test('its own price is kept as evidence', () => {
  expect(observed({ ...counts, 'operation.cost': 0.5 })).toMatchObject({ reportedCostAtto: 500_000_000_000_000_000n })
})

test('without sums, the provider’s own counts are what is known: Anthropic’s input is without its cache', () => {
  const own = {
    'gen_ai.usage.details.input_tokens': 1883,
    'gen_ai.usage.details.cache_read_input_tokens': 7135,
    'gen_ai.usage.details.cache_creation_input_tokens': 2510,
    'gen_ai.usage.details.output_tokens': 560,
  }
  const scope = ['pydantic-ai', '1.0.18'] as const
  const usage = { input_tokens: 11528, cache_read_tokens: 7135, cache_write_tokens: 2510, output_tokens: 560 }
  expect(observed(own, { scope })).toMatchObject({ usage })
  const sums = { 'gen_ai.usage.input_tokens': 11528, 'gen_ai.usage.output_tokens': 561 }
  expect(observed({ ...own, ...sums }, { scope })).toMatchObject({ usage: { ...usage, output_tokens: 561 } })
})
