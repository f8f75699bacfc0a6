import type { UsageField } from '@spanledger/schemas/events/usage'
import type { InputSemantics } from './dialect.ts'
import { usageNames } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'
import type { ScopeMatch } from './scope-match.ts'

const details = 'gen_ai.usage.details.'

/** What pydantic-ai says beside the conventions' counts: the provider's own, and older releases' only place of them. */
const detailNames: { readonly [field in UsageField]?: readonly string[] } = {
  cache_read_tokens: ['cache_read_tokens', 'cache_read_input_tokens', 'cached_tokens', 'cached_content_tokens'],
  cache_write_tokens: ['cache_write_tokens', 'cache_creation_input_tokens'],
  cache_write_5m_tokens: ['ephemeral_5m_input_tokens'],
  cache_write_1h_tokens: ['ephemeral_1h_input_tokens'],
  output_reasoning_tokens: ['reasoning_tokens', 'thoughts_tokens', 'thinking_tokens'],
  input_audio_tokens: ['input_audio_tokens'],
  cache_audio_read_tokens: ['cache_audio_read_tokens'],
  output_audio_tokens: ['output_audio_tokens'],
}

export const pydanticUsage: readonly (readonly [UsageField, readonly string[]])[] = usageNames.map(
  ([field, candidates]) => [field, [...candidates, ...(detailNames[field] ?? []).map((name) => details + name)]],
)

/** The provider's own counts, which are all there is where pydantic-ai makes no sums of them. */
export const ownCounts = { input: `${details}input_tokens`, output: `${details}output_tokens` } as const

/** Gemini's thoughts and tool prompts, which releases before 1.0 left out of the sums. */
export const geminiBeside = { output: `${details}thoughts_tokens`, input: `${details}tool_use_prompt_tokens` } as const

export interface PydanticProducer extends ScopeMatch {
  readonly input: Exclude<InputSemantics, 'assumed'>
  readonly rank: number
  /** Gemini's thoughts are outside the output, as Gemini counts them. */
  readonly thoughtsBeside?: true
  /** Gemini's tool prompts are outside the input, as Gemini counts them. */
  readonly toolPromptBeside?: true
}

/** Read in the releases' own source; 2.68 captured. */
export const pydanticProducers: readonly PydanticProducer[] = [
  { name: 'pydantic-ai*', from: '1.16', input: 'inclusive', rank: ranks.spanComplete },
  // Of a host that it does not know, cached tokens and thinking are lost.
  { name: 'pydantic-ai*', from: '1', input: 'inclusive', rank: ranks.spanLossy, toolPromptBeside: true },
  // Anthropic's cached tokens are in the input since 0.2; before, they are lost.
  {
    name: 'pydantic-ai*',
    from: '0.2',
    input: 'inclusive',
    rank: ranks.spanComplete,
    thoughtsBeside: true,
    toolPromptBeside: true,
  },
  { name: 'pydantic-ai*', input: 'inclusive', rank: ranks.spanLossy, thoughtsBeside: true, toolPromptBeside: true },
]
