import { describe, expect, test } from 'vitest'
import { observeSample } from '../testing/observe-sample.ts'
import type { SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>

const observed = (attributes: Attributes = {}) =>
  observeSample({
    scope: ['langsmith'],
    kind: 1,
    attributes: {
      'langsmith.span.kind': 'llm',
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 50,
      ...attributes,
    },
  })

test.each(['chain', 'prompt', 'tool', 'retriever', 'parser', 'embedding', ''])(
  'a %s is no request, whatever it repeats',
  (kind) => expect(observed({ 'langsmith.span.kind': kind })).toBe('wrapper'),
)

describe('cached and reasoning tokens', () => {
  const usage = {
    input_tokens: 1000,
    cache_read_tokens: 200,
    output_tokens: 50,
    output_reasoning_tokens: 30,
    input_audio_tokens: 0,
  }
  const input = { cache_read: 200, audio: 0 }

  test('stand in the JSON of usage_metadata', () => {
    const metadata = {
      input_token_details: input,
      output_token_details: { reasoning: 30 },
      input_tokens: 1000,
      output_tokens: 50,
    }
    expect(observed({ 'langsmith.metadata.usage_metadata': JSON.stringify(metadata) })).toMatchObject({ usage })
  })

  test('or beside the totals, as Python writes a dict and as JSON', () => {
    const read = (text: string, output: string) =>
      observed({ 'gen_ai.usage.input_token_details': text, 'gen_ai.usage.output_token_details': output })
    expect(read("{'cache_read': 200, 'audio': 0}", "{'reasoning': 30}")).toMatchObject({ usage })
    expect(read(JSON.stringify(input), '{"reasoning":30}')).toMatchObject({ usage })
  })

  test('under the name of the service tier, where it is priced apart', () => {
    const details = { flex: 800, flex_cache_read: 200, audio: 0 }
    const metadata = {
      input_tokens: 1000,
      output_tokens: 50,
      input_token_details: details,
      output_token_details: { flex: 20, flex_reasoning: 30 },
    }
    expect(observed({ 'langsmith.metadata.usage_metadata': JSON.stringify(metadata) })).toMatchObject({
      usage,
      serviceTier: 'flex',
    })
  })

  test('of Anthropic with both lifetimes of what was written', () => {
    const details = { cache_read: 200, cache_creation: 0, ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 }
    const metadata = JSON.stringify({ input_tokens: 1000, output_tokens: 50, input_token_details: details })
    const anthropic = { 'gen_ai.system': 'anthropic', 'langsmith.metadata.usage_metadata': metadata }
    expect(observed(anthropic)).toMatchObject({
      usage: { input_tokens: 1000, cache_write_tokens: 30, cache_write_5m_tokens: 10, cache_write_1h_tokens: 20 },
      warnings: [],
    })
  })

  test('a text that is neither loses nothing but itself', () => {
    expect(observed({ 'langsmith.metadata.usage_metadata': '[object Object]' })).toMatchObject({
      usage: { input_tokens: 1000, output_tokens: 50 },
    })
  })
})

test('the client that was called beats the guess from the model’s name', () => {
  expect(observed({ 'langsmith.metadata.ls_provider': 'azure' })).toMatchObject({ provider: 'azure' })
  expect(observed({ 'gen_ai.system': 'langchain' })).toMatchObject({ provider: 'unknown' })
  const bedrock = { 'gen_ai.system': 'anthropic', 'langsmith.metadata.ls_provider': 'amazon_bedrock' }
  expect(observed(bedrock)).toMatchObject({ provider: 'aws' })
})

test('the id found in the recorded answer is the provider’s, a run’s own is not', () => {
  expect(observed({ 'spanledger.lifted.response_id': 'chatcmpl-1' })).toMatchObject({ responseId: 'chatcmpl-1' })
  const run = { 'spanledger.lifted.response_id': 'lc_run--019a' }
  expect(observed(run)).toMatchObject({ responseIdTrusted: false })
})
