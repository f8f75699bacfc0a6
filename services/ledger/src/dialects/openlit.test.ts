import { describe, expect, test } from 'vitest'
import { openlit } from './openlit.ts'
import { ranks } from './ranks.ts'
import { recognise } from './registry.ts'
import { sampleSpan, type SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>
const chat = {
  'telemetry.sdk.name': 'openlit',
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.response.model': 'gpt-5-mini-2026-03-01',
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.request.stream': false,
  'gen_ai.request.user': '',
  'gen_ai.usage.input_tokens': 6522,
  'gen_ai.usage.output_tokens': 592,
  'gen_ai.usage.cache_read.input_tokens': 1014,
  'gen_ai.usage.cache_creation.input_tokens': 630,
  'gen_ai.usage.cost': 0.0028,
}
const span = (attributes: Attributes, scope = 'openlit.otel.tracing') =>
  sampleSpan({ scope: [scope, '1.45.0'], attributes: { ...chat, ...attributes } })
const read = (attributes: Attributes) => openlit.read(span(attributes))

test('its scope is enough to know it', () => {
  for (const scope of ['openlit.otel.tracing', 'openlit.instrumentation.openai']) {
    expect(recognise(span({}, scope))?.name).toBe('openlit')
  }
})

test.each([
  ['chat', 'leaf'],
  ['embeddings', 'leaf'],
  ['image', 'leaf'],
  ['invoke_agent', 'wrapper'],
  ['invoke_workflow', 'wrapper'],
  ['execute_task', 'wrapper'],
  ['vectordb', 'wrapper'],
  ['', 'not_billable'],
])('a span of operation %j is %s', (operation, verdict) => {
  expect(openlit.gate(span({ 'gen_ai.operation.name': operation }))).toBe(verdict)
})

test('a framework’s step called chat is no request: the client underneath writes it', () => {
  expect(openlit.gate(span({ 'gen_ai.provider.name': 'llama_index' }))).toBe('wrapper')
  expect(openlit.gate(span({ 'gen_ai.provider.name': 'langchain' }))).toBe('leaf')
})

describe('input means what the provider means by it', () => {
  test.each([
    ['openai', 'inclusive'],
    ['azure.ai.inference', 'inclusive'],
    ['anthropic', 'exclusive'],
    ['aws.bedrock', 'exclusive'],
    ['gemini', 'inclusive'],
    ['ai21', 'assumed'],
  ])('%s: %s', (provider, inputSemantics) => {
    expect(read({ 'gen_ai.provider.name': provider })).toMatchObject({ inputSemantics })
    expect(read({ 'gen_ai.provider.name': '', 'gen_ai.system': provider })).toMatchObject({ inputSemantics })
  })

  test('LangChain’s counts include the cache, whoever answered', () => {
    const anthropic = { 'gen_ai.provider.name': 'anthropic' }
    const scoped = (name: string) => openlit.read(span(anthropic, `openlit.instrumentation.${name}`)).inputSemantics
    expect(['langchain', 'anthropic', '__proto__'].map(scoped)).toEqual(['inclusive', 'exclusive', 'exclusive'])
  })
})

test('reasoning is told of some answers only: the others say less than their provider did', () => {
  expect(read({}).rank).toBe(ranks.spanLossy)
  expect(read({ 'gen_ai.usage.reasoning_tokens': 0 }).rank).toBe(ranks.spanComplete)
  expect(read({ 'gen_ai.operation.name': 'embeddings' }).rank).toBe(ranks.spanComplete)
  expect(read({ 'gen_ai.provider.name': 'ai21' }).rank).toBe(ranks.spanUnverified)
})

test('Gemini’s thoughts stand beside the output, and are billed with it', () => {
  const thoughts = { 'gen_ai.usage.output_tokens': 547, 'gen_ai.usage.reasoning_tokens': 531 }
  expect(read({ 'gen_ai.provider.name': 'gcp.gemini', ...thoughts }).usage).toMatchObject({
    output_tokens: 1078,
    output_reasoning_tokens: 531,
  })
  expect(read(thoughts).usage).toMatchObject({ output_tokens: 547 })
})

test('a stream without a word of the cache was counted by OpenLIT itself', () => {
  const { 'gen_ai.usage.cache_read.input_tokens': _, ...silent } = chat
  const streamed = (attributes: Attributes) =>
    openlit.read(sampleSpan({ scope: ['openlit.otel.tracing'], attributes: { ...silent, ...attributes } }))
  expect(streamed({ 'gen_ai.request.stream': true }).warnings).toEqual(['USAGE_ESTIMATED'])
  expect(streamed({ 'gen_ai.request.is_stream': true }).warnings).toEqual(['USAGE_ESTIMATED'])
  expect(streamed({}).warnings).toEqual([])
  expect(streamed({ 'gen_ai.request.stream': true, 'gen_ai.usage.cache_read.input_tokens': 0 }).warnings).toEqual([])
})

test('its cost is evidence, and 0 says nothing', () => {
  expect(read({}).reportedCost).toBe(0.0028)
  expect(read({ 'gen_ai.usage.cost': 0 }).reportedCost).toBeUndefined()
})

test('blanks are nothing', () => {
  expect(read({ 'gen_ai.usage.input_tokens': '', 'gen_ai.response.id': '' })).toMatchObject({ responseId: undefined })
  expect(read({ 'gen_ai.usage.input_tokens': '' }).usage.input_tokens).toBeUndefined()
})

test('the first token’s time is a stream’s only', () => {
  const timed = { 'gen_ai.server.time_to_first_token': 0.25 }
  expect(read({ ...timed, 'gen_ai.request.stream': true }).ttftMs).toBe(250)
  expect(read(timed).ttftMs).toBeUndefined()
})
