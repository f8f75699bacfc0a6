import { isObject } from './event-fields.ts'
import { type UsageField, type UsageFormat, usageFields } from './usage.ts'
import { findForeignCount } from './foreign-usage.ts'
import { isNoUsage, litellmUsage } from './litellm-usage.ts'
import type { UsageCounts } from './usage-counts.ts'

type Raw = Readonly<Record<string, unknown>>
type UsageAdapter = (counts: UsageCounts, raw: Raw) => void

const integerFields = usageFields.filter((field) => field !== 'audio_microseconds')
const nothing: Raw = {}

/** One per `usage_format`; what each provider's fields mean is the table of the dialects specification, 2. */
export const usageAdapters: Readonly<Record<UsageFormat, UsageAdapter>> = {
  canonical(counts, raw) {
    for (const field of integerFields) {
      const value = raw[field]
      if (value !== undefined) counts.take(field, value)
    }
    counts.takeSeconds('audio_microseconds', raw['audio_seconds'], 'audio_seconds')
    const foreign = findForeignCount(raw, counts.usage)
    if (foreign) counts.fail('USAGE_FORMAT_UNKNOWN', `${foreign} is not canonical: say in usage_format whose it is`)
  },

  /** prompt_tokens and completion_tokens include everything. */
  openai_chat(counts, raw) {
    const input = part(counts, raw, 'prompt_tokens_details')
    const output = part(counts, raw, 'completion_tokens_details')
    counts.take('input_tokens', raw['prompt_tokens'], 'prompt_tokens')
    counts.take('output_tokens', raw['completion_tokens'], 'completion_tokens')
    takeOpenAiDetails(counts, input, output)
    includeReasoning(counts, raw['total_tokens'])
    if (counts.usage.cache_read_tokens !== undefined) return
    // DeepSeek and Moonshot speak this format, and say how much was cached beside the total.
    counts.take('cache_read_tokens', raw['prompt_cache_hit_tokens'] ?? raw['cached_tokens'], 'cached_tokens')
  },

  /** Responses and images; transcriptions and realtime write the details in the singular, or seconds alone. */
  openai_responses(counts, raw) {
    const input = part(counts, raw, 'input_tokens_details', 'input_token_details')
    const output = part(counts, raw, 'output_tokens_details', 'output_token_details')
    counts.take('input_tokens', raw['input_tokens'])
    counts.take('output_tokens', raw['output_tokens'])
    takeOpenAiDetails(counts, input, output)
    const cached = part(counts, input, 'cached_tokens_details')
    counts.take('cache_audio_read_tokens', cached['audio_tokens'], 'audio_tokens')
    counts.take('cache_image_read_tokens', cached['image_tokens'], 'image_tokens')
    if (raw['type'] === 'duration') counts.takeSeconds('audio_microseconds', raw['seconds'], 'seconds')
  },

  /** input_tokens excludes both kinds of cache tokens; output_tokens includes thinking. */
  anthropic(counts, raw) {
    const split = part(counts, raw, 'cache_creation')
    const minutes = split['ephemeral_5m_input_tokens']
    const hour = split['ephemeral_1h_input_tokens']
    counts.take('cache_read_tokens', raw['cache_read_input_tokens'], 'cache_read_input_tokens')
    counts.take('cache_write_tokens', raw['cache_creation_input_tokens'], 'cache_creation_input_tokens')
    counts.take('cache_write_5m_tokens', minutes, 'ephemeral_5m_input_tokens')
    counts.take('cache_write_1h_tokens', hour, 'ephemeral_1h_input_tokens')
    if (counts.usage.cache_write_tokens === undefined)
      counts.sum('cache_write_tokens', [minutes, hour], 'cache_creation')
    takeExclusiveInput(counts, raw['input_tokens'], 'input_tokens')
    counts.take('output_tokens', raw['output_tokens'])
    const thinking = part(counts, raw, 'output_tokens_details')['thinking_tokens']
    counts.take('output_reasoning_tokens', thinking, 'thinking_tokens')
    counts.take('web_searches', part(counts, raw, 'server_tool_use')['web_search_requests'], 'web_search_requests')
  },

  /** Thoughts and tool-use prompts stand beside the other two counts, not inside them. Its SDK writes snake case. */
  gemini(counts, raw) {
    const said = (name: string) => raw[name] ?? raw[snakeCase(name)]
    const output = said('candidatesTokenCount') ?? said('responseTokenCount')
    counts.sum('input_tokens', [said('promptTokenCount'), said('toolUsePromptTokenCount')], 'promptTokenCount')
    counts.take('cache_read_tokens', said('cachedContentTokenCount'), 'cachedContentTokenCount')
    counts.sum('output_tokens', [output, said('thoughtsTokenCount')], 'candidatesTokenCount')
    counts.take('output_reasoning_tokens', said('thoughtsTokenCount'), 'thoughtsTokenCount')
    takeModality(
      counts,
      ['input_audio_tokens', 'input_image_tokens'],
      [said('promptTokensDetails'), said('toolUsePromptTokensDetails')],
    )
    takeModality(counts, ['cache_audio_read_tokens', 'cache_image_read_tokens'], [said('cacheTokensDetails')])
    const spoken = said('candidatesTokensDetails') ?? said('responseTokensDetails')
    takeModality(counts, ['output_audio_tokens', 'output_image_tokens'], [spoken])
  },

  /** inputTokens excludes both kinds of cache tokens. */
  bedrock_converse(counts, raw) {
    // InvokeModel's own metrics have the same counts under names that end in `Count`.
    const said = (name: string) => raw[name] ?? raw[`${name.slice(0, -1)}Count`]
    counts.take('cache_read_tokens', said('cacheReadInputTokens'), 'cacheReadInputTokens')
    counts.take('cache_write_tokens', said('cacheWriteInputTokens'), 'cacheWriteInputTokens')
    for (const detail of list(counts, raw, 'cacheDetails')) {
      const field = detail['ttl'] === '1h' ? 'cache_write_1h_tokens' : 'cache_write_5m_tokens'
      if (detail['ttl'] !== '1h' && detail['ttl'] !== '5m') continue
      counts.sum(field, [counts.usage[field], detail['inputTokens']], 'cacheDetails.inputTokens')
    }
    takeExclusiveInput(counts, said('inputTokens'), 'inputTokens')
    counts.take('output_tokens', said('outputTokens'), 'outputTokens')
  },

  /** Completion, reasoning and citation tokens stand side by side. */
  perplexity(counts, raw) {
    const { completion_tokens, reasoning_tokens, citation_tokens } = raw
    counts.take('input_tokens', raw['prompt_tokens'], 'prompt_tokens')
    counts.sum('output_tokens', [completion_tokens, reasoning_tokens, citation_tokens], 'completion_tokens')
    counts.take('output_reasoning_tokens', reasoning_tokens, 'reasoning_tokens')
    counts.take('output_citation_tokens', citation_tokens, 'citation_tokens')
    counts.take('web_searches', raw['num_search_queries'], 'num_search_queries')
  },

  /** What is billed; beside it stands what the model saw. Searches of a rerank are units of their own. */
  cohere(counts, raw) {
    const billed = part(counts, raw, 'billed_units', 'tokens')
    counts.take('input_tokens', billed['input_tokens'])
    counts.take('output_tokens', billed['output_tokens'])
    counts.take('rerank_searches', billed['search_units'], 'search_units')
    counts.take('cache_read_tokens', raw['cached_tokens'], 'cached_tokens')
  },

  /** One form for all providers. */
  litellm_standard(counts, raw) {
    const metadata = raw['metadata']
    const inner = isObject(metadata) ? metadata['usage_object'] : undefined
    const usage = litellmUsage(isObject(inner) ? inner : raw)
    if (isNoUsage(usage)) return
    for (const field of integerFields) counts.take(field, usage[field])
  },
}

function takeOpenAiDetails(counts: UsageCounts, input: Raw, output: Raw): void {
  counts.take('cache_read_tokens', input['cached_tokens'], 'cached_tokens')
  counts.take('cache_write_tokens', input['cache_write_tokens'])
  const lives = part(counts, input, 'cache_write_tokens_details')
  counts.take('cache_write_30m_tokens', lives['ttl_30m_tokens'], 'ttl_30m_tokens')
  counts.take('cache_write_12h_tokens', lives['ttl_12h_tokens'], 'ttl_12h_tokens')
  counts.take('input_audio_tokens', input['audio_tokens'], 'audio_tokens')
  counts.take('input_image_tokens', input['image_tokens'], 'image_tokens')
  counts.take('output_reasoning_tokens', output['reasoning_tokens'], 'reasoning_tokens')
  counts.take('output_audio_tokens', output['audio_tokens'], 'audio_tokens')
  counts.take('output_image_tokens', output['image_tokens'], 'image_tokens')
}

/** xAI speaks OpenAI's format with reasoning beside the completion: its total proves it. */
function includeReasoning(counts: UsageCounts, total: unknown): void {
  const { input_tokens: input = 0, output_tokens: output = 0, output_reasoning_tokens: reasoning = 0 } = counts.usage
  if (reasoning > 0 && Number(total) === input + output + reasoning) counts.usage.output_tokens = output + reasoning
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A provider that counts cache tokens beside its input. Without any input count, the cache tokens are the input. */
function takeExclusiveInput(counts: UsageCounts, plain: unknown, name: string): void {
  counts.sum('input_tokens', [plain, counts.usage.cache_read_tokens, counts.usage.cache_write_tokens], name)
}

/** Gemini's lists of `{modality, tokenCount}`. */
function takeModality(
  counts: UsageCounts,
  [audio, image]: readonly [UsageField, UsageField],
  lists: readonly unknown[],
): void {
  for (const details of lists) {
    if (!Array.isArray(details)) continue
    for (const detail of details as unknown[]) {
      if (!isObject(detail)) continue
      const modality = String(detail['modality']).toUpperCase()
      const field = modality.endsWith('AUDIO') ? audio : modality.endsWith('IMAGE') ? image : undefined
      const count = detail['tokenCount'] ?? detail['token_count']
      if (field) counts.sum(field, [counts.usage[field], count], 'tokenCount')
    }
  }
}

/** The first of the names that is there. */
function part(counts: UsageCounts, raw: Raw, ...names: readonly string[]): Raw {
  const name = names.find((each) => raw[each] !== undefined && raw[each] !== null)
  if (name === undefined) return nothing
  const value = raw[name]
  if (isObject(value)) return value
  counts.fail('USAGE_NOT_NUMERIC', `${name} is not an object`)
  return nothing
}

function list(counts: UsageCounts, raw: Raw, name: string): readonly Raw[] {
  const value = raw[name]
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every(isObject)) return value
  counts.fail('USAGE_NOT_NUMERIC', `${name} is not a list of objects`)
  return []
}
