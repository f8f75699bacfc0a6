import type { UsageField } from '@spanledger/schemas/events/usage'

/**
 * Every name the OpenTelemetry GenAI conventions have given to a fact, newest first: producers of all generations are
 * still in use, and `schemaUrl` does not say which one wrote a span (captured producers state the wrong one).
 */
export const names = {
  operation: ['gen_ai.operation.name'],
  provider: ['gen_ai.provider.name', 'gen_ai.system'],
  requestModel: ['gen_ai.request.model', 'llm.request.model'],
  responseModel: ['gen_ai.response.model', 'llm.response.model'],
  responseId: ['gen_ai.response.id'],
  serviceTier: [
    'openai.response.service_tier',
    'anthropic.response.service_tier',
    'gen_ai.response.service_tier',
    'gen_ai.openai.response.service_tier',
    // The request's tier only where the response is silent: a provider may serve another one than was asked for.
    'openai.request.service_tier',
    'gen_ai.request.service_tier',
    'gen_ai.openai.request.service_tier',
  ],
  speed: ['anthropic.response.speed', 'anthropic.request.speed'],
  finishReasons: ['gen_ai.response.finish_reasons', 'anthropic.message.stop_reason'],
  errorType: ['error.type'],
  httpStatus: ['http.response.status_code', 'http.status_code'],
  serverAddress: ['server.address'],
  region: ['cloud.region', 'aws.region'],
  /** Seconds. */
  timeToFirstChunk: ['gen_ai.response.time_to_first_chunk', 'gen_ai.client.operation.time_to_first_chunk'],
} as const

/** Token counts. `cache_write_tokens` alone has had three names. */
export const usageNames: readonly (readonly [UsageField, readonly string[]])[] = [
  ['input_tokens', ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens']],
  ['output_tokens', ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens']],
  ['cache_read_tokens', ['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens']],
  [
    'cache_write_tokens',
    [
      'gen_ai.usage.cache_write.input_tokens',
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_creation_input_tokens',
    ],
  ],
  ['cache_write_5m_tokens', ['anthropic.usage.cache_creation.ephemeral_5m_input_tokens']],
  ['cache_write_1h_tokens', ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens']],
  ['output_reasoning_tokens', ['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens']],
  ['input_audio_tokens', ['gen_ai.usage.audio.input_tokens']],
  ['input_image_tokens', ['gen_ai.usage.image.input_tokens']],
  ['cache_audio_read_tokens', ['gen_ai.usage.audio.cache_read.input_tokens']],
  ['cache_image_read_tokens', ['gen_ai.usage.image.cache_read.input_tokens']],
  ['output_audio_tokens', ['gen_ai.usage.audio.output_tokens']],
  ['output_image_tokens', ['gen_ai.usage.image.output_tokens']],
]

/** One request at a provider each, and what older and hand-written spans call the same thing. */
export const leafOperations: ReadonlyMap<string, string> = new Map([
  ['chat', 'chat'],
  ['responses', 'chat'],
  ['text_completion', 'text_completion'],
  ['completion', 'text_completion'],
  ['generate_content', 'generate_content'],
  ['embeddings', 'embeddings'],
  ['embedding', 'embeddings'],
  ['rerank', 'rerank'],
])

/** Steps around requests: they may legally repeat the usage of what happens inside them, and some do. */
export const wrapperOperations: ReadonlySet<string> = new Set([
  'invoke_agent',
  'create_agent',
  'execute_tool',
  'invoke_workflow',
  'plan',
  'retrieval',
  'create_memory',
  'search_memory',
  'update_memory',
  'delete_memory',
  'create_memory_store',
  'delete_memory_store',
])
