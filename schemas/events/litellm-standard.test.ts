import { expect, test } from 'vitest'
import { readUsageEvent } from './usage-event.ts'

const nowMs = Date.UTC(2026, 10, 21, 16)
const callId = 'c2aa6ae7-ceab-4cad-9158-f1605f43fbe5'
const usageObject = {
  completion_tokens: 5,
  prompt_tokens: 140,
  total_tokens: 145,
  completion_tokens_details: { reasoning_tokens: 2 },
  prompt_tokens_details: {
    audio_tokens: null,
    cached_tokens: 100,
    cache_creation_tokens: 30,
    cache_creation_token_details: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
  },
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 100,
  service_tier: 'standard',
}
/** As LiteLLM 1.106 writes it. */
const payload = {
  id: 'chatcmpl-26cc43bc-f675-4ba0-b4ae-a9ff117dc556',
  litellm_call_id: callId,
  trace_id: '4210729a-fe01-48a2-a560-b6eacd5e6663',
  session_id: '',
  call_type: 'acompletion',
  cache_hit: null,
  stream: null,
  status: 'success',
  custom_llm_provider: 'anthropic',
  startTime: 1795275179.162642,
  endTime: 1795275179.296565,
  completionStartTime: 1795275179.200142,
  model: 'claude-sonnet-4-5',
  metadata: {
    user_api_key_alias: 'search-prod',
    user_api_key_user_id: 'u-42',
    user_api_key_team_id: 'team-1',
    user_api_key_team_alias: 'search',
    user_api_key_end_user_id: null,
    requester_metadata: { feature: 'faq', question: 'my secret prompt' },
    usage_object: usageObject,
  },
  response_cost: 0.0002925,
  total_tokens: 145,
  prompt_tokens: 140,
  completion_tokens: 5,
  request_tags: ['job:nightly', 'User-Agent: litellm/1.106'],
  end_user: 'acme',
  api_base: 'https://api.anthropic.com/v1/messages',
  messages: [{ role: 'user', content: 'my secret prompt' }],
  response: {
    id: 'x',
    choices: [{ message: { content: 'my secret answer' } }],
    usage: { prompt_tokens: 140, completion_tokens: 5 },
  },
  model_parameters: { temperature: 0.5 },
  hidden_params: { cache_key: null, additional_headers: {} },
  error_information: { error_code: '', error_class: '' },
}

function read(changes: object = {}) {
  return readUsageEvent({ ...payload, ...changes }, nowMs)
}
function event(changes: object = {}) {
  const result = read(changes)
  if (result.kind !== 'ok') throw new TypeError(result.kind === 'reject' ? result.message : result.kind)
  return result.value
}

test('a payload is the request that it tells of, with caches by their time to live', () => {
  expect(event()).toMatchObject({
    event_id: `litellm:${payload.id}`,
    at: 1795275179162,
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    operation: 'chat',
    service_tier: 'standard',
    status: 'ok',
    result_cache: 'none',
    reported_cost: '0.0002925',
    latency_ms: 133.923,
    usage: {
      input_tokens: 140,
      output_tokens: 5,
      output_reasoning_tokens: 2,
      cache_read_tokens: 100,
      cache_write_tokens: 30,
      cache_write_5m_tokens: 10,
      cache_write_1h_tokens: 20,
    },
    attribution: { team: 'search', user: 'u-42', feature: 'faq' },
    warnings: [],
  })
  expect(event()).not.toHaveProperty('response_id')
  expect(event().tags).toMatchObject({ api_key: 'search-prod' })
})

test('nothing of what was asked and answered is left', () => {
  expect(JSON.stringify(event())).not.toContain('secret')
})

test('it is told by its shape, or by the format it is said to have', () => {
  expect(event({ usage_format: 'litellm_standard' })).toEqual(event())
  const { metadata: _, ...bare } = payload
  expect(readUsageEvent(bare, nowMs)).toMatchObject({ kind: 'reject' })
  expect(readUsageEvent({ ...bare, usage_format: 'litellm_standard' }, nowMs)).toMatchObject({
    kind: 'ok',
    value: { usage: { input_tokens: 140, output_tokens: 5 } },
  })
})

test('a usage object alone is a format like any provider’s', () => {
  const plain = { event_id: 'e1', at: '2026-11-21T10:00:00Z', provider: 'anthropic', model: 'claude-sonnet-4-5' }
  for (const usage of [usageObject, { metadata: { usage_object: usageObject } }]) {
    expect(readUsageEvent({ ...plain, usage, usage_format: 'litellm_standard' }, nowMs)).toMatchObject({
      kind: 'ok',
      value: { usage: { input_tokens: 140, cache_write_1h_tokens: 20 } },
    })
  }
})

test('the usage is taken from the most detailed place that has one', () => {
  const without = { ...payload.metadata, usage_object: null }
  const inResponse = {
    usage: { prompt_tokens: 140, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 9 } },
  }
  expect(event({ metadata: without, response: inResponse }).usage).toMatchObject({ cache_read_tokens: 9 })
  expect(event({ metadata: without, response: 'redacted' }).usage).toEqual({ input_tokens: 140, output_tokens: 5 })
})

test('0 and 0 is no usage: the request is accrued, not refused', () => {
  const zero = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  const silent = event({ ...zero, stream: true, metadata: { usage_object: zero }, response: {}, response_cost: 0 })
  expect(silent).toMatchObject({ status: 'ok', warnings: ['USAGE_MISSING'] })
  expect(silent).not.toHaveProperty('usage')
  expect(silent).not.toHaveProperty('reported_cost')
})

test('input that cannot hold the cached tokens excludes them, and that is said', () => {
  const exclusive = { ...usageObject, prompt_tokens: 10 }
  expect(event({ metadata: { usage_object: exclusive } })).toMatchObject({
    usage: { input_tokens: 140 },
    warnings: ['SEMANTICS_CONFLICT'],
  })
})

test('a failure is an error of its own, free unless it used something; one that the caller left was aborted', () => {
  const nothing = { metadata: {}, response: {}, prompt_tokens: 0, completion_tokens: 0, id: callId, status: 'failure' }
  const refused = event({ ...nothing, error_information: { error_class: 'RateLimitError', error_code: '429' } })
  expect(refused).toMatchObject({ status: 'error', error_type: 'RateLimitError' })
  expect(refused).not.toHaveProperty('usage')
  const again = event({ ...nothing, startTime: payload.startTime + 1 })
  expect(again.event_id).not.toBe(refused.event_id)
  expect(event({ ...nothing, error_information: { error_code: '499' } }).status).toBe('aborted')
})

test('a hit of LiteLLM’s own cache keeps what it saved, under an id of its own', () => {
  expect(event({ cache_hit: true, id: `${payload.id}_cache_hit1795275179.81`, response_cost: 0 })).toMatchObject({
    event_id: `litellm:${callId}`,
    result_cache: 'exact_hit',
    usage: { input_tokens: 140 },
    reported_cost: '0',
  })
})

test('OpenAI’s client on another host is that host', () => {
  const provider = (apiBase: string) => event({ custom_llm_provider: 'openai', api_base: apiBase }).provider
  expect(provider('https://api.openai.com/v1')).toBe('openai')
  expect(provider('http://vllm.internal:8000/v1')).toBe('openai-compatible:vllm.internal')
  expect(provider('')).toBe('openai')
})

test('a provider’s own response id stands, and the first token’s time of a stream', () => {
  const stream = event({ id: 'msg_01AbcdefGhijklMnopqrst', stream: true })
  expect(stream).toMatchObject({ response_id: 'msg_01AbcdefGhijklMnopqrst', ttft_ms: 37.5 })
})

test('a session of the caller’s is one, LiteLLM’s random one of each call is none', () => {
  expect(event().attribution.session).toBeUndefined()
  expect(event({ trace_id: 'chat-7' }).attribution.session).toBe('chat-7')
})

test('what is no request at a provider is refused in clear words', () => {
  const nothing = { metadata: {}, response: {}, prompt_tokens: 0, completion_tokens: 0 }
  expect(read({ ...nothing, call_type: 'afile_delete' })).toMatchObject({
    kind: 'reject',
    reason: 'RECORD_UNCHARGEABLE',
    message: 'call_type afile_delete is no request at a provider',
  })
  expect(read({ ...nothing, startTime: 'soon', endTime: null })).toMatchObject({ reason: 'TIME_INVALID' })
})

test('hostile values are data', () => {
  for (const value of [null, [], 'x', 1e308, -1, { a: { b: [] } }]) {
    for (const name of Object.keys(payload)) read({ [name]: value })
  }
})
