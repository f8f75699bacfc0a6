import { expect, test } from 'vitest'
import { otelGenai } from './otel-genai.ts'
import { usageNames } from './otel-genai-names.ts'
import { type SampleSpan, sampleSpan } from './sample-span.ts'

const gate = (span: SampleSpan) => otelGenai.gate(sampleSpan(span))
const read = (span: SampleSpan) => otelGenai.read(sampleSpan(span))

test.each([
  ['provider', 'gen_ai.provider.name'],
  ['provider', 'gen_ai.system'],
  ['requestModel', 'gen_ai.request.model'],
  ['requestModel', 'llm.request.model'],
  ['responseModel', 'gen_ai.response.model'],
  ['responseModel', 'llm.response.model'],
  ['responseId', 'gen_ai.response.id'],
  ['serviceTier', 'openai.response.service_tier'],
  ['serviceTier', 'openai.request.service_tier'],
  ['serviceTier', 'gen_ai.openai.response.service_tier'],
  ['serviceTier', 'gen_ai.openai.request.service_tier'],
  ['serviceTier', 'anthropic.response.service_tier'],
  ['serverAddress', 'server.address'],
  ['region', 'cloud.region'],
  ['errorType', 'error.type'],
] as const)('%s is read from %s', (field, name) => {
  expect(read({ attributes: { [name]: ' some value ' } })[field]).toBe('some value')
})

test.each(usageNames.flatMap(([field, names]) => names.map((name) => [field, name] as const)))(
  '%s is read from %s',
  (field, name) => expect(read({ attributes: { [name]: 7 } }).usage).toEqual({ [field]: 7 }),
)

test('the newer name wins where a span carries both generations', () => {
  const attributes = {
    'gen_ai.usage.prompt_tokens': 1,
    'gen_ai.usage.input_tokens': 2,
    'gen_ai.system': 'old',
    'gen_ai.provider.name': 'new',
  }
  expect(read({ attributes })).toMatchObject({ usage: { input_tokens: 2 }, provider: 'new' })
})

test('the tier that the response states beats the one that was asked for', () => {
  const attributes = { 'openai.request.service_tier': 'priority', 'openai.response.service_tier': 'default' }
  expect(read({ attributes }).serviceTier).toBe('default')
})

test('Anthropic’s fast mode is sold at the prices of a tier', () => {
  const attributes = { 'anthropic.response.service_tier': 'standard', 'anthropic.response.speed': 'fast' }
  expect(read({ attributes }).serviceTier).toBe('fast')
  expect(read({ attributes: { ...attributes, 'anthropic.response.speed': 'standard' } }).serviceTier).toBe('standard')
})

test.each(['chat', 'text_completion', 'generate_content', 'embeddings', 'rerank'])('%s is one request', (operation) => {
  expect(gate({ kind: 1, attributes: { 'gen_ai.operation.name': operation } })).toBe('leaf')
})

test.each(['invoke_agent', 'create_agent', 'execute_tool', 'invoke_workflow', 'plan', 'retrieval', 'run_my_agent'])(
  '%s is a wrapper, although it may repeat the usage of what is inside',
  (operation) => {
    const attributes = {
      'gen_ai.operation.name': operation,
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 5,
    }
    expect(gate({ attributes })).toBe('wrapper')
  },
)

test.each([
  ['chat gpt-4', 'leaf'],
  ['embeddings text-embedding-3-small', 'leaf'],
  ['invoke_agent travel', 'wrapper'],
  ['something else', 'operation_unknown'],
])('a span of the oldest generation named %j, without an operation: %s', (name, verdict) => {
  expect(gate({ name, attributes: { 'gen_ai.system': 'openai' } })).toBe(verdict)
})

test('a hand-written client call of a model with usage is a request, whatever it calls itself', () => {
  const attributes = {
    'gen_ai.operation.name': 'summarise',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 5,
  }
  expect(gate({ attributes })).toBe('leaf')
  expect(gate({ kind: 0, attributes })).toBe('leaf')
  expect(gate({ kind: 1, attributes })).toBe('operation_unknown')
  expect(gate({ attributes: { ...attributes, 'gen_ai.request.model': '' } })).toBe('operation_unknown')
})

test('of the Anthropic SDK’s own spans only messages are requests', () => {
  const span = {
    scope: ['com.anthropic.sdk.python', '2.11.0'],
    attributes: { 'gen_ai.operation.name': 'chat' },
  } as const
  expect(gate({ ...span, name: 'anthropic.messages.create' })).toBe('leaf')
  for (const name of ['messages.count_tokens', 'messages.batches.create', 'sessions.create', 'messages.tool_runner']) {
    expect(gate({ ...span, name: `anthropic.${name}` })).toBe('not_billable')
  }
})

test('what input means is known by scope, version and provider, never by provider alone', () => {
  const meaning = (scope: readonly [string, string?], provider = 'openai') =>
    read({ scope, attributes: { 'gen_ai.provider.name': provider } }).inputSemantics
  expect(meaning(['opentelemetry.instrumentation.botocore.bedrock-runtime', '0.66b2'], 'aws.bedrock')).toBe('exclusive')
  expect(meaning(['opentelemetry.instrumentation.genai.openai', '1.3b0'])).toBe('inclusive')
  expect(meaning(['opentelemetry.instrumentation.genai.openai', '0.9'])).toBe('assumed')
  expect(meaning(['opentelemetry.util.genai.handler', '0.4b0'])).toBe('inclusive')
  expect(meaning(['opentelemetry.util.genai.handler', '0.4b0'], 'azure.ai.openai')).toBe('inclusive')
  expect(meaning(['opentelemetry.util.genai.handler', '0.4b0'], 'aws.bedrock')).toBe('assumed')
  expect(meaning(['my.app'])).toBe('assumed')
})

test('embeddings of an unverified producer need no assumption: they have no cache', () => {
  const semantics = (operation: string) => read({ attributes: { 'gen_ai.operation.name': operation } }).inputSemantics
  expect([semantics('embeddings'), semantics('chat')]).toEqual(['inclusive', 'assumed'])
})

test('a complete producer outranks one nobody verified, and that one a producer known to lose tokens', () => {
  const rank = (...scope: [string, string?]) => read({ scope, attributes: { 'gen_ai.provider.name': 'openai' } }).rank
  const order = [
    rank('com.anthropic.sdk.python', '2.11.0'),
    rank('opentelemetry.instrumentation.genai.openai', '1.3b0'),
    rank('my.app'),
    rank('opentelemetry.instrumentation.openai_v2'),
  ]
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(new Set(order).size).toBe(4)
})

const responded = { 'gen_ai.response.id': 'chatcmpl-1' }
const used = { 'gen_ai.usage.input_tokens': 5 }
test.each<[string, SampleSpan, string]>([
  ['no error', { attributes: used }, 'ok'],
  ['a refusal', { statusCode: 2, attributes: { 'error.type': '429' } }, 'error'],
  ['an error after the response began, without usage', { statusCode: 2, attributes: responded }, 'aborted'],
  [
    'an error that names the model which was asked for, as Logfire copies it',
    { statusCode: 2, attributes: { 'gen_ai.request.model': 'm', 'gen_ai.response.model': 'm' } },
    'error',
  ],
  ['a refusal that names a model', { statusCode: 2, attributes: { ...responded, 'error.type': '429' } }, 'error'],
  [
    'a refusal known by its HTTP status',
    { statusCode: 2, attributes: { ...responded, 'error.type': 'RateLimitError', 'http.response.status_code': 429 } },
    'error',
  ],
  [
    'a timeout after the response began',
    { statusCode: 2, attributes: { ...responded, 'error.type': '408' } },
    'aborted',
  ],
  ['an error that reports usage', { statusCode: 2, attributes: { ...responded, ...used } }, 'error'],
  ['a caller that went away', { attributes: { 'error.type': 'asyncio.CancelledError' } }, 'aborted'],
  ['a stream closed early', { statusCode: 2, attributes: { 'error.type': 'GeneratorExit' } }, 'aborted'],
  ['a cancelled response', { attributes: { 'gen_ai.response.finish_reasons': ['cancelled'] } }, 'aborted'],
  ['a full answer', { attributes: { 'gen_ai.response.finish_reasons': ['stop'] } }, 'ok'],
])('%s: %j is %s', (_, span, status) => expect(read(span).status).toBe(status))

test('an error that names no type is known by its HTTP status', () => {
  expect(read({ statusCode: 2, attributes: { 'http.response.status_code': 429 } }).errorType).toBe('429')
})

test('the time to the first chunk is sent in seconds and kept in milliseconds', () => {
  expect(read({ attributes: { 'gen_ai.response.time_to_first_chunk': 0.0125 } }).ttftMs).toBe(12.5)
  expect(read({ attributes: { 'gen_ai.response.time_to_first_chunk': 'soon' } }).ttftMs).toBeUndefined()
})

test.each([
  ['nothing', {}, false],
  ['why it stopped', { 'gen_ai.response.finish_reasons': ['stop'] }, true],
  ['why it stopped, in Anthropic’s own words', { 'anthropic.message.stop_reason': 'end_turn' }, true],
])('an Anthropic answer of one token that says %s: counted only if it ended', (_, attributes, counted) => {
  const counts = { 'gen_ai.usage.input_tokens': 1737, 'gen_ai.usage.output_tokens': 1 }
  const { usage } = read({ attributes: { 'gen_ai.provider.name': 'anthropic', ...counts, ...attributes } })
  expect(usage).toEqual({ input_tokens: 1737, ...(counted && { output_tokens: 1 }) })
  const other = read({ attributes: { 'gen_ai.provider.name': 'openai', ...counts, ...attributes } })
  expect(other.usage.output_tokens).toBe(1)
})
