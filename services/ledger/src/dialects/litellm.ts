import { isObject } from '@spanledger/schemas/events/event-fields'
import { litellmIds, litellmOperation, litellmProvider } from '@spanledger/schemas/events/litellm-call'
import { isNoUsage, litellmUsage, saysEstimate } from '@spanledger/schemas/events/litellm-usage'
import { parseLooseLiteral } from '@spanledger/schemas/events/loose-literal'
import type { AttributeMap, AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { usageFields } from '@spanledger/schemas/events/usage'
import { firstOf, firstText } from './attributes.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { litellmNames as names, litellmUsageNames } from './litellm-names.ts'
import { readOutcome } from './outcome.ts'
import { ranks } from './ranks.ts'

/**
 * LiteLLM's `otel` callback, in its three generations: `litellm_request`; the conventions' names on request
 * (`chat gpt-4o`, same scope); and the rewritten one, `LITELLM_OTEL_V2`. Inside a traced application the first two write
 * onto the span that is there instead of one of their own, so a request is known by what it says, not by its name.
 */
export const litellm: Dialect = {
  name: 'litellm',
  scopes: [{ name: 'litellm*' }],
  markers: ['litellm.call_id', 'litellm.provider.model', 'metadata.usage_object', 'metadata.user_api_key_hash'],
  gate,
  read,
}

/** The proxy's span of the whole request; some releases copy the call onto it, others write it there only. */
const proxyRequest = 'Received Proxy Server Request'

function gate(span: OtlpSpan): 'leaf' | SpanDrop {
  const { attributes } = span
  // Proxy, guardrails, caches, data bases, and the raw exchange below a request name no model.
  if (span.name === 'raw_gen_ai_request' || firstText(attributes, names.requestModel) === undefined) return 'wrapper'
  // Known by the same id, a copy is one charge with its original; without it it would be a second one.
  if (span.name === proxyRequest && firstText(attributes, names.responseId) === undefined) return 'wrapper'
  const callType = firstText(attributes, names.callType)
  if (callType === undefined || litellmOperation(callType) !== undefined) return 'leaf'
  return isNoUsage(readUsage(attributes).usage) ? 'not_billable' : 'leaf'
}

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const { block, usage } = readUsage(attributes)
  const sentTo = firstText(attributes, names.sentModel)
  const provider = litellmProvider(firstText(attributes, names.provider), sentTo)
  const reported = !isNoUsage(usage)
  const ttftSeconds = firstOf(attributes, names.timeToFirstChunk)
  const started = reported || typeof ttftSeconds === 'number'
  const outcome = readOutcome(span, { started, reported })
  const responseId = firstText(attributes, names.responseId)
  const hit = responseId?.includes('_cache_hit') === true || saysTrue(attributes, names.cacheHit)
  const callId = firstText(attributes, names.callId)
  const failed = outcome.status !== 'ok' && !reported
  const ids = litellmIds({ responseId, callId, provider, failed, hit, startMs: span.startMs })
  const streamed = saysTrue(attributes, names.streamed)
  const callType = firstText(attributes, names.callType)
  // Without the usage object reasoning, and in the first generation all caches, are missing.
  const lossy = reported && block === undefined
  // The rewritten generation calls the request's model what the caller does, which may be a name for a group of models.
  const alias = attributes.has('litellm.call_type')
  return {
    rank: span.name === proxyRequest ? ranks.spanCopy : lossy ? ranks.spanLossy : ranks.spanComplete,
    provider,
    serverAddress: firstText(attributes, names.serverAddress),
    requestModel: (alias ? sentTo : undefined) ?? firstText(attributes, names.requestModel),
    responseModel: firstText(attributes, names.responseModel),
    responseId: ids.responseId,
    responseIdInvented: ids.invented || failed,
    operation: callType === undefined ? undefined : (litellmOperation(callType) ?? callType),
    serviceTier: firstText(attributes, names.serviceTier) ?? textOf(block?.['service_tier']),
    region: undefined,
    ...outcome,
    usage: reported ? usage : {},
    // LiteLLM brings every provider's counts into OpenAI's form.
    inputSemantics: 'inclusive',
    ttftMs: typeof ttftSeconds === 'number' ? ttftSeconds * 1000 : undefined,
    reportedCost: costOf(firstOf(attributes, names.cost), hit),
    eventId: ids.eventId,
    resultCache: hit ? 'exact_hit' : undefined,
    warnings: reported && streamed && block && saysEstimate(block, provider) ? ['USAGE_ESTIMATED'] : [],
  }
}

type Block = Readonly<Record<string, unknown>>

/** The usage object, a Python dict as text, holds everything; beside it the totals are attributes, and more in newer ones. */
function readUsage(attributes: AttributeMap): { readonly block: Block | undefined; readonly usage: RawUsage } {
  const usage: RawUsage = {}
  for (const [field, candidates] of litellmUsageNames) {
    const value = firstOf(attributes, candidates)
    if (value !== undefined && value !== '') usage[field] = value
  }
  const object = attributes.get('metadata.usage_object')
  const block = typeof object === 'string' ? parseLooseLiteral(object) : undefined
  if (!isObject(block) || Object.keys(block).length === 0) return { block: undefined, usage }
  const whole = litellmUsage(block)
  for (const field of usageFields) {
    const count = whole[field]
    if (count !== undefined && count !== null) usage[field] = count as AttributeValue
  }
  return { block, usage }
}

/** A model that LiteLLM knows no price of costs it 0: that says nothing. */
function costOf(cost: AttributeValue | undefined, free: boolean): AttributeValue | undefined {
  return Number(cost) === 0 && !free ? undefined : cost
}

function saysTrue(attributes: AttributeMap, candidates: readonly string[]): boolean {
  const value = firstOf(attributes, candidates)
  return value === true || value === 'True' || value === 'true'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
