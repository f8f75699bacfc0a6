/**
 * The canonical usage of one request: inclusive totals, and named subsets of them.
 *
 * Every value is a non-negative integer; a field that is absent was not reported, which is not 0.
 * Names are the wire's, except `audio_microseconds`, which the wire writes as decimal `audio_seconds`.
 */
export const usageFields = [
  /** ALL input: uncached + cache read + cache write + audio + image + tool. */
  'input_tokens',
  'cache_read_tokens',
  /** All cache writes, of whatever time to live. */
  'cache_write_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'cache_write_30m_tokens',
  'cache_write_12h_tokens',
  'input_audio_tokens',
  'input_image_tokens',
  'cache_audio_read_tokens',
  'cache_image_read_tokens',
  /** ALL output: text + reasoning + audio + image + citation. */
  'output_tokens',
  'output_reasoning_tokens',
  'output_audio_tokens',
  'output_image_tokens',
  'output_citation_tokens',
  'web_searches',
  'rerank_searches',
  'input_text_messages',
  'document_pages',
  'audio_microseconds',
] as const
export type UsageField = (typeof usageFields)[number]

/** See `usageFields`. Adding a field at the end keeps stored presence masks valid; never reorder. */
export type Usage = { readonly [field in UsageField]?: number }

/** Counts above this are refused as absurd (`USAGE_OUT_OF_RANGE`). */
export const maxCount = 1_000_000_000_000_000

/** How `usage` of a usage event is to be read; `canonical` is the shape above, the others are providers' own blocks. */
export const usageFormats = [
  'canonical',
  'openai_chat',
  'openai_responses',
  'anthropic',
  'gemini',
  'bedrock_converse',
  'perplexity',
  'cohere',
  /** LiteLLM's usage object; a whole StandardLoggingPayload is told from an event, and read as one. */
  'litellm_standard',
] as const
export type UsageFormat = (typeof usageFormats)[number]
