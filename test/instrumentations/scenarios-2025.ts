import * as lost from './losses.ts'
import type { Loss, Scenario } from './scenario.ts'

const of2025 = (script: string, losses: readonly Loss[] = []): Scenario => ({
  name: `${script}_2025`,
  script: `${script}.py`,
  environment: 'python-2025',
  always: false,
  losses,
})

const streamsUntold: Loss = {
  on: { stream: true, told: 'whole' },
  why: 'no usage of streams',
  loses: 'usage',
  warning: null,
}
const noResponses: Loss = {
  on: { api: ['responses'] },
  why: 'no span of the Responses API',
  loses: 'span',
  warning: null,
}

const noEmbeddings: Loss = { on: { api: ['embeddings'] }, why: 'no span of embeddings', loses: 'span', warning: null }

/** OpenTelemetry's `openai-v2`, as it still is. */
export const firstGeneration: readonly Loss[] = [...lost.totalsOnly, noResponses]

/** What services that are not kept up to date send: the same scripts with packages of autumn 2025. */
export const autumn2025: readonly Scenario[] = [
  of2025('openai_v2', [...firstGeneration, noEmbeddings]),
  of2025('openinference_openai', [lost.noWrites, lost.noSpanOfStreamsLeft]),
  of2025('openinference_anthropic_double', [
    { ...lost.noLifetimes, on: { ...lost.noLifetimes.on, stream: false } },
    lost.noThinking,
    {
      on: { stream: true, case: ['written-1h', 'written-both'] },
      why: "the input of streams is Anthropic's own, without what was cached",
      loses: 'cached',
      warning: 'PRODUCER_LOSSY',
    },
    lost.noSpanOfStreamsLeft,
    lost.noSpanOfFailures,
  ]),
  of2025('traceloop_openai', [
    {
      on: { stream: false, case: ['cached', 'written'] },
      why: 'cache writes and reasoning are not reported',
      loses: ['cache_write_tokens', 'output_reasoning_tokens'],
      warning: 'PRODUCER_LOSSY',
    },
    lost.noAudio,
    noResponses,
    streamsUntold,
    lost.noSpanOfStreamsLeft,
  ]),
  of2025('traceloop_anthropic_double', [
    ...[lost.noLifetimes, lost.noThinking].map((loss) => ({ ...loss, on: { ...loss.on, stream: false } })),
    streamsUntold,
    lost.noSpanOfStreamsLeft,
    lost.noSpanOfFailures,
  ]),
  of2025('langfuse_openai', [
    { ...lost.noWrites, on: { api: ['chat'], case: ['written'] }, why: 'no place for cache writes yet', warning: null },
    { ...streamsUntold, on: { api: ['responses'], stream: true } },
    noEmbeddings,
  ]),
  of2025('pydantic_ai_agents', [
    {
      on: { api: ['chat', 'responses'], case: ['cached', 'written'] },
      why: 'cached tokens are not reported of a host that it does not know',
      loses: ['cache_read_tokens', 'cache_write_tokens'],
      warning: 'PRODUCER_LOSSY',
    },
    lost.noLifetimes,
    lost.noThinking,
  ]),
]
