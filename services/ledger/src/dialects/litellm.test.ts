import { describe, expect, test } from 'vitest'
import { litellm } from './litellm.ts'
import { ranks } from './ranks.ts'
import { sampleSpan, type SampleSpan, sampleStartMs } from './sample-span.ts'

const callId = '32a3817e-6f62-4a69-bcdc-9caf95152cf9'
const madeUpId = 'chatcmpl-65589f85-276e-4915-bdc8-d065e41ec5ad'
const call = {
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.system': 'openai',
  'llm.request.type': 'acompletion',
  'llm.is_streaming': 'False',
  'gen_ai.response.id': 'chatcmpl-D9ZbcLQJ4WxMyaNhlJ0L8aVy1PqTz',
  'litellm.call_id': callId,
  'gen_ai.usage.input_tokens': '6522',
  'gen_ai.usage.output_tokens': '592',
}
type Attributes = NonNullable<SampleSpan['attributes']>
const span = (attributes: Attributes, rest: SampleSpan = {}) =>
  sampleSpan({ scope: ['litellm'], name: 'litellm_request', kind: 1, attributes: { ...call, ...attributes }, ...rest })
const read = (attributes: Attributes, rest?: SampleSpan) => litellm.read(span(attributes, rest))

describe('one span is one request', () => {
  test.each<[string, SampleSpan]>([
    ['the default', { name: 'litellm_request' }],
    ['the conventions’ names on request', { name: 'chat gpt-5-mini', kind: 3 }],
    ['a name of the caller’s choice', { name: 'my generation' }],
    ['the application’s own span, when LiteLLM wrote onto that', { name: 'POST /chat', kind: 2, scope: ['my.app'] }],
  ])('%s', (_, rest) => expect(litellm.gate(span({}, rest))).toBe('leaf'))

  test.each([
    'Received Proxy Server Request',
    'Failed Proxy Server Request',
    'raw_gen_ai_request',
    'redis',
    'postgres',
    'self',
    'router',
    'auth /v1/chat/completions',
    'route gpt-4o',
    'guardrail',
    'execute_guardrail pii',
    'cache.get llm_response',
  ])('%s is none', (name) => {
    const around = sampleSpan({
      scope: ['litellm'],
      name,
      attributes: { 'metadata.user_api_key_team_id': 't', 'litellm.call_id': callId },
    })
    expect(litellm.gate(around)).toBe('wrapper')
  })

  test('a proxy’s span that repeats the call is the same request, by its ids; without ids it is none', () => {
    const copy = span({}, { name: 'Received Proxy Server Request' })
    expect(litellm.gate(copy)).toBe('leaf')
    expect(litellm.read(copy)).toMatchObject({ eventId: read({}).eventId, rank: ranks.spanCopy })
    const anonymous = sampleSpan({
      scope: ['litellm'],
      name: 'Received Proxy Server Request',
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 5 },
    })
    expect(litellm.gate(anonymous)).toBe('wrapper')
  })

  test('what reads or manages something is billed only where it reports usage', () => {
    const nothing = { 'gen_ai.usage.input_tokens': '', 'gen_ai.usage.output_tokens': '' }
    expect(litellm.gate(span({ 'llm.request.type': 'adelete_responses', ...nothing }))).toBe('not_billable')
    expect(litellm.gate(span({ 'llm.request.type': 'aget_responses' }))).toBe('leaf')
    expect(litellm.gate(span({ 'llm.request.type': 'arerank', ...nothing }))).toBe('leaf')
  })
})

describe('usage', () => {
  test('is read out of the usage object, a Python dict, with caches by their time to live', () => {
    const object =
      "{'completion_tokens': 565, 'prompt_tokens': 5098, 'completion_tokens_details': {'reasoning_tokens': 7}, " +
      "'prompt_tokens_details': {'audio_tokens': None, 'cached_tokens': 2553, 'cache_creation_tokens': 2010, " +
      "'cache_creation_token_details': {'ephemeral_5m_input_tokens': 805, 'ephemeral_1h_input_tokens': 1205}}, " +
      "'cache_creation_input_tokens': 2010, 'service_tier': 'priority'}"
    expect(read({ 'metadata.usage_object': object })).toMatchObject({
      rank: ranks.spanComplete,
      inputSemantics: 'inclusive',
      serviceTier: 'priority',
      usage: {
        input_tokens: 5098,
        output_tokens: 565,
        output_reasoning_tokens: 7,
        cache_read_tokens: 2553,
        cache_write_tokens: 2010,
        cache_write_5m_tokens: 805,
        cache_write_1h_tokens: 1205,
      },
    })
  })

  test('without a usage object is what the attributes say, and known to be less', () => {
    const newer = { 'gen_ai.usage.cache_read.input_tokens': 5, 'gen_ai.usage.cache_creation.input_tokens': 6 }
    expect(read({ ...newer, 'metadata.usage_object': "{'prompt_tokens': 65" })).toMatchObject({
      rank: ranks.spanLossy,
      usage: { input_tokens: '6522', output_tokens: '592', cache_read_tokens: 5, cache_write_tokens: 6 },
    })
  })

  test('of 0 and 0 is none: a stream whose provider sent none', () => {
    const zero = { 'gen_ai.usage.input_tokens': '0', 'gen_ai.usage.output_tokens': '0' }
    const object = "{'completion_tokens': 0, 'prompt_tokens': 0, 'prompt_tokens_details': None}"
    expect(read({ ...zero, 'metadata.usage_object': object, 'gen_ai.cost.total_cost': 0 })).toMatchObject({
      usage: {},
      status: 'ok',
      reportedCost: undefined,
    })
  })

  test('of a stream that OpenAI did not count is an estimate of LiteLLM’s tokenizer', () => {
    const object = "{'completion_tokens': 9, 'prompt_tokens': 8, 'prompt_tokens_details': None}"
    const streamed = { 'llm.is_streaming': 'True', 'metadata.usage_object': object }
    expect(read(streamed).warnings).toEqual(['USAGE_ESTIMATED'])
    expect(read({ ...streamed, 'gen_ai.system': 'hosted_vllm' }).warnings).toEqual([])
    expect(read({ ...streamed, 'llm.is_streaming': 'False' }).warnings).toEqual([])
  })
})

describe('ids', () => {
  test('a provider’s own stands; one that LiteLLM made up is not trusted, and still connects its own reports', () => {
    expect(read({})).toMatchObject({ responseId: call['gen_ai.response.id'], responseIdInvented: false })
    expect(read({ 'gen_ai.response.id': madeUpId, 'gen_ai.system': 'anthropic' })).toMatchObject({
      responseIdInvented: true,
      eventId: `litellm:${madeUpId}`,
    })
    expect(read({ 'gen_ai.response.id': callId }).responseIdInvented).toBe(true)
    expect(read({ 'gen_ai.response.id': madeUpId, 'gen_ai.system': 'groq' }).responseIdInvented).toBe(false)
  })

  test('an id of the Responses API is taken out of the proxy’s wrapping', () => {
    const wrapped = `resp_${btoa('litellm:custom_llm_provider:openai;model_id:None;response_id:resp_0004abcdef')}`
    expect(read({ 'gen_ai.response.id': wrapped }).responseId).toBe('resp_0004abcdef')
  })

  test('small numbers of a local server connect only within one call', () => {
    const local = { 'gen_ai.response.id': 'chatcmpl-813' }
    expect(read(local).eventId).toBe(`litellm:${callId}:chatcmpl-813`)
    expect(read({ ...local, 'litellm.call_id': '' }).eventId).toBeUndefined()
  })

  test('each failed attempt of a call is a request of its own', () => {
    const failed = {
      'gen_ai.response.id': callId,
      'gen_ai.usage.input_tokens': '',
      'gen_ai.usage.output_tokens': '',
      'error.type': 'RateLimitError',
      'http.response.status_code': 429,
    }
    const first = read(failed, { statusCode: 2 })
    expect(first).toMatchObject({ status: 'error', errorType: 'RateLimitError', usage: {} })
    expect(read(failed, { statusCode: 2, startMs: sampleStartMs + 5 }).eventId).not.toBe(first.eventId)
  })

  test('a hit of the result cache is known by its call, not by the cached answer', () => {
    expect(read({ 'gen_ai.response.id': `${callId}_cache_hit1795275179.81` })).toMatchObject({
      resultCache: 'exact_hit',
      eventId: `litellm:${callId}`,
      responseIdInvented: true,
    })
  })
})

test('a provider that is not named is the prefix of the model that was sent', () => {
  const provider = (attributes: Attributes) => read({ 'gen_ai.system': '', ...attributes }).provider
  expect(provider({ 'litellm.provider.model': 'openai/text-embedding-3-small' })).toBe('openai')
  expect(provider({ 'litellm.provider.model': 'text-embedding-3-small' })).toBe('')
  expect(provider({ 'gen_ai.system': 'text-completion-openai' })).toBe('openai')
})

test('the rewritten generation names the model that was sent, not the name of a group', () => {
  const v2 = {
    'gen_ai.provider.name': 'azure.ai.openai',
    'gen_ai.operation.name': 'chat',
    'litellm.call_type': 'acompletion',
    'gen_ai.request.model': 'fast',
    'litellm.provider.model': 'azure/gpt-4o',
    'gen_ai.response.time_to_first_chunk': 0.25,
    'litellm.cost.total': 0.5,
  }
  expect(read({ ...v2, 'llm.request.type': '' })).toMatchObject({
    provider: 'azure.ai.openai',
    requestModel: 'azure/gpt-4o',
    operation: 'chat',
    ttftMs: 250,
    reportedCost: 0.5,
  })
})

test('OpenInference’s names, as the callbacks for Arize, Phoenix and Langfuse write them, are read alike', () => {
  const attributes = {
    'openinference.span.kind': 'LLM',
    'llm.model_name': 'claude-sonnet-4-5',
    'llm.provider': 'anthropic',
    'llm.request.type': 'acompletion',
    'llm.response.id': madeUpId,
    'llm.token_count.prompt': 140,
    'llm.token_count.completion': 5,
    'llm.token_count.prompt_details.cache_read': 100,
  }
  const phoenix = sampleSpan({ scope: ['litellm'], name: 'litellm_request', attributes })
  expect(litellm.gate(phoenix)).toBe('leaf')
  expect(litellm.read(phoenix)).toMatchObject({
    provider: 'anthropic',
    requestModel: 'claude-sonnet-4-5',
    responseIdInvented: true,
    rank: ranks.spanLossy,
    usage: { input_tokens: 140, output_tokens: 5, cache_read_tokens: 100 },
  })
})
