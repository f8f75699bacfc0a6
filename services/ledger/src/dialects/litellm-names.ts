import { openinferenceUsage } from './openinference-names.ts'
import { names, usageNames } from './otel-genai-names.ts'

/**
 * The conventions' names, and OpenInference's: LiteLLM's callbacks for Arize, Phoenix and Langfuse write those onto spans
 * of the same kind.
 */
export const litellmNames = {
  ...names,
  provider: [...names.provider, 'llm.provider'],
  requestModel: [...names.requestModel, 'llm.model_name'],
  responseId: [...names.responseId, 'llm.response.id'],
  callId: ['litellm.call_id'],
  callType: ['llm.request.type', 'litellm.call_type', ...names.operation],
  /** `<provider>/<model>`, as LiteLLM sent it. */
  sentModel: ['litellm.provider.model'],
  cost: ['gen_ai.cost.total_cost', 'litellm.cost.total'],
  streamed: ['llm.is_streaming', 'litellm.request.streaming', 'gen_ai.request.stream'],
  cacheHit: ['litellm.cache_hit', 'metadata.cache_hit', 'cache_hit'],
} as const

export const litellmUsageNames: typeof usageNames = usageNames.map(([field, candidates]) => [
  field,
  [...candidates, ...openinferenceUsage.filter(([other]) => other === field).map(([, name]) => name)],
])
