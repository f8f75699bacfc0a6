import type { ObservationWarning } from '@spanledger/schemas/codes'
import type { UsageEvent } from '@spanledger/schemas/events/usage-event'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { ranks } from '../dialects/ranks.ts'
import type { Observation } from '../observation.ts'
import { resolveProvider } from '../pricing/provider.ts'
import { assumeLifetimes, writesByLifetime } from './cache-lifetimes.ts'
import { observe } from './observe.ts'
import { trustsResponseId } from './response-id.ts'
import { duration, isAhead } from './times.ts'

/** A usage event has one model: it stands for the requested one, so that a twin's more exact response model is priced. */
export function observeUsageEvent(event: UsageEvent, tenant: string, receivedAt: number): Observation {
  const provider = resolveProvider(event.provider)
  // That no usage is known is said by the price.
  const warnings: ObservationWarning[] = event.warnings.filter((warning) => warning !== 'USAGE_MISSING')
  if (isAhead(event.at, receivedAt)) warnings.push('TIME_AHEAD')
  let usage = event.usage
  if (usage?.cache_write_tokens && writesByLifetime(provider, event.model)) {
    const split = assumeLifetimes(usage)
    if (split.assumed) warnings.push('TTL_ASSUMED')
    usage = split.usage
  }
  const bothIds = event.trace_id !== undefined && event.span_id !== undefined
  return observe({
    tenant,
    source: 'usage_event',
    dialect: 'usage_event',
    rank: ranks.usageEvent,
    scope: undefined,
    parentSpanId: undefined,
    inputCharacters: undefined,
    outputCharacters: undefined,
    responseId: event.response_id,
    responseIdTrusted: trustsResponseId(provider, event.response_id),
    traceId: event.trace_id,
    spanId: bothIds ? event.span_id : undefined,
    eventId: event.event_id,
    at: event.at,
    receivedAt,
    provider,
    requestModel: event.model,
    responseModel: undefined,
    operation: event.operation,
    serviceTier: event.service_tier,
    region: event.region,
    status: event.status,
    errorType: event.error_type,
    billingAccount: event.billing_account,
    attribution: event.attribution,
    ruled: undefined,
    tags: event.tags,
    usage,
    latencyMs: duration(event.latency_ms),
    ttftMs: duration(event.ttft_ms),
    qualityScore: event.quality_score,
    resultCache: event.result_cache,
    reportedCostAtto: event.reported_cost === undefined ? undefined : attoFromDecimal(event.reported_cost),
    warnings,
  })
}
