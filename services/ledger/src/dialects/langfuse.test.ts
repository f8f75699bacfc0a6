import { describe, expect, test } from 'vitest'
import { observeSample } from '../testing/observe-sample.ts'
import { langfuse } from './langfuse.ts'
import { type SampleSpan, sampleSpan, sampleStartMs } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>

const observed = (attributes: Attributes = {}, rest: SampleSpan = {}) =>
  observeSample({
    scope: ['langfuse-sdk', '5.0.4'],
    kind: 1,
    name: 'OpenAI-generation',
    ...rest,
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-5-mini',
      ...attributes,
    },
  })
const details = (counts: object) => observed({ 'langfuse.observation.usage_details': JSON.stringify(counts) })

describe('gate', () => {
  const type = (name: string) => observed({ 'langfuse.observation.type': name })

  test.each(['generation', 'embedding', 'GENERATION'])('%s is a request', (name) =>
    expect(type(name)).toHaveProperty('dialect', 'langfuse'),
  )
  test.each(['span', 'agent', 'tool', 'chain', 'retriever', 'evaluator', 'guardrail', 'event', ''])(
    '%s is none',
    (name) => expect(type(name)).toBe('wrapper'),
  )
  test('a generation that names no model and counts nothing is a step by another name', () => {
    const attributes = { 'langfuse.observation.type': 'generation' }
    expect(langfuse.gate(sampleSpan({ attributes }))).toBe('operation_unknown')
  })
})

describe('a provider’s own block', () => {
  test('of OpenAI holds its caches', () => {
    const counts = {
      prompt_tokens: 10372,
      completion_tokens: 942,
      prompt_tokens_details: { cached_tokens: 1364, cache_write_tokens: 980, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 876 },
    }
    expect(details(counts)).toMatchObject({
      provider: 'openai',
      rank: 30,
      usage: { input_tokens: 10372, cache_read_tokens: 1364, cache_write_tokens: 980, output_reasoning_tokens: 876 },
    })
  })

  test('of OpenAI’s responses keeps the lifetimes of its writes', () => {
    const lives = { ttl_30m_tokens: 984, ttl_12h_tokens: 0 }
    const input = { cached_tokens: 1368, cache_write_tokens: 984, cache_write_tokens_details: lives }
    expect(details({ input_tokens: 10416, output_tokens: 896, input_tokens_details: input })).toMatchObject({
      usage: { input_tokens: 10416, cache_write_tokens: 984, cache_write_30m_tokens: 984 },
    })
  })

  test('of Anthropic stands beside its caches', () => {
    const counts = {
      input_tokens: 100,
      cache_read_input_tokens: 2000,
      cache_creation_input_tokens: 0,
      output_tokens: 5,
    }
    expect(details(counts)).toMatchObject({ usage: { input_tokens: 2100, cache_read_tokens: 2000 }, warnings: [] })
  })
})

describe('buckets are disjoint', () => {
  test.each([
    ['JavaScript, OpenAI', { input: 800, input_cached_tokens: 200, output: 20, output_reasoning_tokens: 30 }],
    ['LangChain', { input: 800, input_cache_read: 200, output: 20, output_reasoning: 30, total: 1050 }],
    ['the documentation, Anthropic', { input: 800, cache_read_input_tokens: 200, output: 50, output_reasoning: 0 }],
    ['Vertex', { input: 800, cached_modality_TEXT: 200, output: 20, thoughts_token_count: 30, total: 1050 }],
  ])('%s', (_who, counts) => {
    expect(details(counts)).toMatchObject({ usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 50 } })
  })

  test('writes by lifetime, with and without their sum', () => {
    const split = { input: 100, input_ephemeral_5m_input_tokens: 10, input_ephemeral_1h_input_tokens: 20, output: 5 }
    const usage = { input_tokens: 130, cache_write_tokens: 30, cache_write_5m_tokens: 10, cache_write_1h_tokens: 20 }
    expect(details(split)).toMatchObject({ usage })
    expect(details({ ...split, input_cache_creation: 0 })).toMatchObject({ usage })
    expect(details({ ...split, input_cache_creation: 30 })).toMatchObject({ usage })
  })

  test('audio and images are parts of the input', () => {
    const counts = { input: 10, input_audio_tokens: 5, input_modality_IMAGE: 3, output: 1, output_audio_tokens: 2 }
    expect(details(counts)).toMatchObject({
      usage: { input_tokens: 18, input_audio_tokens: 5, input_image_tokens: 3, output_tokens: 3 },
    })
  })

  test('the total says what a side was whose details overlap, or whose rest got lost', () => {
    const images = { input: 0, input_text_tokens: 700, input_image_tokens: 300, input_cached_tokens: 200 }
    expect(details({ ...images, output: 50, total: 1050 })).toMatchObject({ usage: { input_tokens: 1000 } })
    const lives = { ttl_30m_tokens: 984, ttl_12h_tokens: 0 }
    const writes = { input_cache_write_tokens: 984, input_cache_write_tokens_details: lives }
    expect(details({ input: null, input_cached_tokens: 1368, ...writes, output: 896, total: 11312 })).toMatchObject({
      usage: { input_tokens: 10416, cache_read_tokens: 1368, cache_write_tokens: 984, cache_write_30m_tokens: 984 },
    })
  })

  test('counts by service tier are counted once, whether they were taken out of the rest or not', () => {
    const tier = {
      input_flex: 800,
      input_flex_cache_read: 200,
      output_flex: 20,
      output_flex_reasoning: 30,
      total: 1050,
    }
    const usage = { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 50, output_reasoning_tokens: 30 }
    expect(details({ input: 0, output: 0, ...tier })).toMatchObject({ usage, serviceTier: 'flex' })
    expect(details({ input: 1000, output: 50, ...tier })).toMatchObject({ usage, serviceTier: 'flex' })
  })

  test('an embedding has an input alone', () => {
    const attributes = {
      'langfuse.observation.type': 'embedding',
      'langfuse.observation.usage_details': '{"input":877}',
    }
    expect(observed(attributes)).toMatchObject({ operation: 'embeddings', usage: { input_tokens: 877 } })
  })

  test('a negative count is refused, not taken for none', () => {
    expect(details({ input: -5, output: 1 })).toBe('USAGE_NEGATIVE')
  })
})

test('without usage_details the conventions’ counts are read, and flagged', () => {
  const counts = { 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.output_tokens': 1 }
  expect(observed(counts)).toMatchObject({ warnings: ['SEMANTICS_ASSUMED'], rank: 50 })
})

test('the cost of a failure, 0, is none; a computed one is kept', () => {
  const cost = (usage: string, total: number) =>
    observed({
      'langfuse.observation.usage_details': usage,
      'langfuse.observation.cost_details': JSON.stringify({ input: 0, total }),
    })
  expect(cost('', 0)).not.toHaveProperty('reportedCostAtto')
  expect(cost('{"input":1,"output":1}', 0.25)).toMatchObject({ reportedCostAtto: 250_000_000_000_000_000n })
})

test('metadata is JSON in python 5 and plain elsewhere; of ids only a provider’s is one', () => {
  const metadata = (id: string) =>
    observed({ 'langfuse.observation.metadata.id': id, 'langfuse.observation.metadata.service_tier': '"flex"' })
  expect(metadata('"resp_1"')).toMatchObject({ responseId: 'resp_1', serviceTier: 'flex' })
  expect(metadata('resp_1')).toMatchObject({ responseId: 'resp_1' })
  expect(metadata('"order-7"')).not.toHaveProperty('responseId')
})

test('the first token is timed from the start of the span', () => {
  const at = `"${new Date(sampleStartMs + 120).toISOString().replace('Z', '401Z')}"`
  expect(observed({ 'langfuse.observation.completion_start_time': at })).toMatchObject({ ttftMs: 120 })
})

test.each([
  ['ChatAnthropic', undefined, 'anthropic'],
  ['ChatVertexAI', undefined, 'vertex'],
  ['LangGraph', 'amazon_bedrock', 'aws'],
  ['OpenAI.responses', undefined, 'openai'],
  ['my step', undefined, 'openai'],
])('a span called %s with ls_provider %s went to %s', (name, library, provider) => {
  const metadata = library === undefined ? {} : { 'langfuse.observation.metadata.ls_provider': `"${library}"` }
  expect(observed(metadata, { name })).toMatchObject({ provider })
})

test('an answer that broke off has begun, and may be billed; one that never came is not', () => {
  const failed = { 'langfuse.observation.level': 'ERROR' }
  const begun = { ...failed, 'spanledger.lifted.output_characters': 40 }
  expect(observed(begun, { statusCode: 2 })).toMatchObject({ status: 'aborted' })
  expect(observed(failed, { statusCode: 2 })).toMatchObject({ status: 'error' })
})

test.each([
  ['claude-sonnet-4-5', 'anthropic'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws'],
  ['gemini-2.5-pro', 'google'],
  ['o3-mini', 'openai'],
  ['llama-3.1-70b', 'unknown'],
])('a span of no known client with model %s went to %s', (model, provider) => {
  expect(observed({ 'langfuse.observation.model.name': model }, { name: 'answer' })).toMatchObject({ provider })
})

test('JavaScript’s embeddings are generations by type, without counts', () => {
  expect(observed({}, { name: 'OpenAI.embeddings' })).toMatchObject({ operation: 'embeddings', status: 'ok' })
})

test('its one model name is the answer’s, but of a request that failed', () => {
  expect(observed()).toMatchObject({ responseModel: 'gpt-5-mini' })
  expect(observed({ 'langfuse.observation.level': 'ERROR' })).toMatchObject({
    status: 'error',
    requestModel: 'gpt-5-mini',
  })
})
