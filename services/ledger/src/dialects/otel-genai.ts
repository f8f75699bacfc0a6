import type { AttributeMap, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { resolveProvider } from '../pricing/provider.ts'
import { firstOf, firstText, readUsage } from './attributes.ts'
import type { Dialect, SpanDrop, SpanParts } from './dialect.ts'
import { isInventedId } from './invented-ids.ts'
import { looksLikeRequest } from './looks-like-request.ts'
import { leafOperations, names, usageNames, wrapperOperations } from './otel-genai-names.ts'
import { type Producer, producers } from './otel-genai-producers.ts'
import { readOutcome } from './outcome.ts'
import { ranks } from './ranks.ts'
import { createScopeLookup } from './scope-match.ts'
import { withoutStartOfStream } from './start-of-stream.ts'

/** OpenTelemetry's own GenAI conventions, in all their generations, by whatever producer no other dialect claims. */
export const otelGenai: Dialect = {
  name: 'otel_genai',
  scopes: producers,
  markers: [...names.operation, ...names.provider, ...names.requestModel, 'gen_ai.response.model', 'gen_ai.usage.*'],
  gate,
  read,
}

function gate(span: OtlpSpan): 'leaf' | SpanDrop {
  const producer = producerOf(span)
  if (producer?.spanName !== undefined && span.name !== producer.spanName) return 'not_billable'
  const operation = operationOf(span)
  if (leafOperations.has(operation)) return 'leaf'
  if (wrapperOperations.has(operation) || soundsLikeWrapper.test(operation)) return 'wrapper'
  return looksLikeRequest(span, usageNames) ? 'leaf' : 'operation_unknown'
}

/** The oldest generation says the operation only in the span's name, `<operation> <model>`. */
function operationOf(span: OtlpSpan): string {
  return (firstText(span.attributes, names.operation) ?? span.name.trim().split(' ', 1)[0] ?? '').toLowerCase()
}

const soundsLikeWrapper = /agent|chain|crew|graph|tool|workflow/

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const provider = firstText(attributes, names.provider) ?? ''
  const producer = producerOf(span)
  const verified = producer && (producer.providers?.includes(resolveProvider(provider)) ?? true)
  const finished = firstOf(attributes, names.finishReasons) !== undefined
  const usage = withoutStartOfStream(readUsage(attributes, usageNames), provider, finished)
  const responseId = firstText(attributes, names.responseId)
  const responseModel = firstText(attributes, names.responseModel)
  const ttftMs = milliseconds(firstOf(attributes, names.timeToFirstChunk))
  // Logfire copies the model that was asked for where a response names none.
  const answered = responseModel !== undefined && responseModel !== firstText(attributes, names.requestModel)
  const started = responseId !== undefined || answered || ttftMs !== undefined
  const operation = leafOperations.get(operationOf(span)) ?? firstText(attributes, names.operation)
  return {
    rank: verified ? producer.rank : ranks.spanUnverified,
    provider,
    serverAddress: firstText(attributes, names.serverAddress),
    requestModel: firstText(attributes, names.requestModel),
    responseModel,
    responseId,
    responseIdInvented: isInventedId(responseId),
    operation,
    serviceTier: isFast(attributes) ? 'fast' : firstText(attributes, names.serviceTier),
    region: firstText(attributes, names.region),
    ...readOutcome(span, { started, reported: Object.keys(usage).length > 0 }),
    usage,
    // Embeddings know no cache, so both meanings of input are the same.
    inputSemantics: verified ? producer.input : operation === 'embeddings' ? 'inclusive' : 'assumed',
    ttftMs,
    reportedCost: undefined,
    warnings: [],
  }
}

/** Anthropic sells speed apart from the service tier, at the prices of a tier. */
function isFast(attributes: AttributeMap): boolean {
  return firstText(attributes, names.speed)?.toLowerCase() === 'fast'
}

const findProducer = createScopeLookup(producers)

function producerOf({ scope }: OtlpSpan): Producer | undefined {
  return findProducer(scope.name, scope.version)
}

function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 && seconds < 1e6 ? seconds * 1000 : undefined
}
