import * as lost from './losses.ts'
import { autumn2025, firstGeneration } from './scenarios-2025.ts'
import type { Loss, Scenario } from './scenario.ts'

const python = (name: string, losses: readonly Loss[] = []): Scenario => ({
  name,
  script: `${name}.py`,
  environment: 'python',
  always: true,
  losses,
})
const belowThree = (name: string, losses: readonly Loss[] = []): Scenario => ({
  ...python(name, losses),
  environment: 'python-below-3',
  always: false,
})
const node = (name: string, losses: readonly Loss[] = [], script = `${name}.mjs`): Scenario => ({
  name,
  script,
  environment: 'node',
  always: true,
  losses,
})
const later = (scenario: Scenario): Scenario => ({ ...scenario, always: false })

export const scenarios: readonly Scenario[] = [
  python('genai_openai'),
  later(python('genai_anthropic_double')),
  python('openinference_openai'),
  python('openinference_anthropic_double'),
  python('traceloop_openai', [
    lost.noWrites,
    lost.noAudio,
    {
      on: { api: ['chat'], stream: true, case: ['cached'], told: 'whole' },
      why: 'reasoning is not reported of streams',
      loses: ['output_reasoning_tokens'],
      warning: 'PRODUCER_LOSSY',
    },
  ]),
  later(
    python('traceloop_anthropic', [
      lost.noThinking,
      lost.noLifetimes,
      {
        on: { stream: true, told: 'whole' },
        why: 'the output at the start of a stream is added to that of the whole',
        adds: { output_tokens: 1 },
        warning: 'PRODUCER_LOSSY',
      },
      lost.noSpanOfStreamsLeft,
    ]),
  ),
  python('traceloop_anthropic_double', [lost.refusedTwice]),
  python('traceloop_and_genai_openai'),
  later(python('gateway_double')),
  python('langfuse_openai'),
  python('pydantic_ai_agents'),
  python('langchain_double', [lost.refusedTwice]),
  later(python('langchain_anthropic_double', [lost.refusedTwice])),
  python('langsmith_otel', [
    { on: { api: ['embeddings'] }, why: 'embeddings are not traced', loses: 'span', warning: null },
  ]),
  python('otel_google_genai', [
    {
      on: { case: ['tools'] },
      why: "the prompts of the provider's own tools are left out of the input",
      loses: 'tool-prompt',
      warning: 'PRODUCER_LOSSY',
    },
  ]),
  later(python('openinference_google_genai')),
  belowThree('litellm_otel'),
  belowThree('openlit_openai', [
    lost.noAudio,
    { ...lost.noReasoning, on: { api: ['chat'], case: ['cached'], told: 'whole' } },
    {
      on: { api: ['chat'], stream: true, case: ['plain'], told: 'nothing' },
      why: 'a stream without usage has an estimate of its words under the names of counts',
      says: { input_tokens: 20, output_tokens: 15 },
      warning: 'USAGE_ESTIMATED',
    },
    {
      on: { api: ['chat'], stream: true, case: ['cached'], told: 'nothing' },
      why: 'a stream without usage has an estimate of its words under the names of counts',
      says: { input_tokens: 21, output_tokens: 15 },
      warning: 'USAGE_ESTIMATED',
    },
    lost.noSpanOfStreamsLeft,
  ]),
  belowThree('openlit_anthropic', [lost.noThinking, lost.noLifetimes, lost.noSpanOfStreamsLeft, lost.noSpanOfFailures]),
  belowThree('openai_v2', firstGeneration),
  ...autumn2025,
  node('ai-4', [lost.retriesAreSpans, lost.noWrites, lost.noLifetimes, lost.noThinking]),
  node('ai-5', [
    lost.retriesAreSpans,
    {
      on: { api: ['chat', 'responses'], stream: false, case: ['cached', 'written'] },
      why: 'generateText reports totals, and what only its metadata has',
      loses: ['cache_read_tokens', 'output_reasoning_tokens'],
      warning: 'PRODUCER_LOSSY',
    },
  ]),
  node('ai-6', [lost.retriesAreSpans]),
  node('ai-7', [lost.noReasoning, lost.noLifetimes]),
  later(node('ai-7-legacy')),
  node('otel-openai', lost.totalsOnly, 'otel-openai.cjs'),
  node('openinference-openai', [
    lost.noWrites,
    { on: { api: ['chat'], stream: true, told: 'whole' }, why: 'no usage of streams', loses: 'usage', warning: null },
    { on: { api: ['embeddings'] }, why: 'no usage of embeddings', loses: 'usage', warning: null },
    lost.noSpanOfFailures,
  ]),
  later(
    node('traceloop-openai', [
      ...lost.totalsOnly.map((loss) => ({ ...loss, on: { ...loss.on, stream: false } })),
      { on: { stream: true, told: 'whole' }, why: 'no usage of streams', loses: 'usage', warning: null },
      { on: { api: ['embeddings'] }, why: 'no span of embeddings', loses: 'span', warning: null },
      lost.noSpanOfFailures,
    ]),
  ),
  node('anthropic-sdk'),
  later(node('openinference-anthropic')),
  node('langfuse-openinference', [
    { on: { api: ['embeddings'] }, why: 'neither reports usage of embeddings', loses: 'usage', warning: null },
  ]),
]
