import { lifted } from '@spanledger/schemas/events/lifted'
import { describe, expect, test } from 'vitest'
import { openinference } from './openinference.ts'
import { ranks } from './ranks.ts'
import { type SampleSpan, sampleSpan } from './sample-span.ts'

const python = (name: string, version = '9.9.9') => [`openinference.instrumentation.${name}`, version] as const
const internal = 1

const read = ({ attributes = {}, ...rest }: SampleSpan = {}) =>
  openinference.read(
    sampleSpan({
      scope: python('openai'),
      kind: internal,
      ...rest,
      attributes: { 'openinference.span.kind': 'LLM', ...attributes },
    }),
  )

describe('gate', () => {
  const gate = (kind: string | undefined) =>
    openinference.gate(
      sampleSpan({ kind: internal, attributes: kind === undefined ? {} : { 'openinference.span.kind': kind } }),
    )

  test.each(['LLM', 'EMBEDDING', 'RERANKER', 'llm'])('%s is one request', (kind) => expect(gate(kind)).toBe('leaf'))
  test.each(['CHAIN', 'AGENT', 'TOOL', 'RETRIEVER', 'PROMPT', 'GUARDRAIL', 'EVALUATOR'])('%s wraps requests', (kind) =>
    expect(gate(kind)).toBe('wrapper'),
  )
  test.each(['UNKNOWN', '', undefined])('%s is nothing that is known', (kind) =>
    expect(gate(kind)).toBe('operation_unknown'),
  )

  test('an agent that carries the tokens of its children is still no request', () => {
    const attributes = { 'openinference.span.kind': 'AGENT', 'llm.token_count.prompt': 900 }
    expect(openinference.gate(sampleSpan({ attributes }))).toBe('wrapper')
  })
})

test('every count of the conventions is read, with the cost that the producer states', () => {
  const parts = read({
    attributes: {
      'llm.system': 'openai',
      'llm.model_name': 'gpt-5-2026-03-01',
      'llm.token_count.prompt': 1000,
      'llm.token_count.completion': 200,
      'llm.token_count.total': 1200,
      'llm.token_count.prompt_details.cache_read': 300,
      'llm.token_count.prompt_details.cache_write': 100,
      'llm.token_count.prompt_details.audio': 10,
      'llm.token_count.completion_details.reasoning': 50,
      'llm.token_count.completion_details.audio': 5,
      'llm.cost.total': 0.012,
    },
  })
  expect(parts).toMatchObject({
    provider: 'openai',
    responseModel: 'gpt-5-2026-03-01',
    operation: 'chat',
    inputSemantics: 'inclusive',
    rank: ranks.spanComplete,
    reportedCost: 0.012,
    usage: {
      input_tokens: 1000,
      output_tokens: 200,
      cache_read_tokens: 300,
      cache_write_tokens: 100,
      input_audio_tokens: 10,
      output_reasoning_tokens: 50,
      output_audio_tokens: 5,
    },
  })
})

describe('models', () => {
  test('the plain name is the response’s; newer spans tell both apart', () => {
    expect(read({ attributes: { 'llm.model_name': 'a' } })).toMatchObject({
      requestModel: undefined,
      responseModel: 'a',
    })
    const both = { 'llm.model_name': 'x', 'llm.request.model_name': 'a', 'llm.response.model_name': 'b' }
    expect(read({ attributes: both })).toMatchObject({ requestModel: 'a', responseModel: 'b' })
  })

  test('the model that was asked for is known from the parameters, where they were recorded', () => {
    expect(read({ attributes: { [lifted.requestModel]: 'gpt-5' } }).requestModel).toBe('gpt-5')
  })

  test.each([
    ['EMBEDDING', 'embedding.model_name', 'embeddings'],
    ['RERANKER', 'reranker.model_name', 'rerank'],
  ])('%s has its own name for it', (kind, name, operation) => {
    const attributes = { 'openinference.span.kind': kind, [name]: 'm' }
    expect(read({ attributes })).toMatchObject({ responseModel: 'm', operation })
  })
})

test.each([
  ['a stream that its client left', undefined, undefined],
  ['an answer of one token', 'end_turn', 1],
])('Anthropic, %s: the output of 1 counts only where the answer ended', (_, finished, output) => {
  const attributes = {
    'openinference.span.kind': 'LLM',
    'llm.provider': 'anthropic',
    'llm.token_count.prompt': 1737,
    'llm.token_count.completion': 1,
    ...(finished && { 'llm.finish_reason': finished }),
  }
  const { usage } = read({ scope: python('anthropic', '3.1.0'), attributes })
  expect(usage).toEqual({ input_tokens: 1737, ...(output && { output_tokens: output }) })
})

describe('what the input means', () => {
  const cached = { 'llm.token_count.prompt': 1000, 'llm.token_count.prompt_details.cache_read': 300 }

  test.each([
    [python('openai', '0.1.66'), 'inclusive', ranks.spanComplete],
    [python('openai', '0.1.22'), 'inclusive', ranks.spanLossy],
    [python('anthropic', '3.1.0'), 'inclusive', ranks.spanComplete],
    [python('anthropic', '0.1.13'), 'exclusive', ranks.spanLossy],
    [python('bedrock', '0.1.61'), 'inclusive', ranks.spanUnverified],
    [python('google_genai', '0.1.15'), 'inclusive', ranks.spanLossy],
    [python('langchain', '0.1.80'), 'inclusive', ranks.spanComplete],
    [python('crewai', '1.0'), 'assumed', ranks.spanUnverified],
    [['@arizeai/openinference-instrumentation-openai', '4.2.7'], 'inclusive', ranks.spanLossy],
    [['@arizeai/openinference-instrumentation-anthropic', '0.1.21'], 'exclusive', ranks.spanLossy],
    [['@arizeai/openinference-instrumentation-anthropic', '0.2.8'], 'inclusive', ranks.spanLossy],
    [['my.app'], 'assumed', ranks.spanUnverified],
  ] as const)('%s: %s', (scope, inputSemantics, rank) => {
    expect(read({ scope, attributes: cached })).toMatchObject({ inputSemantics, rank })
  })

  test('a total that holds the cached tokens beside the prompt proves that the prompt does not', () => {
    const counts = { ...cached, 'llm.token_count.completion': 100 }
    const scope = python('bedrock', '0.1.45')
    const exclusive = { ...counts, 'llm.token_count.total': 1400 }
    expect(read({ scope, attributes: exclusive }).inputSemantics).toBe('exclusive')
    const inclusive = { ...counts, 'llm.token_count.total': 1100 }
    expect(read({ scope, attributes: inclusive }).inputSemantics).toBe('inclusive')
  })

  test('cached input is a cache read, unless its producer means what was not cached', () => {
    const attributes = { 'llm.token_count.prompt': 10, 'llm.token_count.prompt_details.cache_input': 4 }
    expect(read({ attributes }).usage.cache_read_tokens).toBe(4)
    expect(read({ attributes, scope: python('litellm') }).usage.cache_read_tokens).toBeUndefined()
  })

  test('an embedding that reports only a total was sent that many tokens', () => {
    const attributes = { 'openinference.span.kind': 'EMBEDDING', 'llm.token_count.total': 7 }
    expect(read({ attributes })).toMatchObject({ usage: { input_tokens: 7 }, inputSemantics: 'inclusive' })
  })
})

describe('who is billed', () => {
  test.each([
    ['the provider that serves the model', { 'llm.provider': 'aws', 'llm.system': 'anthropic' }, undefined, 'aws'],
    ['whose client is instrumented', { 'llm.system': 'anthropic' }, python('bedrock'), 'aws'],
    ['whose protocol it speaks', { 'llm.system': 'anthropic' }, python('langchain'), 'anthropic'],
    ['Vertex AI, which is Google’s', { 'llm.provider': 'google', 'llm.system': 'vertexai' }, undefined, 'vertexai'],
    ['nobody that is known', {}, python('langchain'), ''],
  ] as const)('%s', (_, attributes, scope, provider) => {
    expect(read({ attributes, ...(scope && { scope }) }).provider).toBe(provider)
  })
})

describe('identity', () => {
  test('the response id is the one found in the recorded answer', () => {
    const parts = read({ attributes: { [lifted.responseId]: 'chatcmpl-1' } })
    expect(parts).toMatchObject({ responseId: 'chatcmpl-1', responseIdInvented: false })
  })

  test.each(['lc_run--0c3b', 'run-0c3b', 'run--0c3b'])('%s is LangChain’s own, not the provider’s', (id) =>
    expect(read({ attributes: { [lifted.responseId]: id } }).responseIdInvented).toBe(true),
  )
})

describe('outcome', () => {
  test('a request that failed before any answer is refused', () => {
    expect(read({ statusCode: 2 }).status).toBe('error')
  })

  test('a stream that broke after its start may have been billed', () => {
    expect(read({ statusCode: 2, attributes: { [lifted.outputCharacters]: 20 } }).status).toBe('aborted')
  })

  test('zeros are no usage: a framework that was told no counts writes them', () => {
    const zeros = { 'llm.token_count.prompt': 0, 'llm.token_count.completion': 0, 'llm.token_count.total': 0 }
    expect(read({ attributes: zeros }).usage).toEqual({})
    expect(read({ attributes: { ...zeros, 'llm.token_count.completion': 1 } }).usage).toMatchObject({ input_tokens: 0 })
  })

  test('an answer without usage is an answer', () => {
    expect(read()).toMatchObject({ status: 'ok', usage: {} })
  })
})
