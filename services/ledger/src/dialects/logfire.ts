import { lifted } from '@spanledger/schemas/events/lifted'
import { parseLooseLiteral } from '@spanledger/schemas/events/loose-literal'
import type { AttributeMap, OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import { firstOf, firstText, readUsage } from './attributes.ts'
import type { Dialect, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { leafOperations, names, usageNames } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'
import { readUsageBlock, type UsageBlock } from './usage-block.ts'

/** The clients that Logfire instruments itself; what it hands to other packages has their scopes. */
const clientScopes = [{ name: 'logfire.openai' }, { name: 'logfire.anthropic' }]
const agentScopes = [{ name: 'logfire.openai_agents' }, { name: 'logfire.claude_agent_sdk' }]

/** Logfire's own instrumentations of OpenAI, Anthropic and their agent kits. */
export const logfire: Dialect = {
  name: 'logfire',
  scopes: [...clientScopes, ...agentScopes],
  markers: [],
  gate,
  read,
}

const isClient = new Set(clientScopes.map(({ name }) => name))
const spanKindClient = 3
const statusError = 2

/**
 * A streamed call has two spans: one of the call, which ends when the stream begins, and one that is written when it is
 * over, `streaming response from …`, with what came. The first is told by having neither an answer's id nor counts.
 */
function gate(span: OtlpSpan): 'leaf' | SpanDrop {
  const { attributes } = span
  const operation = operationOf(span)
  if (operation === undefined) return isClient.has(span.scope.name) ? 'operation_unknown' : 'wrapper'
  const opensStream =
    isClient.has(span.scope.name) &&
    span.kind === spanKindClient &&
    span.statusCode !== statusError &&
    streamed.has(operation) &&
    !attributes.has('gen_ai.response.id') &&
    firstOf(attributes, counts) === undefined
  return opensStream ? 'told_elsewhere' : 'leaf'
}

const streamed = new Set(['chat', 'text_completion'])
export const rawUsage = 'gen_ai.usage.raw'
const counts = ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens', rawUsage, lifted.usage]

/** Before 5 the operation was said by the name of the span alone. */
const operationBySpanName: readonly (readonly [prefix: string, operation: string])[] = [
  ['Chat Completion with ', 'chat'],
  ['Responses API with ', 'chat'],
  ['Message with ', 'chat'],
  ['streaming response from ', 'chat'],
  ['Completion with ', 'text_completion'],
  ['Embedding Creation with ', 'embeddings'],
  ['Image Generation with ', 'image_generation'],
]

function operationOf({ name, attributes }: OtlpSpan): string | undefined {
  const operation = firstText(attributes, names.operation)
  if (operation === undefined) return operationBySpanName.find(([prefix]) => name.startsWith(prefix))?.[1]
  return operation === 'image_generation' ? operation : leafOperations.get(operation)
}

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const block = blockOf(attributes)
  const parts = readGenAiParts(span, block?.usage ?? readUsage(attributes, plainUsage))
  return withOwn(parts, {
    rank: block ? ranks.spanComplete : ranks.spanLossy,
    provider: parts.provider === '' ? (scopeProviders.get(span.scope.name) ?? '') : parts.provider,
    requestModel: parts.requestModel ?? firstText(attributes, [lifted.requestModel]),
    operation: operationOf(span),
    serviceTier: parts.serviceTier ?? block?.serviceTier,
    inputSemantics: block?.input ?? 'inclusive',
    reportedCost: firstOf(attributes, ['operation.cost']),
  })
}

const scopeProviders: ReadonlyMap<string, string> = new Map([
  ['logfire.openai', 'openai'],
  ['logfire.anthropic', 'anthropic'],
])

/** The provider's own block, beside which the sums are a summary. */
function blockOf(attributes: AttributeMap): UsageBlock | undefined {
  const text = firstText(attributes, [rawUsage, lifted.usage])
  return text === undefined ? undefined : readUsageBlock(parseLooseLiteral(text))
}

/** Claude's agent kit knows the counts of a single message only in part: its output may be too low. */
const plainUsage: readonly (readonly [UsageField, readonly string[]])[] = usageNames.map(([field, candidates]) => [
  field,
  [...candidates, ...candidates.map((name) => name.replace('gen_ai.usage.', 'gen_ai.usage.partial.'))],
])
