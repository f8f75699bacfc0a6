import { readIsoTime } from '@spanledger/schemas/events/event-time'
import { isObject } from '@spanledger/schemas/events/event-fields'
import { parseLooseLiteral } from '@spanledger/schemas/events/loose-literal'
import type { AttributeMap, AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { firstText, readUsage } from './attributes.ts'
import type { Dialect, InputSemantics, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { providerByLibrary } from './langfuse-providers.ts'
import { readLangfuseUsage } from './langfuse-usage.ts'
import { names, usageNames } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'

export const langfuseNames = {
  type: 'langfuse.observation.type',
  level: 'langfuse.observation.level',
  model: 'langfuse.observation.model.name',
  usage: 'langfuse.observation.usage_details',
  cost: 'langfuse.observation.cost_details',
  firstToken: 'langfuse.observation.completion_start_time',
  /** The responses API's own id, which the python wrapper takes for metadata. */
  responseId: 'langfuse.observation.metadata.id',
  serviceTier: 'langfuse.observation.metadata.service_tier',
  libraryProvider: 'langfuse.observation.metadata.ls_provider',
} as const

const leafTypes: ReadonlyMap<string, string> = new Map([
  ['generation', 'chat'],
  ['embedding', 'embeddings'],
])

/** The Langfuse SDKs, python and JavaScript, since they write OpenTelemetry spans (3, 4, 5). */
export const langfuse: Dialect = {
  name: 'langfuse',
  scopes: [{ name: 'langfuse*' }],
  // `langfuse.trace.*` stands on other libraries' spans as well, which the SDK's span processor forwards.
  markers: ['langfuse.observation.*'],
  gate,
  read,
}

function gate({ attributes }: OtlpSpan): 'leaf' | SpanDrop {
  if (!leafTypes.has(typeOf(attributes))) return 'wrapper'
  // Anybody may call a step a generation: one that names no model and counts nothing is none.
  const says = [langfuseNames.model, langfuseNames.usage, ...names.requestModel, ...names.responseModel]
  return says.some((name) => attributes.has(name)) ? 'leaf' : 'operation_unknown'
}

function typeOf(attributes: AttributeMap): string {
  return firstText(attributes, [langfuseNames.type])?.toLowerCase() ?? ''
}

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const { usage, input, serviceTier } = usageOf(attributes)
  const reported = Object.keys(usage).length > 0
  const parts = readGenAiParts(span, usage)
  const model = firstText(attributes, [langfuseNames.model])
  const failed = parts.status === 'error' || firstText(attributes, [langfuseNames.level]) === 'ERROR'
  const responseId = readId(attributes)
  const known = input !== 'assumed'
  return withOwn(parts, {
    rank: known ? ranks.spanComplete : ranks.spanUnverified,
    provider:
      firstText(attributes, names.provider) ??
      providerByLibrary(unquoted(attributes, langfuseNames.libraryProvider), span.name, model),
    // The one name is the answer's as soon as there is one.
    requestModel: parts.requestModel ?? (failed ? model : undefined),
    responseModel: parts.responseModel ?? (failed ? undefined : model),
    responseId,
    operation: span.name === 'OpenAI.embeddings' ? 'embeddings' : leafTypes.get(typeOf(attributes)),
    serviceTier: unquoted(attributes, langfuseNames.serviceTier) ?? serviceTier ?? parts.serviceTier,
    status: failed && parts.status === 'ok' ? 'error' : parts.status,
    inputSemantics: input,
    ttftMs: ttftOf(span) ?? parts.ttftMs,
    reportedCost: costOf(attributes, reported),
  })
}

function usageOf(attributes: AttributeMap): { usage: RawUsage; input: InputSemantics; serviceTier?: string } {
  const text = attributes.get(langfuseNames.usage)
  const block = typeof text === 'string' ? readLangfuseUsage(parseLooseLiteral(text)) : undefined
  return block ?? { usage: readUsage(attributes, usageNames), input: 'assumed' }
}

/** Python 5 writes metadata as JSON, the others as they are. */
function unquoted(attributes: AttributeMap, name: string): string | undefined {
  const text = firstText(attributes, [name])
  return text?.startsWith('"') && text.endsWith('"') && text.length > 2 ? text.slice(1, -1) : text
}

/** Metadata is the application's: only what looks like a provider's id is one. */
const providersId = /^(?:resp|chatcmpl|cmpl)[-_]/

function readId(attributes: AttributeMap): string | undefined {
  const id = firstText(attributes, names.responseId) ?? unquoted(attributes, langfuseNames.responseId)
  return id !== undefined && (attributes.has('gen_ai.response.id') || providersId.test(id)) ? id : undefined
}

function ttftOf({ attributes, startMs }: OtlpSpan): number | undefined {
  const text = unquoted(attributes, langfuseNames.firstToken)
  const first = text === undefined ? undefined : readIsoTime(text)
  return first !== undefined && startMs !== undefined && first >= startMs ? first - startMs : undefined
}

/** A failure has a cost of 0, which nobody has computed. */
function costOf(attributes: AttributeMap, reported: boolean): AttributeValue | undefined {
  const text = attributes.get(langfuseNames.cost)
  const details = typeof text === 'string' ? parseLooseLiteral(text) : undefined
  const total = isObject(details) ? details['total'] : undefined
  return typeof total === 'number' && (total > 0 || reported) ? total : undefined
}
