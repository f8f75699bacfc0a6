import type { UsageField } from '@spanledger/schemas/events/usage'
import { leafOperations, usageNames } from './otel-genai-names.ts'

/** What Traceloop writes beside the conventions' names, newest first. */
export const traceloopNames = {
  spanKind: ['traceloop.span.kind'],
  /** The operation, in releases from before `gen_ai.operation.name`. */
  requestType: ['llm.request.type'],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  /** Where the OpenAI client was pointed at. */
  serverAddress: ['server.address', 'gen_ai.openai.api_base'],
  finishReason: ['gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason', 'llm.response.finish_reason'],
} as const

/** The names that only the oldest releases used. */
const oldest: { readonly [field in UsageField]?: string } = {
  input_tokens: 'llm.usage.prompt_tokens',
  output_tokens: 'llm.usage.completion_tokens',
  output_reasoning_tokens: 'llm.usage.reasoning_tokens',
}

export const traceloopUsage: readonly (readonly [UsageField, readonly string[]])[] = usageNames.map(
  ([field, names]) => {
    const name = oldest[field]
    return [field, name === undefined ? names : [...names, name]]
  },
)

/** One request each, as `gen_ai.operation.name` or `llm.request.type`. */
export const traceloopLeaves: ReadonlyMap<string, string> = new Map([...leafOperations, ['llm_request', 'chat']])

/** Frameworks that put their own name where the provider's belongs. */
export const frameworks: ReadonlySet<string> = new Set([
  'agno',
  'crewai',
  'haystack',
  'langchain',
  'langgraph',
  'litellm',
  'llamaindex',
  'llama_index',
])
