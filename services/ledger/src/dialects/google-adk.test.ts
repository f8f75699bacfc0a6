import { describe, expect, test } from 'vitest'
import { googleAdk } from './google-adk.ts'
import { ranks } from './ranks.ts'
import { sampleSpan, type SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>
const call = {
  'gen_ai.system': 'gcp.vertex.agent',
  'gen_ai.request.model': 'gemini-2.5-flash',
  'gcp.vertex.agent.invocation_id': 'e-1',
  'gcp.vertex.agent.session_id': 's-1',
  'gcp.vertex.agent.event_id': 'v-1',
}
const usageMetadata = {
  prompt_token_count: 6577,
  cached_content_token_count: 1019,
  candidates_token_count: 547,
  thoughts_token_count: 531,
  tool_use_prompt_token_count: 17,
}
function span(attributes: Attributes, rest: SampleSpan & { version?: string } = {}) {
  const { version = '', ...others } = rest
  const scope = ['gcp.vertex.agent', version] as const
  return sampleSpan({ scope, name: 'call_llm', kind: 1, attributes: { ...call, ...attributes }, ...others })
}
const read = (attributes: Attributes, rest?: Parameters<typeof span>[1]) => googleAdk.read(span(attributes, rest))

describe('what is a request', () => {
  test.each([
    ['call_llm', {}, 'leaf'],
    ['generate_content gemini-2.5-flash', { 'gen_ai.operation.name': 'generate_content' }, 'leaf'],
    [
      'generate_content gemini-2.5-flash',
      { 'gen_ai.operation.name': 'generate_content', 'gen_ai.provider.name': 'gcp.gemini' },
      'leaf',
    ],
    ['invocation', {}, 'wrapper'],
    ['agent_run [root]', {}, 'wrapper'],
    ['invoke_agent root', { 'gen_ai.operation.name': 'invoke_agent' }, 'wrapper'],
    ['invoke_workflow w', { 'gen_ai.operation.name': 'invoke_workflow' }, 'wrapper'],
    ['execute_tool search', { 'gen_ai.operation.name': 'execute_tool' }, 'wrapper'],
    ['execute_tool (merged)', {}, 'wrapper'],
    ['send_data', {}, 'wrapper'],
    ['call_llm', { 'adk.experimental.response.source': 'before_model_callback' }, 'not_billable'],
    ['call_llm', { 'gen_ai.request.model': '' }, 'wrapper'],
  ] as const)('%s %j: %s', (name, attributes, verdict) => {
    expect(googleAdk.gate(span(attributes, { name }))).toBe(verdict)
  })
})

test('`generate_content` right below `call_llm` is the same request with less in it; in the second schema it is its own', () => {
  const ids = { traceId: 'a'.repeat(32), spanId: '1'.repeat(16) }
  const below = { name: 'generate_content gemini-2.5-flash', traceId: ids.traceId, parentSpanId: ids.spanId }
  const outer = read({}, ids)
  expect(read({}, below)).toMatchObject({ eventId: outer.eventId, rank: ranks.spanCopy })
  expect(read({}, { ...below, parentSpanId: '2'.repeat(16) }).eventId).not.toBe(outer.eventId)
  expect(read({ 'gen_ai.provider.name': 'gcp.gemini' }, below).eventId).toBeUndefined()
})

describe('usage', () => {
  test('of the oldest releases is what was lifted out of the recorded answer', () => {
    expect(read({ 'spanledger.lifted.usage': JSON.stringify(usageMetadata) })).toMatchObject({
      provider: 'gcp.gen_ai',
      operation: 'generate_content',
      rank: ranks.spanComplete,
      usage: {
        input_tokens: 6594,
        cache_read_tokens: 1019,
        output_tokens: 1078,
        output_reasoning_tokens: 531,
      },
    })
  })

  test('of the first schema’s attributes leaves thoughts beside the output, and the cache out', () => {
    const counts = {
      'gen_ai.usage.input_tokens': 6577,
      'gen_ai.usage.output_tokens': 547,
      'gen_ai.usage.experimental.reasoning_tokens': 531,
    }
    expect(read(counts, { version: '1.31.1' })).toMatchObject({
      rank: ranks.spanLossy,
      usage: { input_tokens: 6577, output_tokens: 1078, output_reasoning_tokens: 531 },
    })
  })

  test('of the second generation holds everything', () => {
    const counts = {
      'gen_ai.usage.input_tokens': 6594,
      'gen_ai.usage.output_tokens': 1078,
      'gen_ai.usage.reasoning.output_tokens': 531,
      'gen_ai.usage.cache_read.input_tokens': 1019,
    }
    expect(read(counts, { version: '2.13.0' })).toMatchObject({
      rank: ranks.spanComplete,
      usage: { input_tokens: 6594, output_tokens: 1078, output_reasoning_tokens: 531, cache_read_tokens: 1019 },
    })
  })

  test('of models behind LiteLLM holds thoughts inside the output, which the second generation adds to it again', () => {
    const model = { 'gen_ai.request.model': 'openai/gpt-5-mini' }
    const usage = { 'spanledger.lifted.usage': JSON.stringify(usageMetadata) }
    expect(read({ ...model, ...usage }, { version: '1.39.1' }).usage).toMatchObject({
      output_tokens: 547,
      output_reasoning_tokens: 531,
    })
    const counts = { 'gen_ai.usage.output_tokens': 1078, 'gen_ai.usage.reasoning.output_tokens': 531 }
    expect(read({ ...model, ...counts }, { version: '2.13.0' }).usage).toMatchObject({ output_tokens: 547 })
  })

  test('is none where nothing is recorded', () => expect(read({}).usage).toEqual({}))
})

test.each([
  ['gemini-2.5-flash', 'gcp.gen_ai'],
  ['openai/gpt-4o', 'openai'],
  ['gemini/gemini-2.5-pro', 'gemini'],
  ['claude-sonnet-4-5', 'gcp.vertex_ai'],
  ['projects/p/locations/l/endpoints/1', 'gcp.vertex_ai'],
  ['my-model', ''],
])('who answers as %s is %j', (model, provider) => {
  expect(read({ 'gen_ai.request.model': model }).provider).toBe(provider)
})
