/** Names of a usage block, of whichever provider; nothing under another name is kept. */
const countNames = new Set(
  // OpenAI
  (
    'prompt_tokens completion_tokens total_tokens input_tokens output_tokens prompt_tokens_details ' +
    'completion_tokens_details input_tokens_details output_tokens_details cached_tokens cache_write_tokens ' +
    'cache_write_tokens_details ttl_30m_tokens ttl_12h_tokens reasoning_tokens audio_tokens image_tokens text_tokens ' +
    'accepted_prediction_tokens rejected_prediction_tokens cachedPromptTokens reasoningTokens ' +
    'acceptedPredictionTokens rejectedPredictionTokens ' +
    // Anthropic
    'cache_read_input_tokens cache_creation_input_tokens cache_creation ephemeral_5m_input_tokens ' +
    'ephemeral_1h_input_tokens thinking_tokens server_tool_use web_search_requests web_fetch_requests ' +
    'cacheCreationInputTokens cacheReadInputTokens cacheCreation ephemeral5mInputTokens ephemeral1hInputTokens ' +
    // Bedrock
    'inputTokens outputTokens totalTokens cacheWriteInputTokens cacheWriteTokens cacheDetails ' +
    // Gemini, in either spelling
    'prompt_token_count candidates_token_count thoughts_token_count cached_content_token_count ' +
    'tool_use_prompt_token_count total_token_count token_count prompt_tokens_details candidates_tokens_details ' +
    'cache_tokens_details tool_use_prompt_tokens_details modality promptTokenCount candidatesTokenCount ' +
    'thoughtsTokenCount cachedContentTokenCount toolUsePromptTokenCount totalTokenCount tokenCount ' +
    'promptTokensDetails candidatesTokensDetails cacheTokensDetails toolUsePromptTokensDetails ' +
    // the AI SDK's envelope
    'usage usageMetadata'
  ).split(' '),
)
const modalities = new Set(['TEXT', 'IMAGE', 'AUDIO', 'VIDEO', 'DOCUMENT'])
const maxDepth = 4
const maxElements = 16

/** Is this the name of a count, or of a group of counts? */
export function isCountName(name: string): boolean {
  return countNames.has(name)
}

/** Only the numbers of a usage block, under the names that usage blocks have; undefined when nothing is left. */
function countsOnly(value: unknown, depth = maxDepth): unknown {
  if (typeof value === 'number') return value
  if (typeof value !== 'object' || value === null || depth === 0) return undefined
  if (Array.isArray(value)) {
    const items = value.slice(0, maxElements).map((item) => countsOnly(item, depth - 1))
    const kept = items.filter((item) => item !== undefined)
    return kept.length > 0 ? kept : undefined
  }
  const kept: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value)) {
    if (!countNames.has(name)) continue
    const counts = name === 'modality' ? modalityOf(inner) : countsOnly(inner, depth - 1)
    if (counts !== undefined) kept.push([name, counts])
  }
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function modalityOf(value: unknown): string | undefined {
  return typeof value === 'string' && modalities.has(value) ? value : undefined
}

/** Longer is no usage block. */
export const maxBlockLength = 4096

/** The same of a block's text; undefined when it is no JSON. */
export function countsOf(block: string): unknown {
  try {
    return countsOnly(JSON.parse(block))
  } catch {
    return undefined
  }
}
