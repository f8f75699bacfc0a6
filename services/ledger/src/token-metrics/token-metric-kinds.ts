import type { TokenType } from './token-point.ts'

/** How one metric says which tokens it counts. What is not in `types` is not compared: totals, for one. */
export interface TokenMetricKind {
  /** Attributes that name the type, the first found. */
  readonly typeNames: readonly string[]
  readonly types: Readonly<Record<string, TokenType>>
  /** Scopes whose `input` does not hold the cached tokens, as their spans have it. */
  readonly exclusiveScopes?: readonly string[]
  /** Scopes that say the same more completely by a metric of their own. */
  readonly ignoredScopes?: readonly string[]
}

const clientMetric = {
  typeNames: ['gen_ai.token.type'],
  types: { input: 'input', output: 'output', completion: 'output', prompt: 'input' },
  exclusiveScopes: [
    'opentelemetry.instrumentation.botocore.bedrock-runtime',
    'opentelemetry.instrumentation.bedrock',
    'openlit.otel.metrics',
  ],
  // Without tools' input and thoughts.
  ignoredScopes: ['gemini-cli'],
} as const satisfies TokenMetricKind

/** Metrics that producers count tokens in. Servers' metrics (vLLM and the like) are not among them: they are not of requests. */
export const tokenMetricKinds: ReadonlyMap<string, TokenMetricKind> = new Map<string, TokenMetricKind>([
  ['gen_ai.client.token.usage', clientMetric],
  ['gen_ai.client.inference.tokens', clientMetric],
  [
    'gen_ai.client.inference.input_tokens_by_cache',
    {
      typeNames: ['gen_ai.token.cache'],
      types: {
        none: 'uncached_input',
        uncached: 'uncached_input',
        read: 'cache_read',
        creation: 'cache_write',
        write: 'cache_write',
      },
    },
  ],
  [
    'gen_ai.client.inference.output_tokens_by_phase',
    { typeNames: ['gen_ai.token.phase'], types: { response: 'output', reasoning: 'output' } },
  ],
  [
    'claude_code.token.usage',
    {
      typeNames: ['type'],
      types: { input: 'uncached_input', output: 'output', cacheRead: 'cache_read', cacheCreation: 'cache_write' },
    },
  ],
  [
    'codex.turn.token_usage',
    {
      typeNames: ['token_type', 'type'],
      types: {
        input: 'input',
        cached_input: 'cache_read',
        cache_write_input: 'cache_write',
        output: 'output',
        reasoning_output: 'reasoning',
      },
    },
  ],
  [
    'gemini_cli.token.usage',
    {
      typeNames: ['type'],
      types: { input: 'input', tool: 'input', output: 'output', thought: 'output', cache: 'cache_read' },
    },
  ],
])
