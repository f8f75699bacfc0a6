import type { InputSemantics } from './dialect.ts'
import { ranks } from './ranks.ts'
import type { ScopeMatch } from './scope-match.ts'

/** What a release of an OpenInference package does with a usage block. Keyed by scope and version: both facts move. */
export interface OpenInferenceProducer extends ScopeMatch {
  /** Absent: nobody has verified it. */
  readonly input?: Exclude<InputSemantics, 'assumed'>
  readonly rank: number
  /** Whose client it instruments, where its spans may leave `llm.provider` out. */
  readonly provider?: string
  /** It writes the tokens that were NOT cached under `prompt_details.cache_input`. */
  readonly cacheInputIsUncached?: true
}

const python = (name: string) => `openinference.instrumentation.${name}`
const javascript = (name: string) => `@arizeai/openinference-instrumentation-${name}`

/**
 * `spanComplete`: a captured payload holds every count. `spanUnverified` with a known `input`: read in the package's own
 * source, never captured. `spanLossy`: known to leave tokens out.
 */
export const openinferenceProducers: readonly OpenInferenceProducer[] = [
  // Cached tokens since 0.1.23; cache writes, reasoning and audio came later.
  { name: python('openai'), from: '0.1.55', input: 'inclusive', rank: ranks.spanComplete, provider: 'openai' },
  { name: python('openai'), input: 'inclusive', rank: ranks.spanLossy, provider: 'openai' },
  // Streams have their cached tokens since 1.1.1; before 0.1.14 the prompt was Anthropic's own, without them.
  { name: python('anthropic'), from: '1.1.1', input: 'inclusive', rank: ranks.spanComplete, provider: 'anthropic' },
  { name: python('anthropic'), from: '0.1.14', input: 'inclusive', rank: ranks.spanLossy, provider: 'anthropic' },
  { name: python('anthropic'), input: 'exclusive', rank: ranks.spanLossy, provider: 'anthropic' },
  // Some releases add what was cached to the prompt and some do not: the total, which holds it, tells them apart.
  { name: python('bedrock'), from: '0.1.18', input: 'inclusive', rank: ranks.spanUnverified, provider: 'aws' },
  { name: python('bedrock'), input: 'exclusive', rank: ranks.spanLossy, provider: 'aws' },
  // 0.1.12 to 0.1.15 count cached tokens twice in the prompt; before 0.1.9 the tokens of tool use are missing.
  { name: python('google_genai'), from: '0.1.16', input: 'inclusive', rank: ranks.spanComplete, provider: 'google' },
  { name: python('google_genai'), input: 'inclusive', rank: ranks.spanLossy, provider: 'google' },
  { name: python('google_adk'), input: 'inclusive', rank: ranks.spanLossy, provider: 'google' },
  { name: python('vertexai'), input: 'inclusive', rank: ranks.spanLossy, provider: 'vertex' },
  { name: python('langchain'), from: '0.1.55', input: 'inclusive', rank: ranks.spanComplete },
  { name: python('langchain'), input: 'inclusive', rank: ranks.spanLossy },
  { name: python('llama_index'), from: '4.2', input: 'inclusive', rank: ranks.spanUnverified },
  { name: python('llama_index'), input: 'inclusive', rank: ranks.spanLossy },
  {
    name: python('litellm'),
    input: 'inclusive',
    rank: ranks.spanUnverified,
    cacheInputIsUncached: true,
  },
  { name: python('openai_agents'), input: 'inclusive', rank: ranks.spanLossy, provider: 'openai' },
  { name: python('groq'), input: 'inclusive', rank: ranks.spanLossy, provider: 'groq' },
  { name: python('mistralai'), input: 'inclusive', rank: ranks.spanLossy, provider: 'mistral' },
  { name: python('together'), input: 'inclusive', rank: ranks.spanLossy, provider: 'together' },
  { name: python('cohere'), input: 'inclusive', rank: ranks.spanUnverified, provider: 'cohere' },
  { name: python('ollama'), input: 'inclusive', rank: ranks.spanUnverified, provider: 'ollama' },
  { name: 'openinference.*', rank: ranks.spanUnverified },
  // No usage on any chat stream, none for embeddings, no cache writes.
  { name: javascript('openai'), input: 'inclusive', rank: ranks.spanLossy, provider: 'openai' },
  // Thinking; `messages.stream` has a trace of its own and no id.
  { name: javascript('anthropic'), from: '0.2', input: 'inclusive', rank: ranks.spanLossy, provider: 'anthropic' },
  // The provider's own exclusive counts, without what was cached beside them (Bedrock's InvokeModel alone has it).
  { name: javascript('anthropic'), input: 'exclusive', rank: ranks.spanLossy, provider: 'anthropic' },
  { name: javascript('bedrock'), input: 'exclusive', rank: ranks.spanLossy, provider: 'aws' },
  { name: javascript('langchain*'), input: 'inclusive', rank: ranks.spanLossy },
  { name: '@arizeai/openinference-*', rank: ranks.spanUnverified },
]
