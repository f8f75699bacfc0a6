import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import {
  type AiProvider,
  aiNames,
  aiProviders,
  aiScopes,
  aiUsage,
  leafOperationIds,
  leafSuffixes,
  twiceReported,
} from './ai-sdk-names.ts'
import { readAiUsage } from './ai-sdk-usage.ts'
import { firstOf, firstText } from './attributes.ts'
import type { RequestStatus } from '../observation.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { looksLikeRequest } from './looks-like-request.ts'
import { leafOperations } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'

/**
 * The Vercel AI SDK: 4 to 6 (scope `ai`, names of its own) and 7 with @ai-sdk/otel (scope `gen_ai`, the conventions').
 * Neither scope carries a version; which generation wrote a span shows in the names that it uses.
 */
export const aiSdk: Dialect = {
  name: 'ai_sdk',
  scopes: [{ name: aiScopes.own }, { name: aiScopes.conventions }],
  markers: [aiNames.operationId, 'ai.model.provider'],
  gate,
  read,
}

function gate(span: OtlpSpan): 'leaf' | SpanDrop {
  const id = span.attributes.get(aiNames.operationId)
  if (typeof id === 'string') return ownOperation(id) === undefined ? 'wrapper' : 'leaf'
  const operation = firstText(span.attributes, ['gen_ai.operation.name'])
  // Whoever else calls a tracer `ai` or `gen_ai`.
  if (operation === undefined) return looksLikeRequest(span, aiUsage) ? 'leaf' : 'wrapper'
  if (twiceReported.has(operation)) return reportsCounts(span) ? 'leaf' : 'wrapper'
  return conventionsOperation(operation) === undefined ? 'wrapper' : 'leaf'
}

/** `ai.streamText.doStream`: one request. `ai.streamText`: what is around it. */
function ownOperation(id: string): string | undefined {
  return leafOperationIds.get(id) ?? leafSuffixes.get(id.slice(id.lastIndexOf('.') + 1))
}

function conventionsOperation(operation: string): string | undefined {
  return leafOperationIds.get(operation) ?? leafOperations.get(operation)
}

function reportsCounts({ attributes }: OtlpSpan): boolean {
  for (const name of attributes.keys()) if (name.startsWith('gen_ai.usage.')) return true
  return false
}

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const id = attributes.get(aiNames.operationId)
  const named = firstText(attributes, ['gen_ai.operation.name']) ?? 'chat'
  const operation =
    typeof id === 'string' ? ownOperation(id) : twiceReported.has(named) ? named : conventionsOperation(named)
  const sentProvider = firstText(attributes, aiNames.provider) ?? ''
  const provider = providerOf(sentProvider)
  const { usage, input, complete } = readAiUsage(attributes, provider, typeof id !== 'string')
  const parts = readGenAiParts(span, usage)
  const requestModel = firstText(attributes, aiNames.requestModel)
  const responseId = firstText(attributes, aiNames.responseId)
  const firstChunk = firstOf(attributes, aiNames.timeToFirstChunk)
  const whole = complete || operation === 'embeddings'
  return withOwn(parts, {
    rank: provider === undefined ? ranks.spanUnverified : whole ? ranks.spanComplete : ranks.spanLossy,
    provider: provider?.provider ?? behindGateway(sentProvider, requestModel),
    requestModel,
    responseModel: firstText(attributes, aiNames.responseModel),
    responseId,
    responseIdInvented: responseId !== undefined && madeBySdk.test(responseId),
    operation: operation ?? named,
    // Embeddings know no cache, so both meanings of input are the same.
    inputSemantics: operation === 'embeddings' ? 'inclusive' : input,
    status: operation === 'chat' ? statusOf(parts.status, span, usage) : parts.status,
    ttftMs: typeof firstChunk === 'number' && firstChunk >= 0 ? firstChunk : parts.ttftMs,
  })
}

/**
 * A stream that broke off ends with the reason `error`, and in AI SDK 7 one that the caller left with none: both as if all
 * were well.
 */
function statusOf(status: RequestStatus, { attributes }: OtlpSpan, usage: RawUsage): RequestStatus {
  if (status !== 'ok') return status
  const finish = firstOf(attributes, aiNames.finish)
  const reported = Object.keys(usage).length > 0
  const failed = (Array.isArray(finish) ? (finish as unknown[])[0] : finish) === 'error'
  if (failed && reported) return 'error'
  return failed || (finish === undefined && !reported) ? 'aborted' : 'ok'
}

/** The SDK makes an id where a provider gives none: Bedrock always, Gemini before AI SDK 6. */
const madeBySdk = /^ai(?:txt|obj)-/

/** Vercel's gateway bills what the provider would, whose name stands before the model's: `anthropic/claude-sonnet-4.5`. */
function behindGateway(sent: string, model: string | undefined): string {
  const cut = sent === 'gateway' && model !== undefined ? model.indexOf('/') : -1
  return cut > 0 ? (model as string).slice(0, cut) : sent
}

function providerOf(sent: string): AiProvider | undefined {
  return aiProviders.find(
    ({ prefix }) =>
      sent.startsWith(prefix) && (sent.length === prefix.length || !isWord(sent.charCodeAt(prefix.length))),
  )
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}
