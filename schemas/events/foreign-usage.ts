import { isObject } from './event-fields.ts'
import type { UsageField } from './usage.ts'

type Raw = Readonly<Record<string, unknown>>

/** Where providers' own blocks say what a canonical usage says under another name. */
const foreignNames: readonly (readonly [path: readonly [string] | readonly [string, string], UsageField])[] = [
  [['prompt_tokens'], 'input_tokens'],
  [['promptTokenCount'], 'input_tokens'],
  [['inputTokens'], 'input_tokens'],
  [['completion_tokens'], 'output_tokens'],
  [['candidatesTokenCount'], 'output_tokens'],
  [['prompt_token_count'], 'input_tokens'],
  [['candidates_token_count'], 'output_tokens'],
  [['cached_content_token_count'], 'cache_read_tokens'],
  [['inputTokenCount'], 'input_tokens'],
  [['outputTokenCount'], 'output_tokens'],
  [['billed_units', 'input_tokens'], 'input_tokens'],
  [['billed_units', 'output_tokens'], 'output_tokens'],
  [['outputTokens'], 'output_tokens'],
  [['cache_read_input_tokens'], 'cache_read_tokens'],
  [['cacheReadInputTokens'], 'cache_read_tokens'],
  [['cachedContentTokenCount'], 'cache_read_tokens'],
  [['prompt_tokens_details', 'cached_tokens'], 'cache_read_tokens'],
  [['input_tokens_details', 'cached_tokens'], 'cache_read_tokens'],
  [['cache_creation_input_tokens'], 'cache_write_tokens'],
  [['cacheWriteInputTokens'], 'cache_write_tokens'],
]

/**
 * The first count of a provider's own block that a canonical reading would lose without a word: Anthropic's block holds
 * `input_tokens` as well, so it would be charged without its cached tokens. undefined when there is none.
 */
export function findForeignCount(raw: Raw, read: Raw): string | undefined {
  for (const [[name, inner], field] of foreignNames) {
    const outer = raw[name]
    const value = inner === undefined ? outer : isObject(outer) ? outer[inner] : undefined
    if (read[field] === undefined && Number(value) > 0) return inner === undefined ? name : `${name}.${inner}`
  }
  return undefined
}
