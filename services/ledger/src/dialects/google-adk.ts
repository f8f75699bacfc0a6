import { litellmProvider } from '@spanledger/schemas/events/litellm-call'
import { lifted } from '@spanledger/schemas/events/lifted'
import { parseLooseLiteral } from '@spanledger/schemas/events/loose-literal'
import type { AttributeMap, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { firstText, readUsage } from './attributes.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { names, usageNames } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'
import { compareVersions } from './scope-match.ts'
import { sumCounts } from './sum-counts.ts'
import { readUsageBlock } from './usage-block.ts'

/**
 * Google's Agent Development Kit. Up to its second telemetry schema a request is `call_llm`; since 1.24 there is a
 * `generate_content` below, of ADK's own with less in it, or of the google-genai instrumentation, in its own dialect. The
 * second schema has `generate_content` alone.
 */
export const googleAdk: Dialect = {
  name: 'google_adk',
  scopes: [{ name: 'gcp.vertex.agent' }],
  markers: ['gcp.vertex.agent.llm_response', 'gcp.vertex.agent.invocation_id'],
  gate,
  read,
}

const callLlm = 'call_llm'
/** Counts thoughts beside the output, and is there only in the first schema. */
export const thoughtsBeside = 'gen_ai.usage.experimental.reasoning_tokens'
/** A callback that answered in the model's place. */
export const answeredBy = 'adk.experimental.response.source'
const secondGeneration = '2'

function gate({ name, attributes }: OtlpSpan): 'leaf' | SpanDrop {
  const model = firstText(attributes, names.requestModel)
  if (firstText(attributes, [answeredBy]) !== undefined) return 'not_billable'
  if (name.startsWith(callLlm)) return model === undefined ? 'wrapper' : 'leaf'
  const operation = firstText(attributes, names.operation)?.toLowerCase() ?? name.split(' ', 1)[0]
  if (operation !== 'generate_content' && operation !== 'chat' && operation !== 'embeddings') return 'wrapper'
  return 'leaf'
}

function read(span: OtlpSpan): SpanParts {
  const { attributes, scope } = span
  const model = firstText(attributes, names.requestModel)
  const adapter = adapterOf(model)
  const { usage, whole } = usageOf(attributes, adapter !== 'litellm')
  // The first generation's adapter for Claude drops the caches, which stand beside the input there.
  const complete = whole && (adapter !== 'claude' || compareVersions(scope.version, secondGeneration) >= 0)
  const said = span.name.startsWith(callLlm)
  // Only the second schema names the provider in the newer way; in the first `call_llm` says the same, and more.
  const copy = !said && firstText(attributes, ['gen_ai.provider.name']) === undefined
  return withOwn(readGenAiParts(span, usage), {
    provider: providerOf(attributes, model),
    eventId: said ? idOf(span, span.spanId) : copy ? idOf(span, span.parentSpanId) : undefined,
    operation: firstText(attributes, names.operation)?.toLowerCase() ?? 'generate_content',
    rank: copy ? ranks.spanCopy : complete ? ranks.spanComplete : ranks.spanLossy,
    // Every model's counts are brought into Gemini's form.
    inputSemantics: 'inclusive',
  })
}

/** `call_llm` and the `generate_content` right below it are one request. */
function idOf({ traceId }: OtlpSpan, spanId: string): string | undefined {
  return traceId === '' || spanId === '' ? undefined : `adk:${traceId}:${spanId}`
}

/** `whole`: cached tokens and thoughts are known, as far as there are any. */
function usageOf(attributes: AttributeMap, thoughtsApart: boolean): { usage: RawUsage; whole: boolean } {
  const answer = attributes.get(lifted.usage)
  const metadata = typeof answer === 'string' ? parseLooseLiteral(answer) : undefined
  const block = readUsageBlock(metadata)
  if (block?.usage.input_tokens !== undefined) {
    const { usage } = block
    if (!thoughtsApart && usage.output_reasoning_tokens !== undefined) {
      const candidates = (metadata as Record<string, unknown>)['candidates_token_count']
      if (typeof candidates === 'number') usage.output_tokens = candidates
    }
    return { usage, whole: true }
  }
  const usage = readUsage(attributes, usageNames)
  const thoughts = attributes.get(thoughtsBeside)
  const { output_tokens: output, output_reasoning_tokens: reasoning } = usage
  const whole = reasoning !== undefined || usage.cache_read_tokens !== undefined
  if (reasoning !== undefined) {
    // Added to an output that holds them already.
    const doubled = !thoughtsApart && typeof output === 'number' && typeof reasoning === 'number'
    if (doubled && output >= 2 * reasoning) usage.output_tokens = output - reasoning
  } else if (thoughts !== undefined) {
    usage.output_reasoning_tokens = thoughts
    const sum = thoughtsApart ? sumCounts(output, thoughts) : output
    if (sum !== undefined) usage.output_tokens = sum
  }
  return { usage, whole }
}

/**
 * What stands between ADK and the model. The one for LiteLLM passes on OpenAI's counts, where thoughts are inside the
 * output, in the form of Gemini's, where they stand beside it.
 */
function adapterOf(model = ''): 'gemini' | 'claude' | 'litellm' {
  if (isRouted(model)) return 'litellm'
  if (/^claude/i.test(model)) return 'claude'
  return isGemini(model) || model.startsWith('projects/') ? 'gemini' : 'litellm'
}

function isGemini(model: string | undefined): boolean {
  return model !== undefined && /(?:^|\/)(?:gemini|gemma)/i.test(model)
}

/** `provider/model`, as ADK's LiteLLM adapter takes it. */
function isRouted(model: string | undefined): boolean {
  return model !== undefined && /^[a-z_]+\//i.test(model) && !model.startsWith('projects/')
}

/** `gen_ai.system` is ADK itself in the first schema; who answers follows from the model. */
function providerOf(attributes: AttributeMap, model: string | undefined): string {
  const said = firstText(attributes, names.provider)
  if (said !== undefined && said !== 'gcp.vertex.agent') return said
  if (model?.startsWith('projects/')) return 'gcp.vertex_ai'
  if (isRouted(model)) return litellmProvider(undefined, model)
  // Without a prefix it is ADK's adapter for Vertex.
  if (adapterOf(model) === 'claude') return 'gcp.vertex_ai'
  return isGemini(model) ? 'gcp.gen_ai' : ''
}
