import type { InputSemantics } from './dialect.ts'
import { ranks } from './ranks.ts'
import type { ScopeMatch } from './scope-match.ts'

/** What a Traceloop package does with a usage block: it differs by provider inside the one project. */
export interface TraceloopProducer extends ScopeMatch {
  /** By canonical provider; `*` is all others. A provider that is not here is assumed. */
  readonly input: Readonly<Record<string, InputSemantics>>
  readonly rank: number
}

const inclusive = { '*': 'inclusive' } as const
const unverified = { '*': 'assumed' } as const
/** Frameworks pass on what their provider's client says; Bedrock's counts leave the cache out there. */
const framework = { openai: 'inclusive', azure: 'inclusive', anthropic: 'inclusive', google: 'inclusive' } as const

interface Package {
  readonly input: TraceloopProducer['input']
  readonly rank: number
  readonly from?: string
}

/** Losses as captured in 0.62 or read in the source of that time; a package of other releases is taken to lose as much. */
const pythonPackages: readonly (readonly [name: string, facts: Package])[] = [
  // Cache writes; reasoning on streams.
  ['openai', { input: inclusive, rank: ranks.spanLossy }],
  ['openai.v0', { input: inclusive, rank: ranks.spanLossy }],
  ['openai.v1', { input: inclusive, rank: ranks.spanLossy }],
  ['openai_agents', { input: inclusive, rank: ranks.spanLossy }],
  // Thinking; streams count one output token too many.
  ['anthropic', { input: inclusive, rank: ranks.spanLossy }],
  // Nothing but the lifetime of cache writes; cached tokens came late.
  ['bedrock', { input: { '*': 'exclusive' }, rank: ranks.spanComplete, from: '0.62' }],
  ['bedrock', { input: { '*': 'exclusive' }, rank: ranks.spanLossy }],
  // Thoughts, which are billed, and the tokens of tool use.
  ['google_generativeai', { input: inclusive, rank: ranks.spanLossy }],
  ['vertexai', { input: inclusive, rank: ranks.spanLossy }],
  // Reasoning.
  ['langchain', { input: framework, rank: ranks.spanLossy }],
  ['llamaindex', { input: framework, rank: ranks.spanLossy }],
  ['agno', { input: unverified, rank: ranks.spanLossy }],
  ['litellm', { input: inclusive, rank: ranks.spanLossy }],
  ['groq', { input: inclusive, rank: ranks.spanUnverified }],
  ['mistralai', { input: inclusive, rank: ranks.spanUnverified }],
  ...[
    'alephalpha',
    'cohere',
    'crewai',
    'haystack',
    'mcp',
    'ollama',
    'replicate',
    'sagemaker',
    'together',
    'transformers',
    'voyageai',
    'watsonx',
    'writer',
  ].map((name) => [name, { input: unverified, rank: ranks.spanUnverified }] as const),
]

export const traceloopProducers: readonly TraceloopProducer[] = [
  // OpenTelemetry contrib has the same name space: only Traceloop's own packages, and only below 1.0.
  ...pythonPackages.map(([name, facts]) => ({ name: `opentelemetry.instrumentation.${name}`, below: '1', ...facts })),
  // No usage on streams, no embeddings, no failed calls; cached and reasoning tokens late or never.
  { name: '@traceloop/instrumentation-openai', input: inclusive, rank: ranks.spanLossy },
  { name: '@traceloop/instrumentation-anthropic', input: inclusive, rank: ranks.spanLossy },
  { name: '@traceloop/instrumentation-bedrock', input: unverified, rank: ranks.spanLossy },
  { name: '@traceloop/*', input: unverified, rank: ranks.spanLossy },
  { name: 'traceloop.*', input: unverified, rank: ranks.spanUnverified },
]
