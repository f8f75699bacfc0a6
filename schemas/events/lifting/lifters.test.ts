import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentAttributes, keptAttributes, keepLifted } from '../content-attributes.ts'
import { lifted } from '../lifted.ts'
import type { AttributeValue } from '../otlp.ts'
import { lifterOf } from './lifters.ts'
import { Lifting } from './lifting.ts'

/** What is lifted out of these attributes, by the end of its name. */
function lift(attributes: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const lifting = new Lifting()
  for (const [key, value] of Object.entries(attributes)) {
    lifterOf(key)?.(typeof value === 'string' ? value : JSON.stringify(value), 0, lifting)
  }
  const made = new Map<string, AttributeValue>()
  lifting.writeTo(made)
  return Object.fromEntries([...made].map(([key, value]) => [key.replace('spanledger.lifted.', ''), value]))
}

const message = (kwargs: object) => ({ generations: [[{ text: 'Hi', message: { id: ['langchain', 'x'], kwargs } }]] })

describe('the response id', () => {
  it.each([
    ['OpenAI chat', { id: 'chatcmpl-1', choices: [{ message: { tool_calls: [{ id: 'call_1' }] } }] }, 'chatcmpl-1'],
    ['a collected stream', { choices: [{ message: { content: 'Hi' } }], id: 'chatcmpl-2' }, 'chatcmpl-2'],
    ['OpenAI responses', { id: 'resp_3', output: [{ id: 'msg_3', type: 'message' }] }, 'resp_3'],
    ['Anthropic', { id: 'msg_4', content: [{ type: 'tool_use', id: 'toolu_4' }] }, 'msg_4'],
    ['Gemini', { candidates: [], responseId: 'rAx5' }, 'rAx5'],
    ['LangChain’s own output', { ...message({ id: 'run--5' }), llm_output: { id: 'chatcmpl-5' } }, 'chatcmpl-5'],
    ['LangChain, by the message', message({ id: 'run--6', response_metadata: { id: 'msg_6' } }), 'msg_6'],
    ['LangChain, streamed', message({ id: 'lc_run--7', response_metadata: {} }), 'lc_run--7'],
    ['LlamaIndex', { message: { role: 'assistant' }, raw: { id: 'chatcmpl-8' } }, 'chatcmpl-8'],
  ])('%s', (_, answer, id) => {
    expect(lift({ 'output.value': answer })).toMatchObject({ response_id: id })
    expect(lift({ 'gen_ai.completion': answer })).toMatchObject({ response_id: id })
  })

  it.each([
    ['a part of an answer', { id: 'call_1', type: 'function_call' }],
    ['a sentence', { id: 'Tell me a secret' }],
    ['something long', { id: 'x'.repeat(200) }],
    ['one of several', [{ id: 'chatcmpl-1' }, { id: 'chatcmpl-2' }]],
    ['somebody else’s', { data: { id: 'chatcmpl-1' } }],
    ['plain text', 'id: chatcmpl-1'],
  ])('is not %s', (_, answer) => {
    expect(lift({ 'output.value': answer })).not.toHaveProperty('response_id')
  })

  it('is not looked for in what was sent', () => {
    expect(lift({ 'input.value': { id: 'chatcmpl-1' } })).not.toHaveProperty('response_id')
  })
})

describe('characters', () => {
  it('are those of the messages, where they are told one by one', () => {
    const attributes = {
      'input.value': { model: 'gpt-5', messages: [{ role: 'user', content: 'Say hello.' }] },
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'Say hello.',
      'llm.output_messages.0.message.content': 'Hello.',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{}',
    }
    expect(lift(attributes)).toEqual({ input_characters: 10, output_characters: 8 })
    expect(lift(Object.fromEntries(Object.entries(attributes).toReversed()))).toEqual(lift(attributes))
  })

  it('are without the envelope of a whole request or answer', () => {
    const messages = [{ role: 'user', parts: [{ type: 'text', content: 'Grüße' }] }]
    expect(lift({ 'gen_ai.input.messages': messages, 'ai.prompt': 'Hi' })).toEqual({ input_characters: 5 })
    expect(lift({ 'output.value': 'Hello.' })).toEqual({ output_characters: 6 })
    expect(lift({ 'output.value': { id: 'chatcmpl-1', choices: [{ message: { content: 'Hello.' } }] } })).toEqual({
      response_id: 'chatcmpl-1',
      output_characters: 6,
    })
  })

  it('are none of a refusal, whose body a framework keeps beside the empty answer', () => {
    const response_metadata = { body: { error: { message: 'Invalid value' } }, headers: { date: 'today' } }
    expect(lift({ 'output.value': message({ content: '', response_metadata }) })).toEqual({ output_characters: 2 })
    expect(lift({ 'output.value': { error: { message: 'Invalid value', code: 'invalid_value' } } })).toEqual({})
  })

  it.each([
    ['gen_ai.prompt.0.content', 'input'],
    ['gen_ai.completion.0.content', 'output'],
    ['gen_ai.completion.0.tool_calls.1.arguments', 'output'],
    ['llm.prompts.0.prompt.text', 'input'],
    ['embedding.embeddings.3.embedding.text', 'input'],
    ['ai.prompt.messages', 'input'],
    ['ai.response.text', 'output'],
    ['traceloop.entity.input', 'input'],
    ['traceloop.entity.output', 'output'],
    ['langfuse.observation.input', 'input'],
    ['langfuse.observation.output', 'output'],
    ['gcp.vertex.agent.llm_request', 'input'],
  ])('%s is %s', (key, side) => {
    expect(lift({ [key]: 'four' })).toEqual({ [`${side}_characters`]: 4 })
  })
})

describe('usage', () => {
  it('is ADK’s block in either spelling, with nothing but counts', () => {
    const block = {
      prompt_token_count: 100,
      candidates_token_count: 20,
      prompt_tokens_details: [{ modality: 'TEXT', token_count: 100, secret: 'x' }],
      traffic_type: 'ON_DEMAND',
      secret: 'Say hello',
    }
    const answer = { content: { parts: [{ text: 'Hi' }] }, usage_metadata: block, partial: false }
    expect(lift({ 'gcp.vertex.agent.llm_response': answer })).toEqual({
      usage: JSON.stringify({
        prompt_token_count: 100,
        candidates_token_count: 20,
        prompt_tokens_details: [{ modality: 'TEXT', token_count: 100 }],
      }),
      output_characters: 2,
    })
    const camel = { usageMetadata: { promptTokenCount: 7, thoughtsTokenCount: 3 } }
    expect(lift({ 'gcp.vertex.agent.llm_response': camel })['usage']).toBe(
      '{"promptTokenCount":7,"thoughtsTokenCount":3}',
    )
  })

  it('is what a provider adds to the AI SDK’s counts, by provider', () => {
    const usage = {
      input_tokens: 5,
      cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
      service_tier: 'standard',
    }
    const metadata = { anthropic: { usage, cacheCreationInputTokens: 100, container: { id: 'x' } }, google: { a: 'b' } }
    expect(JSON.parse(lift({ 'ai.response.providerMetadata': metadata })['usage'] as string)).toEqual({
      anthropic: {
        usage: { input_tokens: 5, cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 } },
        cacheCreationInputTokens: 100,
      },
    })
  })

  it('stands beside the message in what older Logfire records of an answer', () => {
    const answer = { message: { role: 'assistant', content: 'Hi' }, usage: { input_tokens: 5, service_tier: 'x' } }
    expect(lift({ response_data: answer })).toEqual({ usage: '{"input_tokens":5}', output_characters: 2 })
  })

  it('is none where there are no counts', () => {
    expect(lift({ 'ai.response.providerMetadata': { openai: { logprobs: ['a'] } } })).toEqual({})
    expect(lift({ 'gcp.vertex.agent.llm_response': { usage_metadata: { note: 'Say hello' } } })).toEqual({})
  })
})

describe('the model that was asked for', () => {
  it('is in the parameters of the request', () => {
    const parameters = { model: 'gpt-5-mini', temperature: 1, metadata: { model: 'x' } }
    expect(lift({ 'llm.invocation_parameters': parameters })).toEqual({ request_model: 'gpt-5-mini' })
  })

  it('is beside the messages in what Logfire records of a request', () => {
    const request = { messages: [{ role: 'user', content: 'Hello' }], model: 'gpt-4o', service_tier: 'flex' }
    expect(lift({ request_data: request })).toEqual({
      request_model: 'gpt-4o',
      service_tier: 'flex',
      input_characters: 5,
    })
  })

  it('is nothing that a person wrote', () => {
    expect(lift({ 'llm.invocation_parameters': { model: 'Say hello to me' } })).toEqual({})
  })
})

describe('the tier that served the request', () => {
  const tier = (key: string, content: object) => lift({ [key]: content })['service_tier']

  it.each([
    ['OpenAI', 'output.value', { id: 'chatcmpl-1', service_tier: 'flex' }],
    ['Anthropic', 'output.value', { id: 'msg_1', usage: { service_tier: 'flex' } }],
    ['the AI SDK, OpenAI', 'ai.response.providerMetadata', { openai: { serviceTier: 'flex' } }],
    ['the AI SDK, Anthropic', 'ai.response.providerMetadata', { anthropic: { usage: { service_tier: 'flex' } } }],
    ['Langfuse', 'langfuse.observation.model.parameters', { temperature: 1, service_tier: 'flex' }],
  ])('is found in %s', (_who, key, content) => expect(tier(key, content)).toBe('flex'))

  it('beats the one that was asked for', () => {
    const both = { 'llm.invocation_parameters': { service_tier: 'auto' }, 'output.value': { service_tier: 'flex' } }
    expect(lift(both)['service_tier']).toBe('flex')
    expect(tier('llm.invocation_parameters', { service_tier: 'priority' })).toBe('priority')
  })

  it('is nothing that a person wrote, and of no message', () => {
    expect(tier('output.value', { service_tier: 'Say hello' })).toBeUndefined()
    expect(tier('output.value', { choices: [{ message: { service_tier: 'flex' } }] })).toBeUndefined()
  })
})

describe('whatever the content', () => {
  const secret = 'Tell nobody'
  const keys = contentAttributes.map((pattern) => pattern.replace('*', '0.message.content')).filter(lifterOf)
  const names = fc.constantFrom(
    ...'id raw generations message kwargs response_metadata usage usage_metadata anthropic model service_tier'.split(
      ' ',
    ),
    ...'prompt_token_count cache_creation modality cacheCreationInputTokens llm_output response'.split(' '),
    secret,
  )
  const leaf = fc.oneof(fc.constant(secret), fc.constant(`${secret}!`.repeat(40)), fc.double(), fc.boolean())
  const content = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4 }),
    ),
  })).value

  it('nothing of it is lifted but ids, names of models and tiers, and numbers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keys), content, fc.nat(400), (key, value, cut) => {
        const text = JSON.stringify(value)
        for (const of of [text, text.slice(0, cut)]) {
          const made = lift({ [key]: of })
          expect(JSON.stringify(made)).not.toContain(secret)
          for (const side of ['input', 'output']) {
            expect(made[`${side}_characters`] ?? 1).toBeGreaterThan(0)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the door', () => {
  it('lifts out of nothing but places of content, so that both lists agree', () => {
    const places = contentAttributes.map((pattern) => pattern.replace('*', '0.message.content'))
    expect(places.filter((key) => lifterOf(key) !== undefined).length).toBeGreaterThan(20)
    for (const key of places) if (lifterOf(key) !== undefined) expect(keptAttributes(key)).toBe(0)
  })

  it('takes no word of a client for what it lifts itself', () => {
    for (const key of [...Object.values(lifted), 'spanledger.lifted.new']) expect(keptAttributes(key)).toBe(0)
    for (const key of Object.values(lifted)) expect(keepLifted(keptAttributes)(key)).toBeGreaterThan(0)
    expect(keepLifted(keptAttributes)('spanledger.lifted.new')).toBe(0)
  })
})
