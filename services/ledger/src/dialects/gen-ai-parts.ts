import { lifted } from '@spanledger/schemas/events/lifted'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { firstOf, firstText } from './attributes.ts'
import type { RawUsage, SpanParts } from './dialect.ts'
import { names } from './otel-genai-names.ts'
import { readOutcome } from './outcome.ts'

/** What dialects that borrow the conventions' names read alike; rank and meaning of the input each says itself. */
export type GenAiParts = Omit<SpanParts, 'rank' | 'inputSemantics' | 'operation'>

export function readGenAiParts(span: OtlpSpan, usage: RawUsage): GenAiParts {
  const { attributes } = span
  const responseId = firstText(attributes, names.responseId)
  const responseModel = firstText(attributes, names.responseModel)
  const ttftMs = milliseconds(firstOf(attributes, names.timeToFirstChunk))
  // The model is no sign of an answer: Logfire copies the request's where a response names none.
  const started = responseId !== undefined || ttftMs !== undefined || attributes.has(lifted.outputCharacters)
  const { status, errorType } = readOutcome(span, { started, reported: Object.keys(usage).length > 0 })
  return {
    provider: firstText(attributes, names.provider) ?? '',
    serverAddress: firstText(attributes, names.serverAddress),
    requestModel: firstText(attributes, names.requestModel),
    responseModel,
    responseId,
    responseIdInvented: false,
    serviceTier: firstText(attributes, names.serviceTier),
    region: firstText(attributes, names.region),
    status,
    errorType,
    usage,
    ttftMs,
    reportedCost: undefined,
    warnings: [],
  }
}

/** `parts`, which are nobody else's, with what the dialect says itself. Assigned: to spread them takes 5 µs a span. */
export function withOwn(
  parts: GenAiParts,
  own: Pick<SpanParts, 'rank' | 'inputSemantics' | 'operation'> & Partial<SpanParts>,
): SpanParts {
  return Object.assign(parts, own)
}

/** undefined where it is no length of time. */
function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 && seconds < 1e6 ? seconds * 1000 : undefined
}
