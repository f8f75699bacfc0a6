import { isObject } from './event-fields.ts'
import type { UsageField } from './usage.ts'

type Raw = Readonly<Record<string, unknown>>
export type LitellmUsage = { readonly [field in UsageField]?: unknown }

const nothing: Raw = {}

/**
 * LiteLLM's usage object, whatever the provider: OpenAI's names and inclusive totals, and beside them the caches by time to
 * live as Anthropic and Bedrock have them. Values are as they were sent. A block without `prompt_tokens` is a provider's
 * own that was passed through.
 */
export function litellmUsage(raw: Raw): LitellmUsage {
  const input = part(raw, 'prompt_tokens_details', 'input_tokens_details')
  const output = part(raw, 'completion_tokens_details', 'output_tokens_details')
  const split = part(input, 'cache_creation_token_details')
  const own = part(raw, 'cache_creation')
  const read = first(input['cached_tokens'], raw['cache_read_input_tokens'])
  const written = first(input['cache_creation_tokens'], input['cache_write_tokens'], raw['cache_creation_input_tokens'])
  const lives = part(input, 'cache_write_tokens_details')
  return {
    input_tokens: raw['prompt_tokens'] ?? passedThrough(raw),
    output_tokens: first(raw['completion_tokens'], raw['output_tokens']),
    cache_read_tokens: read,
    cache_write_tokens: written,
    cache_write_5m_tokens: first(split['ephemeral_5m_input_tokens'], own['ephemeral_5m_input_tokens']),
    cache_write_1h_tokens: first(split['ephemeral_1h_input_tokens'], own['ephemeral_1h_input_tokens']),
    cache_write_30m_tokens: lives['ttl_30m_tokens'],
    cache_write_12h_tokens: lives['ttl_12h_tokens'],
    input_audio_tokens: input['audio_tokens'],
    input_image_tokens: input['image_tokens'],
    output_reasoning_tokens: output['reasoning_tokens'],
    output_audio_tokens: output['audio_tokens'],
    output_image_tokens: output['image_tokens'],
    web_searches: first(
      part(raw, 'server_tool_use')['web_search_requests'],
      input['web_search_requests'],
      raw['num_search_queries'],
    ),
  }
}

/** OpenAI's Responses API counts caches inside `input_tokens`, Anthropic beside it. */
function passedThrough(raw: Raw): unknown {
  const plain = raw['input_tokens']
  if (plain === undefined || isObject(raw['input_tokens_details'])) return plain
  const beside = [raw['cache_read_input_tokens'], raw['cache_creation_input_tokens']]
  return beside.reduce<unknown>((sum, count) => (isCount(sum) && isCount(count) ? sum + count : sum), plain)
}

/** Nothing was reported: a stream whose provider sent no usage is logged as 0 and 0. */
export function isNoUsage(usage: LitellmUsage): boolean {
  return isZero(usage.input_tokens) && isZero(usage.output_tokens)
}

/** These always say how much was cached: a stream whose usage lacks that was counted by LiteLLM's own tokenizer. */
const sayCached: ReadonlySet<string> = new Set(['openai', 'azure', 'anthropic'])

/** Of the usage of a stream. */
export function saysEstimate(raw: Raw, provider: string): boolean {
  return sayCached.has(provider) && 'prompt_tokens' in raw && !isObject(raw['prompt_tokens_details'])
}

function isZero(count: unknown): boolean {
  return count === undefined || count === null || count === '' || Number(count) === 0
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function first(...values: readonly unknown[]): unknown {
  return values.find((value) => value !== undefined && value !== null)
}

function part(raw: Raw, ...names: readonly string[]): Raw {
  for (const name of names) {
    const value = raw[name]
    if (isObject(value)) return value
  }
  return nothing
}
