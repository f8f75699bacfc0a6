import { describe, expect, test } from 'vitest'
import { inferenceServer } from './inference-server.ts'
import { ranks } from './ranks.ts'
import { recognise } from './registry.ts'
import { sampleSpan, type SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>
const served = {
  'gen_ai.usage.prompt_tokens': 384,
  'gen_ai.usage.completion_tokens': 32,
  'gen_ai.request.id': 'chatcmpl-00871b8e',
  'gen_ai.request.n': 1,
  'gen_ai.latency.time_to_first_token': 1.325,
  'gen_ai.latency.e2e': 1.976,
}
function span(attributes: Attributes, rest: SampleSpan = {}) {
  const resource = { 'service.name': 'llama-3-70b' }
  return sampleSpan({
    scope: ['vllm.llm_engine'],
    name: 'llm_request',
    kind: 2,
    resource,
    attributes: { ...served, ...attributes },
    ...rest,
  })
}
const read = (attributes: Attributes, rest?: SampleSpan) => inferenceServer.read(span(attributes, rest))

test('vLLM’s span is one request of the model that is served, whose id nobody else may trust', () => {
  expect(inferenceServer.gate(span({}))).toBe('leaf')
  expect(read({})).toMatchObject({
    rank: ranks.server,
    provider: 'self-hosted',
    requestModel: 'llama-3-70b',
    responseId: 'chatcmpl-00871b8e',
    responseIdInvented: true,
    operation: 'chat',
    status: 'ok',
    inputSemantics: 'inclusive',
    usage: { input_tokens: 384, output_tokens: 32 },
    ttftMs: 1325,
  })
  expect(read({ 'gen_ai.response.model': 'llama' })).toMatchObject({ requestModel: 'llama', responseModel: 'llama' })
})

test('the newer names are read as well, and SGLang’s cached tokens', () => {
  const newer = {
    'gen_ai.usage.prompt_tokens': '',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 2,
    'gen_ai.usage.cached_tokens': 8,
  }
  expect(read(newer, { scope: ['sglang server'], name: ' Req 1a2b3c4d', kind: 1 }).usage).toMatchObject({
    input_tokens: 10,
    output_tokens: 2,
    cache_read_tokens: 8,
  })
})

describe('what is no request', () => {
  const steps = (name: string, scope: string) => sampleSpan({ scope: [scope], name, attributes: { host_id: 'h' } })
  test.each([
    ['Worker init', 'vllm'],
    ['Load weights', 'vllm'],
    ['Bootstrap Room 0x0', 'sglang server'],
    ['scheduler [TP 0] (host:1 | pid:2)', 'sglang server'],
  ])('%s of %s', (name, scope) => expect(inferenceServer.gate(steps(name, scope))).toBe('not_billable'))

  test('the half of a divided server that only reads the prompt', () => {
    expect(inferenceServer.gate(span({}, { scope: ['sglang server'], name: 'prefill Req 1a2b3c4d' }))).toBe('wrapper')
    expect(inferenceServer.gate(span({}, { scope: ['sglang server'], name: 'decode Req 1a2b3c4d' }))).toBe('leaf')
  })

  test('a step that is named one', () => {
    expect(inferenceServer.gate(span({ 'gen_ai.operation.name': 'invoke_agent' }))).toBe('wrapper')
  })
})

test('any span of kind SERVER that nobody else claims is a server’s view, under the provider it names', () => {
  const gateway = sampleSpan({
    scope: ['my.gateway'],
    kind: 2,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 5,
      'server.address': 'gateway.internal',
    },
  })
  expect(recognise(gateway)?.name).toBe('inference_server')
  expect(inferenceServer.read(gateway)).toMatchObject({
    provider: 'openai',
    serverAddress: undefined,
    inputSemantics: 'assumed',
  })
  expect(recognise({ ...gateway, kind: 3 })?.name).toBe('otel_genai')
})
