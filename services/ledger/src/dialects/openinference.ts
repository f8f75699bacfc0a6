import { lifted } from '@spanledger/schemas/events/lifted'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { firstText } from './attributes.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { isInventedId } from './invented-ids.ts'
import {
  cachedInput,
  leafKinds,
  openinferenceNames as names,
  openinferenceUsage,
  wrapperKinds,
} from './openinference-names.ts'
import { type OpenInferenceProducer, openinferenceProducers } from './openinference-producers.ts'
import { readOutcome } from './outcome.ts'
import { ranks } from './ranks.ts'
import { createScopeLookup } from './scope-match.ts'
import { withoutStartOfStream } from './start-of-stream.ts'
import { semanticsByTotal } from './total-proof.ts'
import { unlessZero } from './zero-usage.ts'

/** Arize's OpenInference (Phoenix): a kind of its own on every span, whose OpenTelemetry kind is INTERNAL. */
export const openinference: Dialect = {
  name: 'openinference',
  scopes: [{ name: 'openinference.*' }, { name: '@arizeai/openinference-*' }],
  markers: [names.spanKind],
  gate,
  read,
}

function gate({ attributes }: OtlpSpan): 'leaf' | SpanDrop {
  const kind = spanKind(attributes.get(names.spanKind))
  if (leafKinds.has(kind)) return 'leaf'
  return wrapperKinds.has(kind) ? 'wrapper' : 'operation_unknown'
}

function spanKind(value: unknown): string {
  return typeof value === 'string' ? value.trim().toUpperCase() : ''
}

const findProducer = createScopeLookup(openinferenceProducers)
/** Spans by hand, and packages in other languages. */
const unknownProducer: Omit<OpenInferenceProducer, 'name'> = { rank: ranks.spanUnverified }

function read(span: OtlpSpan): SpanParts {
  const { attributes, scope } = span
  const producer = findProducer(scope.name, scope.version) ?? unknownProducer
  const operation = leafKinds.get(spanKind(attributes.get(names.spanKind)))
  const provider = providerOf(span, producer)
  const finished = firstText(attributes, names.finishReason)
  const usage = withoutStartOfStream(readUsage(span, producer, operation), provider, finished !== undefined)
  const responseId = firstText(attributes, [lifted.responseId])
  const started = responseId !== undefined || finished !== undefined || attributes.has(lifted.outputCharacters)
  const assumed = operation === 'chat' ? 'assumed' : 'inclusive'
  return {
    rank: producer.rank,
    provider,
    serverAddress: undefined,
    requestModel: firstText(attributes, names.requestModel),
    responseModel: firstText(attributes, names.responseModel),
    responseId,
    responseIdInvented: isInventedId(responseId),
    operation,
    serviceTier: undefined,
    region: undefined,
    ...readOutcome(span, { started, reported: Object.keys(usage).length > 0 }),
    usage,
    inputSemantics: semanticsByTotal(usage, attributes.get(names.total), producer.input ?? assumed),
    ttftMs: undefined,
    reportedCost: attributes.get(names.cost),
    warnings: [],
  }
}

function readUsage(
  { attributes }: OtlpSpan,
  { cacheInputIsUncached }: Partial<OpenInferenceProducer>,
  operation: string | undefined,
): RawUsage {
  const usage: RawUsage = {}
  for (const [field, name] of openinferenceUsage) {
    const value = attributes.get(name)
    if (value !== undefined) usage[field] = value
  }
  const cached = attributes.get(cachedInput)
  const untold = usage.cache_read_tokens === undefined && usage.cache_write_tokens === undefined
  if (cached !== undefined && untold && !cacheInputIsUncached) usage.cache_read_tokens = cached
  // An embedding has no other tokens than those it was sent.
  const total = attributes.get(names.total)
  if (total !== undefined && usage.input_tokens === undefined && operation !== 'chat') usage.input_tokens = total
  return unlessZero(usage)
}

/** `llm.provider` is who serves the model and `llm.system` whose protocol it speaks; one of them may be missing. */
function providerOf({ attributes }: OtlpSpan, { provider }: Partial<OpenInferenceProducer>): string {
  const serving = firstText(attributes, names.provider)
  const system = firstText(attributes, names.system)
  // Vertex AI is Google's too, with prices of its own.
  if (system?.toLowerCase() === 'vertexai' && (serving === undefined || serving.toLowerCase() === 'google'))
    return system
  return serving ?? provider ?? system ?? ''
}
