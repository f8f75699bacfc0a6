import type { UsageField } from '@spanledger/schemas/events/usage'

/** Two generations of spans: `ai.*` names in AI SDK 4 to 6 (and 7's legacy integration), the conventions' in 7. */
export const aiScopes = { own: 'ai', conventions: 'gen_ai' } as const

export const aiNames = {
  operationId: 'ai.operationId',
  requestModel: ['ai.model.id', 'gen_ai.request.model'],
  responseModel: ['ai.response.model', 'gen_ai.response.model'],
  responseId: ['ai.response.id', 'gen_ai.response.id'],
  provider: ['ai.model.provider', 'gen_ai.system', 'gen_ai.provider.name'],
  finish: ['ai.response.finishReason', 'gen_ai.response.finish_reasons'],
  /** Milliseconds. */
  timeToFirstChunk: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
  /** Of transcription, where it is billed by time. */
  seconds: ['ai.usage.seconds', 'gen_ai.usage.seconds'],
  /** The part of the input that no cache had to do with; only AI SDK 6 and later know it. */
  uncached: 'ai.usage.inputTokenDetails.noCacheTokens',
} as const

/**
 * Token counts. AI SDK 4 says promptTokens; 5 and 6 do so only where they generate without a stream (5) or an object
 * (5 and 6), and leave cached and reasoning tokens out there; 7 writes the conventions' names.
 */
export const aiUsage: readonly (readonly [UsageField, readonly string[]])[] = [
  [
    'input_tokens',
    [
      'ai.usage.inputTokens',
      'ai.usage.promptTokens',
      'ai.usage.tokens',
      'gen_ai.usage.input_tokens',
      'ai.usage.input_tokens',
      'gen_ai.usage.prompt_tokens',
    ],
  ],
  [
    'output_tokens',
    [
      'ai.usage.outputTokens',
      'ai.usage.completionTokens',
      'gen_ai.usage.output_tokens',
      'ai.usage.output_tokens',
      'gen_ai.usage.completion_tokens',
    ],
  ],
  [
    'cache_read_tokens',
    [
      'ai.usage.inputTokenDetails.cacheReadTokens',
      'ai.usage.cachedInputTokens',
      'gen_ai.usage.cache_read.input_tokens',
    ],
  ],
  [
    'cache_write_tokens',
    [
      'ai.usage.inputTokenDetails.cacheWriteTokens',
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_write.input_tokens',
    ],
  ],
  [
    'output_reasoning_tokens',
    ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens', 'gen_ai.usage.reasoning.output_tokens'],
  ],
]

/** Counts in `ai.response.providerMetadata`, where AI SDK 4 and 5 leave the caches out of their own. */
export const metadataCounts: readonly (readonly [name: string, UsageField])[] = [
  ['cachedPromptTokens', 'cache_read_tokens'],
  ['cacheReadInputTokens', 'cache_read_tokens'],
  ['cacheCreationInputTokens', 'cache_write_tokens'],
  ['cacheWriteInputTokens', 'cache_write_tokens'],
  ['cacheWriteTokens', 'cache_write_tokens'],
  ['reasoningTokens', 'output_reasoning_tokens'],
]

/** Spans of one request at a provider, by the last word of the operation; what they ask for. */
export const leafSuffixes: ReadonlyMap<string, string> = new Map([
  ['doGenerate', 'chat'],
  ['doStream', 'chat'],
  ['doEmbed', 'embeddings'],
  ['doRerank', 'rerank'],
  ['doDecide', 'decide'],
])

/** Speech has one span for wrapper and request in one. */
export const leafOperationIds: ReadonlyMap<string, string> = new Map([
  ['ai.generateSpeech', 'speech'],
  ['ai.transcribe', 'transcription'],
  ['ai.streamTranscribe', 'transcription'],
])

/**
 * Operations that AI SDK 7 reports twice, by two nested spans of equal name, kind and attributes: the inner one alone has
 * counts. The counts are all that tells them apart.
 */
export const twiceReported: ReadonlySet<string> = new Set(['embeddings', 'rerank', 'decide'])

export interface AiProvider {
  /** Of the SDK's provider name, which goes on with the API: `anthropic.messages`. */
  readonly prefix: string
  readonly provider: string
  /** Before AI SDK 6 it passed Anthropic's or Bedrock's own input on, which stands beside the cached tokens. */
  readonly besideUntil6?: true
  /** Before AI SDK 6 it passed Gemini's output on, which stands beside the reasoning. */
  readonly reasoningBesideUntil6?: true
}

/** The first prefix that fits. Seen in @ai-sdk packages 1 to 4; any other provider's input is assumed to hold its caches. */
export const aiProviders: readonly AiProvider[] = [
  { prefix: 'anthropic', provider: 'anthropic', besideUntil6: true },
  { prefix: 'vertex.anthropic', provider: 'gcp.vertex_ai', besideUntil6: true },
  { prefix: 'googleVertex.anthropic', provider: 'gcp.vertex_ai', besideUntil6: true },
  { prefix: 'google.vertex', provider: 'gcp.vertex_ai', reasoningBesideUntil6: true },
  { prefix: 'google-vertex', provider: 'gcp.vertex_ai', reasoningBesideUntil6: true },
  { prefix: 'gcp.vertex_ai', provider: 'gcp.vertex_ai' },
  { prefix: 'google', provider: 'gcp.gemini', reasoningBesideUntil6: true },
  { prefix: 'gcp.gemini', provider: 'gcp.gemini' },
  { prefix: 'amazon-bedrock', provider: 'aws.bedrock', besideUntil6: true },
  { prefix: 'bedrock', provider: 'aws.bedrock', besideUntil6: true },
  { prefix: 'aws.bedrock', provider: 'aws.bedrock' },
  { prefix: 'azure', provider: 'azure.ai.openai' },
  { prefix: 'openai', provider: 'openai' },
]
