import { lifted } from '@spanledger/schemas/events/lifted'
import type { UsageField } from '@spanledger/schemas/events/usage'

/** OpenInference's attribute names, newest first. Until requests and responses were told apart, the model was the answer's. */
export const openinferenceNames = {
  spanKind: 'openinference.span.kind',
  requestModel: ['llm.request.model_name', lifted.requestModel],
  responseModel: ['llm.response.model_name', 'llm.model_name', 'embedding.model_name', 'reranker.model_name'],
  provider: ['llm.provider'],
  system: ['llm.system'],
  total: 'llm.token_count.total',
  cost: 'llm.cost.total',
  finishReason: ['llm.finish_reason'],
} as const

/** Token counts. */
export const openinferenceUsage: readonly (readonly [UsageField, string])[] = [
  ['input_tokens', 'llm.token_count.prompt'],
  ['output_tokens', 'llm.token_count.completion'],
  ['cache_read_tokens', 'llm.token_count.prompt_details.cache_read'],
  ['cache_write_tokens', 'llm.token_count.prompt_details.cache_write'],
  ['input_audio_tokens', 'llm.token_count.prompt_details.audio'],
  ['output_reasoning_tokens', 'llm.token_count.completion_details.reasoning'],
  ['output_audio_tokens', 'llm.token_count.completion_details.audio'],
]

/** Cached input where reads and writes are not told apart. */
export const cachedInput = 'llm.token_count.prompt_details.cache_input'

/** One request each, and what it asks for. */
export const leafKinds: ReadonlyMap<string, string> = new Map([
  ['LLM', 'chat'],
  ['EMBEDDING', 'embeddings'],
  ['RERANKER', 'rerank'],
])
export const wrapperKinds: ReadonlySet<string> = new Set([
  'CHAIN',
  'AGENT',
  'TOOL',
  'RETRIEVER',
  'PROMPT',
  'GUARDRAIL',
  'EVALUATOR',
])
