import type { AttributeMap, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { resolveProvider } from '../pricing/provider.ts'
import { firstOf, firstText, readUsage } from './attributes.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { leafOperations, names } from './otel-genai-names.ts'
import {
  geminiBeside,
  ownCounts,
  type PydanticProducer,
  pydanticProducers,
  pydanticUsage,
} from './pydantic-ai-names.ts'
import { ranks } from './ranks.ts'
import { createScopeLookup } from './scope-match.ts'
import { sumCounts } from './sum-counts.ts'

/** pydantic-ai's own spans: a `chat` for each request, around them the agent, whose totals repeat theirs. */
export const pydanticAi: Dialect = {
  name: 'pydantic_ai',
  scopes: pydanticProducers,
  markers: ['gen_ai.aggregated_usage.*'],
  gate,
  read,
}

/** One try of a model that falls back to another: it failed, but an answer that was turned down has been billed. */
const failedAttempt = 'model request attempt '

function gate(span: OtlpSpan): 'leaf' | SpanDrop {
  const operation = firstText(span.attributes, names.operation)
  if (operation === undefined) return span.name.startsWith(failedAttempt) ? 'leaf' : 'wrapper'
  return operationOf(operation) === undefined ? 'wrapper' : 'leaf'
}

function operationOf(operation: string): string | undefined {
  return operation === 'image_generation' ? operation : leafOperations.get(operation)
}

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const producer = findProducer(span.scope.name, span.scope.version)
  const parts = readGenAiParts(span, usageOf(span, producer))
  return withOwn(parts, {
    rank: producer?.rank ?? ranks.spanUnverified,
    operation: operationOf(firstText(attributes, names.operation) ?? 'chat'),
    inputSemantics: producer?.input ?? 'assumed',
    reportedCost: firstOf(attributes, ['operation.cost']),
  })
}

const findProducer = createScopeLookup(pydanticProducers)

function usageOf({ attributes }: OtlpSpan, producer: PydanticProducer | undefined): RawUsage {
  const usage = withOwnCounts(readUsage(attributes, pydanticUsage), attributes)
  const output = producer?.thoughtsBeside && attributes.get(geminiBeside.output)
  if (output) usage.output_tokens = sumCounts(usage.output_tokens, output) ?? output
  const input = producer?.toolPromptBeside && attributes.get(geminiBeside.input)
  if (input) usage.input_tokens = sumCounts(usage.input_tokens, input) ?? input
  return usage
}

/** Releases around 1.0 write no sums of a host that they do not know; Anthropic's own input is without its cache. */
function withOwnCounts(usage: RawUsage, attributes: AttributeMap): RawUsage {
  const [input, output] = [attributes.get(ownCounts.input), attributes.get(ownCounts.output)]
  if (usage.input_tokens !== undefined || usage.output_tokens !== undefined || input === undefined) return usage
  const isApart = resolveProvider(firstText(attributes, names.provider) ?? '') === 'anthropic'
  const cached = isApart ? [usage.cache_read_tokens, usage.cache_write_tokens] : []
  const own: RawUsage = { ...usage, input_tokens: sumCounts(input, ...cached) ?? input }
  return output === undefined ? own : { ...own, output_tokens: output }
}
