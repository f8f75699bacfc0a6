import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Usage, type UsageFormat, usageFields, usageFormats } from './usage.ts'
import { checkUsage, readUsage } from './usage-formats.ts'

function usageOf(format: UsageFormat, raw: unknown): Usage {
  const result = readUsage(format, raw)
  if (result.kind !== 'ok') throw new Error(`refused: ${JSON.stringify(result)}`)
  return result.value
}
function codeOf(raw: unknown, format: UsageFormat = 'canonical') {
  const result = readUsage(format, raw)
  return result.kind === 'reject' ? result.reason : result.kind
}

describe('readUsage', () => {
  it('openai_chat: everything is inside the two totals', () => {
    const raw = {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 6, cache_write_tokens: 50 },
      completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 0, rejected_prediction_tokens: 9 },
    }
    expect(usageOf('openai_chat', raw)).toEqual({
      input_tokens: 2006,
      cache_read_tokens: 1920,
      cache_write_tokens: 50,
      input_audio_tokens: 6,
      output_tokens: 300,
      output_reasoning_tokens: 40,
      output_audio_tokens: 0,
    })
    expect(usageOf('openai_chat', { prompt_tokens: 227, total_tokens: 227 })).toEqual({ input_tokens: 227 })
  })

  it.each([
    [{ prompt_cache_hit_tokens: 800, prompt_cache_miss_tokens: 200 }, 800],
    [{ cached_tokens: 700 }, 700],
    [{ prompt_cache_hit_tokens: 800, prompt_tokens_details: { cached_tokens: 600 } }, 600],
    [{ cached_tokens: null }, undefined],
  ])('openai_chat as DeepSeek and Moonshot write it: %j', (said, cached) => {
    const raw = { prompt_tokens: 1000, completion_tokens: 10, ...said }
    expect(usageOf('openai_chat', raw).cache_read_tokens).toBe(cached)
  })

  it('canonical: a provider’s own block is not read without its cached tokens, but refused', () => {
    const anthropic = { input_tokens: 5, cache_read_input_tokens: 128_955, output_tokens: 412 }
    expect(codeOf(anthropic)).toBe('USAGE_FORMAT_UNKNOWN')
    expect(codeOf({ input_tokens: 5, cache_creation_input_tokens: 10 })).toBe('USAGE_FORMAT_UNKNOWN')
    expect(codeOf({ input_tokens: 9, input_tokens_details: { cached_tokens: 4 } })).toBe('USAGE_FORMAT_UNKNOWN')
    expect(codeOf({ prompt_tokens: 9, completion_tokens: 1 })).toBe('USAGE_FORMAT_UNKNOWN')
    // What says nothing more than the canonical fields do harm to nobody.
    expect(codeOf({ input_tokens: 9, prompt_tokens: 9, total_tokens: 9 })).toBe('ok')
    expect(codeOf({ input_tokens: 9, cache_read_input_tokens: 0, input_tokens_details: null })).toBe('ok')
  })

  it('openai_responses: cache writes by their own times to live', () => {
    const lives = { ttl_30m_tokens: 300, ttl_12h_tokens: 34 }
    const details = { cached_tokens: 718, cache_write_tokens: 334, cache_write_tokens_details: lives }
    const raw = { input_tokens: 3266, input_tokens_details: details, output_tokens: 246, output_tokens_details: null }
    expect(usageOf('openai_responses', raw)).toEqual({
      input_tokens: 3266,
      cache_read_tokens: 718,
      cache_write_tokens: 334,
      cache_write_30m_tokens: 300,
      cache_write_12h_tokens: 34,
      output_tokens: 246,
    })
  })

  it('anthropic: cache tokens are added to the input, writes split by time to live', () => {
    const raw = {
      input_tokens: 10,
      cache_creation_input_tokens: 4000,
      cache_read_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 3000 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 20 },
      server_tool_use: { web_search_requests: 2 },
      service_tier: 'standard',
    }
    expect(usageOf('anthropic', raw)).toEqual({
      input_tokens: 4017,
      cache_read_tokens: 7,
      cache_write_tokens: 4000,
      cache_write_5m_tokens: 1000,
      cache_write_1h_tokens: 3000,
      output_tokens: 50,
      output_reasoning_tokens: 20,
      web_searches: 2,
    })
    const unsplit = { input_tokens: 1, cache_creation_input_tokens: 9, output_tokens: 2, server_tool_use: null }
    expect(usageOf('anthropic', unsplit)).toEqual({ input_tokens: 10, cache_write_tokens: 9, output_tokens: 2 })
  })

  it('gemini: thoughts and tool use stand beside the other counts', () => {
    const raw = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      toolUsePromptTokenCount: 17,
      candidatesTokenCount: 1,
      thoughtsTokenCount: 21,
      totalTokenCount: 139,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 90 },
        { modality: 'AUDIO', tokenCount: 10 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
    }
    expect(usageOf('gemini', raw)).toEqual({
      input_tokens: 117,
      cache_read_tokens: 60,
      input_audio_tokens: 10,
      cache_audio_read_tokens: 4,
      output_tokens: 22,
      output_reasoning_tokens: 21,
    })
  })

  it('gemini: as its SDK for Python writes it out, and as a live session does', () => {
    const raw = {
      prompt_token_count: 100,
      cached_content_token_count: 60,
      tool_use_prompt_token_count: 17,
      candidates_token_count: 1,
      thoughts_token_count: 21,
      prompt_tokens_details: [{ modality: 'MediaModality.AUDIO', token_count: 10 }],
    }
    expect(usageOf('gemini', raw)).toEqual({
      input_tokens: 117,
      cache_read_tokens: 60,
      input_audio_tokens: 10,
      output_tokens: 22,
      output_reasoning_tokens: 21,
    })
    const spoken = { responseTokenCount: 9, responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 8 }] }
    expect(usageOf('gemini', spoken)).toEqual({ output_tokens: 9, output_audio_tokens: 8 })
  })

  it('openai_chat: reasoning beside the completion, as xAI has it, is proved by the total', () => {
    const raw = { prompt_tokens: 32, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 300 } }
    expect(usageOf('openai_chat', { ...raw, total_tokens: 341 })).toMatchObject({ output_tokens: 309 })
    const inside = { ...raw, completion_tokens: 309, total_tokens: 341 }
    expect(usageOf('openai_chat', inside)).toMatchObject({ output_tokens: 309, output_reasoning_tokens: 300 })
  })

  it('openai_responses: transcriptions and realtime, in tokens or seconds', () => {
    const details = {
      cached_tokens: 64,
      audio_tokens: 100,
      cached_tokens_details: { audio_tokens: 60, text_tokens: 4 },
    }
    const realtime = { input_tokens: 120, input_token_details: details, output_tokens: 30 }
    expect(usageOf('openai_responses', realtime)).toEqual({
      input_tokens: 120,
      cache_read_tokens: 64,
      input_audio_tokens: 100,
      cache_audio_read_tokens: 60,
      output_tokens: 30,
    })
    expect(usageOf('openai_responses', { type: 'duration', seconds: 9.5 })).toEqual({ audio_microseconds: 9_500_000 })
  })

  it('cohere: what is billed, and searches of a rerank', () => {
    const raw = { billed_units: { input_tokens: 5, output_tokens: 7 }, tokens: { input_tokens: 71, output_tokens: 7 } }
    expect(usageOf('cohere', raw)).toEqual({ input_tokens: 5, output_tokens: 7 })
    expect(usageOf('cohere', { billed_units: { search_units: 1 } })).toEqual({ rerank_searches: 1 })
  })

  it('bedrock_converse: InvokeModel’s own metrics', () => {
    const raw = { inputTokenCount: 5, outputTokenCount: 7, cacheReadInputTokenCount: 100 }
    expect(usageOf('bedrock_converse', raw)).toEqual({ input_tokens: 105, cache_read_tokens: 100, output_tokens: 7 })
  })

  it('bedrock_converse: cache tokens are added to the input', () => {
    const raw = {
      inputTokens: 972,
      outputTokens: 1002,
      cacheReadInputTokens: 2990,
      cacheWriteInputTokens: 2884,
      cacheDetails: [
        { ttl: '1h', inputTokens: 1642 },
        { ttl: '5m', inputTokens: 1242 },
      ],
    }
    expect(usageOf('bedrock_converse', raw)).toEqual({
      input_tokens: 6846,
      cache_read_tokens: 2990,
      cache_write_tokens: 2884,
      cache_write_5m_tokens: 1242,
      cache_write_1h_tokens: 1642,
      output_tokens: 1002,
    })
  })

  it('perplexity: reasoning and citations are added to the output', () => {
    const raw = { prompt_tokens: 5, completion_tokens: 10, reasoning_tokens: 20, citation_tokens: 30 }
    expect(usageOf('perplexity', raw)).toMatchObject({ output_tokens: 60, output_citation_tokens: 30 })
  })

  it.each(usageFormats)('%s: nothing reported is no usage, not zero', (format) => {
    expect(usageOf(format, {})).toEqual({})
    expect(usageOf(format, { some_other_field: 5, completion_tokens_details: null })).toEqual({})
  })
})

describe('the counts of a usage', () => {
  it('are whole, in range, and numbers or plain digits', () => {
    expect(usageOf('canonical', { input_tokens: '12', output_tokens: -0 })).toEqual({
      input_tokens: 12,
      output_tokens: 0,
    })
    expect(codeOf({ input_tokens: -1 })).toBe('USAGE_NEGATIVE')
    expect(codeOf({ input_tokens: -1n })).toBe('USAGE_NEGATIVE')
    expect(codeOf({ input_tokens: 1.5 })).toBe('USAGE_NOT_INTEGER')
    expect(codeOf({ input_tokens: 2 ** 53 })).toBe('USAGE_OUT_OF_RANGE')
    expect(codeOf({ input_tokens: 1e15 + 1 })).toBe('USAGE_OUT_OF_RANGE')
    expect(codeOf({ input_tokens: '99999999999999999999' })).toBe('USAGE_OUT_OF_RANGE')
    expect(codeOf({ input_tokens: 1e15 })).toBe('ok')
    for (const value of ['-5', '1.5', '1e3', ' 5', '', 'many', true, {}, [5], Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(codeOf({ input_tokens: value }), String(value)).toBe('USAGE_NOT_NUMERIC')
    }
    expect(codeOf({ prompt_tokens_details: 'x' }, 'openai_chat')).toBe('USAGE_NOT_NUMERIC')
    for (const raw of [null, 5, 'x', [1]]) expect(codeOf(raw)).toBe('FIELD_INVALID')
  })

  it('do not overflow when a provider gives them in parts', () => {
    const raw = { promptTokenCount: 1e15, toolUsePromptTokenCount: 1 }
    expect(codeOf(raw, 'gemini')).toBe('USAGE_OUT_OF_RANGE')
  })

  it('of audio seconds are exact to the microsecond', () => {
    expect(usageOf('canonical', { audio_seconds: '37.000001' })).toEqual({ audio_microseconds: 37_000_001 })
    expect(usageOf('canonical', { audio_seconds: 0.1 })).toEqual({ audio_microseconds: 100_000 })
    expect(codeOf({ audio_seconds: -1 })).toBe('USAGE_NEGATIVE')
    expect(codeOf({ audio_seconds: 0.000_000_1 })).toBe('USAGE_NOT_INTEGER')
    expect(codeOf({ audio_seconds: '0.0000001' })).toBe('USAGE_NOT_NUMERIC')
    expect(codeOf({ audio_seconds: 1e12 })).toBe('USAGE_OUT_OF_RANGE')
    expect(usageOf('canonical', { audio_microseconds: 5 })).toEqual({})
  })

  it('are refused when a part is larger than its whole', () => {
    for (const raw of [
      { input_tokens: 100, cache_read_tokens: 101 },
      { input_tokens: 100, cache_read_tokens: 60, cache_write_tokens: 41 },
      { cache_read_tokens: 1 },
      { input_tokens: 100, cache_write_tokens: 10, cache_write_5m_tokens: 6, cache_write_1h_tokens: 5 },
      { input_tokens: 100, input_audio_tokens: 101 },
      { input_tokens: 100, cache_read_tokens: 80, input_audio_tokens: 40, cache_audio_read_tokens: 10 },
      { input_tokens: 100, cache_read_tokens: 5, input_audio_tokens: 50, cache_audio_read_tokens: 6 },
      { output_tokens: 10, output_reasoning_tokens: 11 },
      { output_tokens: 10, output_reasoning_tokens: 6, output_audio_tokens: 5 },
    ]) {
      expect(codeOf(raw), JSON.stringify(raw)).toBe('USAGE_SUBSET_EXCEEDS_TOTAL')
    }
    const split = { input_tokens: 100, cache_write_5m_tokens: 6, cache_write_1h_tokens: 5 }
    expect(usageOf('canonical', split)).toEqual({ ...split, cache_write_tokens: 11 })
  })

  it('may count a token as cached and as audio where nobody said how much of the audio was cached', () => {
    const overlapping = { input_tokens: 100, cache_read_tokens: 80, input_audio_tokens: 40 }
    expect(usageOf('canonical', overlapping)).toEqual(overlapping)
    expect(codeOf({ ...overlapping, cache_read_tokens: 10, cache_write_tokens: 70 })).toBe('USAGE_SUBSET_EXCEEDS_TOTAL')
  })

  it('that were accepted are accepted again', () => {
    const value = fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined })
    const usage = fc.record(Object.fromEntries(usageFields.map((field) => [field, value])))
    fc.assert(
      fc.property(usage, (raw) => {
        const first = checkUsage(raw)
        if (first.kind !== 'ok') return
        expect(checkUsage(first.value)).toEqual(first)
        const { input_tokens = 0, cache_read_tokens = 0, cache_write_tokens = 0 } = first.value
        expect(input_tokens).toBeGreaterThanOrEqual(cache_read_tokens + cache_write_tokens)
      }),
    )
  })
})

const fixtures = join(import.meta.dirname, '../../../shared/fixtures/otlp')
const folders = list(fixtures)
const formats: Readonly<Record<string, UsageFormat>> = {
  'openai chat.completions': 'openai_chat',
  'openai responses': 'openai_responses',
  'openai embeddings': 'openai_chat',
  'anthropic messages': 'anthropic',
  'gcp.gemini generateContent': 'gemini',
  'aws.bedrock converse': 'bedrock_converse',
  'aws.bedrock invoke_model': 'anthropic',
}

describe.skipIf(folders.length === 0)('real usage blocks (../shared/fixtures/otlp is not here)', () => {
  it('are read to the truth that their provider meant', () => {
    let checked = 0
    for (const folder of folders) {
      for (const request of requestsOf(folder)) {
        const format = formats[`${request.provider} ${request.endpoint}`]
        if (!request.provider_usage || !request.canonical || format === undefined) continue
        const usage = usageOf(format, request.provider_usage)
        const truth = request.canonical
        const other = Object.values(truth.cache_write_other).reduce((sum, count) => sum + count, 0)
        const write = truth.cache_write_5m + truth.cache_write_1h + other
        const label = `${folder}: ${JSON.stringify(request.provider_usage)}`
        expect(usage.cache_read_tokens ?? 0, label).toBe(truth.cache_read)
        expect(usage.cache_write_tokens ?? 0, label).toBe(write)
        expect(usage.cache_write_1h_tokens ?? 0, label).toBe(truth.cache_write_1h)
        expect(usage.input_tokens ?? 0, label).toBe(truth.input_uncached + truth.cache_read + write)
        expect(usage.output_tokens ?? 0, label).toBe(truth.output)
        expect(usage.output_reasoning_tokens ?? 0, label).toBe(truth.reasoning)
        checked++
      }
    }
    expect(checked).toBeGreaterThan(50)
  })
})

interface ExpectedRequest {
  readonly provider: string
  readonly endpoint: string
  readonly provider_usage?: unknown
  readonly canonical?: {
    readonly input_uncached: number
    readonly cache_read: number
    readonly cache_write_5m: number
    readonly cache_write_1h: number
    readonly cache_write_other: Readonly<Record<string, number>>
    readonly output: number
    readonly reasoning: number
  }
}

function requestsOf(folder: string): ExpectedRequest[] {
  const text = readFileSync(join(fixtures, folder, 'expected.json'), 'utf8')
  return (JSON.parse(text) as { requests: ExpectedRequest[] }).requests
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.includes('.'))
  } catch {
    return []
  }
}
