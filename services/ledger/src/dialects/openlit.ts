import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { resolveProvider } from '../pricing/provider.ts'
import { firstOf, firstText, readUsage } from './attributes.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { isInventedId } from './invented-ids.ts'
import { names, usageNames } from './otel-genai-names.ts'
import {
  openlitFrameworks,
  openlitLeaves,
  openlitPackages,
  type OpenlitProducer,
  openlitProviders,
} from './openlit-producers.ts'
import { ranks } from './ranks.ts'
import { sumCounts } from './sum-counts.ts'

/** OpenLIT: the conventions' names, whose input means what the provider means by it. */
export const openlit: Dialect = {
  name: 'openlit',
  scopes: [{ name: 'openlit*' }],
  markers: [],
  gate,
  read,
}

function gate({ attributes }: OtlpSpan): 'leaf' | SpanDrop {
  const operation = operationOf(attributes)
  // What it switches on beside: HTTP calls, vector stores.
  if (operation === undefined) return 'not_billable'
  if (!openlitLeaves.has(operation)) return 'wrapper'
  return openlitFrameworks.has(providerName(attributes)) ? 'wrapper' : 'leaf'
}

type Attributes = OtlpSpan['attributes']

function operationOf(attributes: Attributes): string | undefined {
  return firstText(attributes, [...names.operation, 'gen_ai.operation.type'])?.toLowerCase()
}

function providerName(attributes: Attributes): string {
  return firstText(attributes, names.provider)?.toLowerCase() ?? ''
}

const streamNames = ['gen_ai.request.stream', 'gen_ai.request.is_stream']

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const operation = openlitLeaves.get(operationOf(attributes) ?? '')
  const producer = producerOf(span)
  const usage = withoutBlanks(readUsage(attributes, usageNames))
  if (producer?.reasoningBeside && usage.output_tokens !== undefined) {
    const output = sumCounts(usage.output_tokens, usage.output_reasoning_tokens)
    if (output !== undefined) usage.output_tokens = output
  }
  const parts = readGenAiParts(span, usage)
  const streamed = streamNames.some((name) => attributes.get(name) === true)
  const counted = usage.input_tokens !== undefined
  // Without a usage in the stream, OpenLIT counts characters, under the same names.
  const estimated = streamed && counted && operation === 'chat' && usage.cache_read_tokens === undefined
  const invented = isInventedId(parts.responseId)
  const cost = firstOf(attributes, ['gen_ai.usage.cost'])
  return withOwn(parts, {
    operation,
    rank: rankOf(producer, operation === 'embeddings' || (usage.output_reasoning_tokens !== undefined && !estimated)),
    inputSemantics: operation === 'embeddings' ? 'inclusive' : (producer?.input ?? 'assumed'),
    responseIdInvented: invented,
    ttftMs: parts.ttftMs ?? (streamed ? milliseconds(attributes.get('gen_ai.server.time_to_first_token')) : undefined),
    // A model that it knows no price of costs 0.
    reportedCost: Number(cost) > 0 ? cost : undefined,
    warnings: estimated ? ['USAGE_ESTIMATED'] : [],
  })
}

/** Reasoning is told of some answers only, and what a cache write lives of none. */
function rankOf(producer: OpenlitProducer | undefined, whole: boolean): number {
  if (!producer) return ranks.spanUnverified
  return whole ? ranks.spanComplete : ranks.spanLossy
}

const scopePrefix = 'openlit.instrumentation.'

function producerOf({ scope, attributes }: OtlpSpan): OpenlitProducer | undefined {
  const name = scope.name.startsWith(scopePrefix) ? scope.name.slice(scopePrefix.length) : ''
  if (Object.hasOwn(openlitPackages, name)) return openlitPackages[name]
  const provider = resolveProvider(providerName(attributes))
  return Object.hasOwn(openlitProviders, provider) ? openlitProviders[provider] : undefined
}

function withoutBlanks(usage: RawUsage): RawUsage {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== '')) as RawUsage
}

function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds > 0 && seconds < 1e6 ? seconds * 1000 : undefined
}
