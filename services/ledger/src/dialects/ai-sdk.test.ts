import { describe, expect, test } from 'vitest'
import { observeSample } from '../testing/observe-sample.ts'
import type { SampleSpan } from './sample-span.ts'

type Attributes = NonNullable<SampleSpan['attributes']>

const own = (operation: string, attributes: Attributes = {}, rest: SampleSpan = {}) =>
  observeSample({
    scope: ['ai'],
    kind: 1,
    name: operation,
    ...rest,
    attributes: {
      'ai.operationId': operation,
      'ai.model.provider': 'openai.chat',
      'ai.model.id': 'gpt-4o',
      ...attributes,
    },
  })

const conventions = (operation: string, attributes: Attributes = {}, rest: SampleSpan = {}) =>
  observeSample({
    scope: ['gen_ai'],
    name: operation,
    ...rest,
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      ...attributes,
    },
  })

const finished = { 'ai.response.finishReason': 'stop' }

describe('which spans are requests', () => {
  test.each(['doGenerate', 'doStream'])('%s is one, what is around it is none', (word) => {
    const counts = { ...finished, 'ai.usage.inputTokens': 5, 'ai.usage.outputTokens': 2 }
    expect(own(`ai.streamText.${word}`, counts)).toMatchObject({ operation: 'chat', usage: { input_tokens: 5 } })
    for (const id of ['ai.generateText', 'ai.streamText', 'ai.generateObject', 'ai.toolCall', 'ai.embedMany']) {
      expect(own(id, counts)).toBe('wrapper')
    }
  })

  test.each([
    ['ai.embedMany.doEmbed', 'embeddings'],
    ['ai.rerank.doRerank', 'rerank'],
    ['ai.generateSpeech', 'speech'],
    ['ai.transcribe', 'transcription'],
  ])('%s is %s', (id, operation) => {
    expect(own(id, { 'ai.usage.tokens': 7 })).toMatchObject({ operation, usage: { input_tokens: 7 } })
  })

  test('the names of version 7: an agent and its steps repeat their calls', () => {
    const counts = { 'gen_ai.usage.input_tokens': 9, 'gen_ai.response.finish_reasons': ['stop'] }
    expect(conventions('chat', counts)).toMatchObject({ operation: 'chat', usage: { input_tokens: 9 } })
    for (const name of ['invoke_agent', 'agent_step', 'execute_tool']) expect(conventions(name, counts)).toBe('wrapper')
  })

  test('of the two nested spans of version 7 that are called embeddings, the one with counts', () => {
    expect(conventions('embeddings', { 'gen_ai.usage.input_tokens': 9 })).toMatchObject({ operation: 'embeddings' })
    expect(conventions('embeddings')).toBe('wrapper')
    expect(conventions('embeddings', {}, { statusCode: 2 })).toBe('wrapper')
  })

  test('a call that failed and was tried again is free, a stream that was left is not', () => {
    expect(own('ai.generateText.doGenerate', {}, { statusCode: 2 })).toMatchObject({ status: 'error' })
    expect(own('ai.streamText.doStream')).toMatchObject({ status: 'aborted' })
    expect(conventions('chat')).toMatchObject({ status: 'aborted' })
    expect(own('ai.streamText.doStream', finished)).toMatchObject({ status: 'ok' })
    const broken = { 'ai.response.finishReason': 'error', 'ai.response.id': 'chatcmpl-1' }
    expect(own('ai.streamText.doStream', broken)).toMatchObject({ status: 'aborted' })
    expect(own('ai.streamText.doStream', { ...broken, 'ai.usage.inputTokens': 5 })).toMatchObject({ status: 'error' })
    expect(conventions('chat', { 'gen_ai.response.finish_reasons': ['error'] })).toMatchObject({ status: 'aborted' })
  })

  test('a span by hand of a tracer of that name is one if it looks like one', () => {
    const counts = { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 5 }
    expect(observeSample({ scope: ['gen_ai'], attributes: counts })).toMatchObject({ usage: { input_tokens: 5 } })
    expect(observeSample({ scope: ['gen_ai'], kind: 1, attributes: counts })).toBe('wrapper')
  })

  test('what is heard is counted by time', () => {
    const heard = { 'gen_ai.usage.seconds': 9.5, 'gen_ai.request.model': 'whisper-1' }
    expect(conventions('ai.transcribe', heard)).toMatchObject({ usage: { audio_microseconds: 9_500_000 } })
  })
})

describe('what its numbers mean', () => {
  const raw = (provider: string, usage: object) => ({
    'spanledger.lifted.usage': JSON.stringify({ [provider]: usage }),
  })
  const anthropic = { ...finished, 'ai.model.provider': 'anthropic.messages' }

  test('version 6 says what was not cached, which settles everything', () => {
    const counts = {
      'ai.usage.inputTokens': 2400,
      'ai.usage.inputTokenDetails.noCacheTokens': 100,
      'ai.usage.inputTokenDetails.cacheReadTokens': 2000,
      'ai.usage.inputTokenDetails.cacheWriteTokens': 300,
      'ai.usage.outputTokens': 50,
      'ai.usage.outputTokenDetails.reasoningTokens': 20,
    }
    const usage = { input_tokens: 2400, cache_read_tokens: 2000, cache_write_tokens: 300, output_reasoning_tokens: 20 }
    expect(own('ai.generateText.doGenerate', { ...anthropic, ...counts })).toMatchObject({ usage, rank: 30 })
    const unheardOf = { ...finished, ...counts, 'ai.model.provider': 'unheard.of', 'ai.usage.inputTokens': 100 }
    expect(own('ai.generateText.doGenerate', unheardOf)).toMatchObject({ usage, warnings: [] })
  })

  test('version 5 passes Anthropic’s input on, without what was cached', () => {
    const counts = { 'ai.usage.inputTokens': 3000, 'ai.usage.outputTokens': 50, 'ai.usage.cachedInputTokens': 2000 }
    expect(own('ai.streamText.doStream', { ...anthropic, ...counts })).toMatchObject({
      usage: { input_tokens: 5000, cache_read_tokens: 2000 },
      warnings: ['PRODUCER_LOSSY'],
    })
    expect(own('ai.streamText.doStream', { ...finished, ...counts })).toMatchObject({ usage: { input_tokens: 3000 } })
  })

  test('version 5 passes Gemini’s output on, without its thoughts', () => {
    const counts = { 'ai.usage.inputTokens': 10, 'ai.usage.outputTokens': 40, 'ai.usage.reasoningTokens': 60 }
    const google = {
      ...finished,
      ...counts,
      'ai.model.provider': 'google.generative-ai',
      'ai.model.id': 'gemini-2.5-pro',
    }
    expect(own('ai.streamText.doStream', google)).toMatchObject({
      provider: 'google',
      usage: { output_tokens: 100, output_reasoning_tokens: 60 },
    })
  })

  test('generating an object, versions do not differ in their names: nothing is taken for sure', () => {
    const counts = { 'ai.usage.inputTokens': 3000, 'ai.usage.outputTokens': 5, 'ai.usage.cachedInputTokens': 2000 }
    const read = own('ai.streamObject.doStream', { ...anthropic, ...counts })
    expect(read).toMatchObject({ usage: { input_tokens: 3000 } })
    expect(read).toHaveProperty('warnings', expect.arrayContaining(['SEMANTICS_ASSUMED']))
  })

  test('version 4 has no cached tokens but in what the provider said beside', () => {
    const counts = { 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 50 }
    const cached = { cacheCreationInputTokens: 300, cacheReadInputTokens: 2000 }
    expect(own('ai.generateText.doGenerate', { ...anthropic, ...counts, ...raw('anthropic', cached) })).toMatchObject({
      usage: { input_tokens: 2400, cache_read_tokens: 2000, cache_write_5m_tokens: 300, output_tokens: 50 },
      warnings: ['TTL_ASSUMED'],
    })
    const openai = { ...finished, ...counts, ...raw('openai', { cachedPromptTokens: 20, reasoningTokens: 5 }) }
    expect(own('ai.generateText.doGenerate', openai)).toMatchObject({
      usage: { input_tokens: 100, cache_read_tokens: 20, output_reasoning_tokens: 5 },
    })
  })

  test('the provider’s own block beats what the SDK made of it, but for an output from the start of a stream', () => {
    const usage = {
      input_tokens: 100,
      cache_read_input_tokens: 2000,
      cache_creation_input_tokens: 300,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
      output_tokens: 1,
    }
    const counts = { 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 50 }
    expect(
      own('ai.generateText.doGenerate', { ...anthropic, ...counts, ...raw('anthropic', { usage }) }),
    ).toMatchObject({
      usage: { input_tokens: 2400, cache_write_5m_tokens: 100, cache_write_1h_tokens: 200, output_tokens: 50 },
      warnings: [],
    })
  })

  test('Bedrock in version 5 tells what was written and not what was read: not everything', () => {
    const counts = { 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 50 }
    const bedrock = { ...finished, ...counts, 'ai.model.provider': 'amazon-bedrock' }
    const written = raw('bedrock', { usage: { cacheWriteInputTokens: 300 } })
    expect(own('ai.generateText.doGenerate', { ...bedrock, ...written })).toMatchObject({
      usage: { input_tokens: 400, cache_write_tokens: 300 },
      warnings: ['PRODUCER_LOSSY'],
    })
  })

  test('the tier that the provider said it served is the request’s', () => {
    const tier = { ...finished, 'ai.usage.inputTokens': 5, 'spanledger.lifted.service_tier': 'flex' }
    expect(own('ai.generateText.doGenerate', tier)).toMatchObject({ serviceTier: 'flex' })
  })

  test('NaN is its word for nothing', () => {
    const nothing = { ...finished, 'ai.usage.promptTokens': Number.NaN, 'gen_ai.usage.input_tokens': Number.NaN }
    const read = own('ai.streamText.doStream', nothing)
    expect(read).toMatchObject({ status: 'ok' })
    expect(read).not.toHaveProperty('usage')
  })

  test('a provider that nobody has looked at is assumed to hold its caches, and flagged', () => {
    const counts = { 'ai.usage.inputTokens': 10, 'ai.usage.outputTokens': 1, 'ai.model.provider': 'unheard.of' }
    expect(own('ai.generateText.doGenerate', { ...finished, ...counts })).toMatchObject({
      rank: 50,
      warnings: ['SEMANTICS_ASSUMED'],
    })
  })
})

describe('names and ids', () => {
  test.each([
    ['openai.responses', 'openai'],
    ['azure-openai.chat', 'azure'],
    ['anthropic.messages', 'anthropic'],
    ['vertex.anthropic.messages', 'vertex'],
    ['google.vertex.chat', 'vertex'],
    ['google.generative-ai', 'google'],
    ['amazon-bedrock', 'aws'],
    ['mistral.chat', 'mistral'],
    ['openai2.chat', 'openai2'],
  ])('provider %s is %s', (sent, provider) => {
    expect(own('ai.generateText.doGenerate', { ...finished, 'ai.model.provider': sent })).toMatchObject({ provider })
  })

  test('behind Vercel’s gateway the model names the provider', () => {
    const gateway = { ...finished, 'ai.model.provider': 'gateway', 'ai.model.id': 'anthropic/claude-sonnet-4.5' }
    expect(own('ai.generateText.doGenerate', gateway)).toMatchObject({ provider: 'anthropic' })
    expect(own('ai.generateText.doGenerate', { ...gateway, 'ai.model.id': 'x' })).toMatchObject({ provider: 'gateway' })
  })

  test('an id that the SDK made is not trusted', () => {
    const id = (text: string) => own('ai.generateText.doGenerate', { ...finished, 'ai.response.id': text })
    expect(id('aitxt-VNl3z8mxN6CHk58PgBDIQOKR')).toMatchObject({ responseIdTrusted: false })
    expect(id('chatcmpl-abc')).toMatchObject({ responseIdTrusted: true, responseId: 'chatcmpl-abc' })
  })

  test('the time to the first chunk is in milliseconds, and in seconds in version 7', () => {
    expect(own('ai.streamText.doStream', { 'ai.response.msToFirstChunk': 18.5 })).toMatchObject({ ttftMs: 19 })
    expect(conventions('chat', { 'gen_ai.client.operation.time_to_first_chunk': 0.5 })).toMatchObject({ ttftMs: 500 })
  })
})
