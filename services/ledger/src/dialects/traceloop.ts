import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { resolveProvider } from '../pricing/provider.ts'
import { firstOf, firstText, readUsage } from './attributes.ts'
import type { Dialect, InputSemantics, SpanDrop, SpanParts } from './dialect.ts'
import { isInventedId } from './invented-ids.ts'
import { looksLikeRequest } from './looks-like-request.ts'
import { names, wrapperOperations } from './otel-genai-names.ts'
import { readOutcome } from './outcome.ts'
import { ranks } from './ranks.ts'
import { createScopeLookup } from './scope-match.ts'
import { semanticsByTotal } from './total-proof.ts'
import { frameworks, traceloopLeaves, traceloopNames, traceloopUsage } from './traceloop-names.ts'
import { traceloopProducers } from './traceloop-producers.ts'
import { unlessZero } from './zero-usage.ts'

/** OpenLLMetry, by Traceloop: the conventions' names of several generations, with meanings of its own. */
export const traceloop: Dialect = {
  name: 'traceloop',
  scopes: traceloopProducers,
  markers: ['traceloop.*', 'llm.request.type'],
  gate,
  read,
}

function gate(span: OtlpSpan): 'leaf' | SpanDrop {
  const { attributes } = span
  if (firstText(attributes, traceloopNames.spanKind) !== undefined) return 'wrapper'
  const operation = operationOf(span)
  if (operation !== undefined && traceloopLeaves.has(operation)) return 'leaf'
  if (operation !== undefined && (wrapperOperations.has(operation) || soundsLikeStep.test(operation))) return 'wrapper'
  return looksLikeRequest(span, traceloopUsage) ? 'leaf' : 'operation_unknown'
}

const soundsLikeStep = /agent|guard|task|tool|vector_db|workflow/

function operationOf({ attributes }: OtlpSpan): string | undefined {
  return (firstText(attributes, names.operation) ?? firstText(attributes, traceloopNames.requestType))?.toLowerCase()
}

const findProducer = createScopeLookup(traceloopProducers)

function read(span: OtlpSpan): SpanParts {
  const { attributes, scope } = span
  const producer = findProducer(scope.name, scope.version)
  const provider = providerOf(span)
  const usage = unlessZero(readUsage(attributes, traceloopUsage))
  const said = operationOf(span)
  const operation = (said !== undefined && traceloopLeaves.get(said)) || 'chat'
  const total = firstOf(attributes, traceloopNames.total)
  // What is embedded or ranked is all there is.
  if (usage.input_tokens === undefined && total !== undefined && noOutput.has(operation)) usage.input_tokens = total
  const responseId = firstText(attributes, names.responseId)
  const responseModel = firstText(attributes, names.responseModel)
  const started = responseId !== undefined || firstOf(attributes, traceloopNames.finishReason) !== undefined
  return {
    rank: producer?.rank ?? ranks.spanUnverified,
    provider,
    serverAddress: firstText(attributes, traceloopNames.serverAddress),
    requestModel: firstText(attributes, names.requestModel),
    responseModel,
    responseId,
    responseIdInvented: isInventedId(responseId),
    operation,
    serviceTier: firstText(attributes, names.serviceTier),
    region: firstText(attributes, names.region),
    ...readOutcome(span, { started, reported: Object.keys(usage).length > 0 }),
    usage,
    inputSemantics: noOutput.has(operation)
      ? 'inclusive'
      : semanticsByTotal(usage, total, semanticsOf(producer?.input ?? {}, provider)),
    ttftMs: undefined,
    reportedCost: undefined,
    warnings: [],
  }
}

/** They know no cache, so both meanings of input are the same. */
const noOutput: ReadonlySet<string> = new Set(['embeddings', 'rerank'])

function semanticsOf(input: Readonly<Record<string, InputSemantics>>, provider: string): InputSemantics {
  const canonical = resolveProvider(provider)
  return (Object.hasOwn(input, canonical) ? input[canonical] : input['*']) ?? 'assumed'
}

/** Older releases write the name with capitals; frameworks write their own, which says nothing of who bills. */
function providerOf({ attributes, scope, name }: OtlpSpan): string {
  const provider = firstText(attributes, names.provider) ?? (scope.name === javascriptSdk ? vendorOf(name) : '')
  return frameworks.has(provider.toLowerCase()) ? '' : provider
}

/** Calls that an application reports by hand are called `<vendor>.<type>`, and say the vendor nowhere else. */
const javascriptSdk = '@traceloop/node-server-sdk'

function vendorOf(spanName: string): string {
  return spanName.slice(0, Math.max(0, spanName.indexOf('.')))
}
