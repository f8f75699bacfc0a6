import type { InputSemantics } from './dialect.ts'
import { ranks } from './ranks.ts'
import type { ScopeMatch } from './scope-match.ts'

/** What a captured payload of this producer showed. Keyed by scope and version, because both facts move with releases. */
export interface Producer extends ScopeMatch {
  readonly input: Exclude<InputSemantics, 'assumed'>
  readonly rank: number
  /** Canonical provider families it was verified for; others are read as unverified. Absent: it knows one way only. */
  readonly providers?: readonly string[]
  /** Only spans of this name are requests at all. */
  readonly spanName?: string
}

export const producers: readonly Producer[] = [
  { name: 'com.anthropic.sdk.*', input: 'inclusive', rank: ranks.providerSdk, spanName: 'anthropic.messages.create' },
  { name: 'opentelemetry.instrumentation.genai.openai', from: '1', input: 'inclusive', rank: ranks.spanComplete },
  { name: 'opentelemetry.instrumentation.genai.anthropic', from: '1', input: 'inclusive', rank: ranks.spanComplete },
  // Tool-use prompt tokens are in no attribute: 917 of 11,839 were lost.
  { name: 'opentelemetry.instrumentation.google_genai', from: '1', input: 'inclusive', rank: ranks.spanLossy },
  // `spanledger replay --as spans` and the demo: ours, written to the conventions.
  { name: 'spanledger.replay', input: 'inclusive', rank: ranks.spanComplete },
  // First-generation OpenAI package, with and without the opt-in to newer names: no cached, written, reasoning tokens.
  {
    name: 'opentelemetry.util.genai.handler',
    below: '1',
    input: 'inclusive',
    rank: ranks.spanLossy,
    providers: ['openai', 'azure'],
  },
  { name: 'opentelemetry.instrumentation.openai_v2', input: 'inclusive', rank: ranks.spanLossy },
  { name: '@opentelemetry/instrumentation-openai', input: 'inclusive', rank: ranks.spanLossy },
  // 972 input tokens beside 5,874 cached ones; InvokeModel loses the cached ones altogether.
  { name: 'opentelemetry.instrumentation.botocore.bedrock-runtime', input: 'exclusive', rank: ranks.spanLossy },
]
