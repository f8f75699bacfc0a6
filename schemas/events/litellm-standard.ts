import { attribute } from '../attribution/attribution.ts'
import { isObject } from './event-fields.ts'
import { readIsoTime } from './event-time.ts'
import { litellmIds, litellmOperation, litellmProvider } from './litellm-call.ts'
import { isNoUsage, type LitellmUsage, litellmUsage, saysEstimate } from './litellm-usage.ts'
import { parseLooseLiteral } from './loose-literal.ts'
import type { AttributeValue } from './otlp.ts'
import type { UsageEventWarning } from './usage-event.ts'

type Raw = Readonly<Record<string, unknown>>

export const litellmStandard = 'litellm_standard'

/** Is this what LiteLLM's `generic_api` callback posts? It names no format of its own accord. */
export function isLitellmStandard(value: Raw): boolean {
  return value['usage_format'] === litellmStandard
    ? value['startTime'] !== undefined || value['call_type'] !== undefined
    : 'call_type' in value && 'startTime' in value && 'response_cost' in value && isObject(value['metadata'])
}

/**
 * A StandardLoggingPayload in the fields of a usage event, yet unchecked; a text is why it is none. Messages, answers and
 * parameters are never looked at.
 */
export function fromLitellmStandard(payload: Raw): Raw | string {
  const metadata = isObject(payload['metadata']) ? payload['metadata'] : {}
  const callType = text(payload['call_type']) ?? 'completion'
  const failed = payload['status'] === 'failure'
  const hit = payload['cache_hit'] === true || payload['cache_hit'] === 'True'
  const { block, usage } = usageOf(payload, metadata)
  const operation = litellmOperation(callType)
  if (operation === undefined && usage === undefined) return `call_type ${callType} is no request at a provider`

  const startMs = milliseconds(payload['startTime'])
  const endMs = milliseconds(payload['endTime'])
  const model = text(payload['model']) ?? text(payload['model_group']) ?? 'unknown'
  const provider = litellmProvider(text(payload['custom_llm_provider']), model)
  const callId = text(payload['litellm_call_id'])
  const ids = litellmIds({ responseId: text(payload['id']), callId, provider, failed, hit, startMs })
  const aborted = failed && leftByCaller(payload['error_information'])
  const warnings: UsageEventWarning[] = []
  if (usage === undefined && !failed && !hit) warnings.push('USAGE_MISSING')
  if (usage !== undefined && usage.input_tokens !== block['prompt_tokens'] && 'prompt_tokens' in block) {
    warnings.push('SEMANTICS_CONFLICT')
  }
  if (payload['stream'] === true && saysEstimate(block, provider)) warnings.push('USAGE_ESTIMATED')
  return {
    event_id: ids.eventId,
    response_id: ids.invented || failed || hit ? undefined : ids.responseId,
    at: iso(startMs ?? endMs),
    provider: withHost(provider === '' ? 'litellm' : provider, text(payload['api_base'])),
    model,
    operation: operation ?? callType,
    service_tier: block['service_tier'] ?? tierOf(payload['response']),
    usage,
    status: aborted ? 'aborted' : failed ? 'error' : 'ok',
    error_type: failed ? errorTypeOf(payload['error_information']) : undefined,
    result_cache: hit ? 'exact_hit' : 'none',
    reported_cost: costOf(payload['response_cost'], hit),
    latency_ms: span(startMs, endMs),
    ttft_ms: payload['stream'] === true ? span(startMs, milliseconds(payload['completionStartTime'])) : undefined,
    attribution: attributionOf(payload, metadata),
    warnings,
  }
}

/** The most detailed of the three places of a usage. */
function usageOf(payload: Raw, metadata: Raw): { readonly block: Raw; readonly usage: LitellmUsage | undefined } {
  const response = isObject(payload['response']) ? payload['response'] : {}
  for (const place of [metadata['usage_object'], response['usage'], payload]) {
    const block = typeof place === 'string' ? parseLooseLiteral(place) : place
    if (!isObject(block)) continue
    const usage = litellmUsage(block)
    if (!isNoUsage(usage)) return { block, usage: includingCaches(usage) }
  }
  return { block: {}, usage: undefined }
}

/** More cached tokens than input proves that the input excludes them, as releases of LiteLLM had it for some providers. */
function includingCaches(usage: LitellmUsage): LitellmUsage {
  const { input_tokens: input, cache_read_tokens: read = 0, cache_write_tokens: written = 0 } = usage
  const cached = Number(read) + Number(written)
  return Number(input) < cached ? { ...usage, input_tokens: Number(input) + cached } : usage
}

/** By the places that LiteLLM's spans have, so that a call is attributed alike however it was reported. */
function attributionOf(payload: Raw, metadata: Raw): Raw {
  const attributes = new Map<string, AttributeValue>()
  for (const [name, value] of Object.entries(metadata)) {
    if (!name.startsWith('user_api_key_') && !ownMetadata.has(name)) continue
    if (typeof value === 'string') attributes.set(`metadata.${name}`, value)
    else if (isObject(value)) attributes.set(`metadata.${name}`, new Map(Object.entries(value).filter(isScalar)))
  }
  const endUser = text(payload['end_user'])
  if (endUser !== undefined) attributes.set('llm.user', endUser)
  const labels = payload['request_tags']
  if (Array.isArray(labels)) {
    const chosen = labels.filter((label) => typeof label === 'string' && !label.startsWith('User-Agent:'))
    if (chosen.length > 0) attributes.set('tag.tags', chosen as string[])
  }
  const session = text(payload['session_id']) ?? text(payload['trace_id'])
  // Without a session of the caller's, LiteLLM gives each call a random one.
  if (session !== undefined && !randomId.test(session)) attributes.set('gen_ai.conversation.id', session)
  const { attribution, tags } = attribute({ attributes, resource: nobody })
  return { ...attribution, tags }
}

const nobody = { attributes: new Map<string, AttributeValue>() }
const ownMetadata: ReadonlySet<string> = new Set(['requester_metadata', 'team_id', 'team_alias'])
const randomId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function isScalar(entry: [string, unknown]): entry is [string, string | number | boolean] {
  return typeof entry[1] !== 'object' && entry[1] !== undefined
}

/** The OpenAI client talks to many servers: another base address than OpenAI's says which. */
function withHost(provider: string, apiBase: string | undefined): string {
  if (provider !== 'openai' || apiBase === undefined || !URL.canParse(apiBase)) return provider
  const { hostname } = new URL(apiBase)
  return hostname === '' || hostname.endsWith('api.openai.com') ? provider : `openai-compatible:${hostname}`
}

function tierOf(response: unknown): unknown {
  return isObject(response) ? text(response['service_tier']) : undefined
}

function errorTypeOf(error: unknown): string | undefined {
  return isObject(error) ? (text(error['error_class']) ?? text(error['error_code'])) : undefined
}

/** The provider was already at work, and may bill what it did. */
function leftByCaller(error: unknown): boolean {
  if (!isObject(error)) return false
  return String(error['error_code']) === '499' || /cancel|disconnect/i.test(text(error['error_class']) ?? '')
}

/** A model that LiteLLM knows no price of costs it 0: that says nothing. */
function costOf(cost: unknown, free: boolean): unknown {
  return typeof cost === 'number' && (cost > 0 || (cost === 0 && free)) ? cost : undefined
}

/** Seconds since the epoch, or ISO 8601 as some releases write it. */
function milliseconds(time: unknown): number | undefined {
  if (typeof time === 'string') return readIsoTime(time)
  const ms = typeof time === 'number' ? time * 1000 : Number.NaN
  return Math.abs(ms) < 8.64e15 ? ms : undefined
}

function iso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

function span(startMs: number | undefined, endMs: number | undefined): number | undefined {
  const ms = startMs === undefined || endMs === undefined ? Number.NaN : endMs - startMs
  return ms >= 0 && ms < 1e9 ? Math.round(ms * 1000) / 1000 : undefined
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  return trimmed === '' ? undefined : trimmed
}
