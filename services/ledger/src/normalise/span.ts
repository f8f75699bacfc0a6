import type { RecordAttribution } from '@spanledger/schemas/attribution/attribution'
import { Texts } from '@spanledger/schemas/attribution/texts'
import type { ObservationWarning } from '@spanledger/schemas/codes'
import { maxIdLength } from '@spanledger/schemas/events/event-fields'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { isSafeText } from '@spanledger/schemas/events/safe-text'
import { ok, reject } from '@spanledger/schemas/result'
import type { SpanParts } from '../dialects/dialect.ts'
import { ranks } from '../dialects/ranks.ts'
import type { Observation } from '../observation.ts'
import { writesByLifetime } from './cache-lifetimes.ts'
import type { Judged } from './judged.ts'
import { observe } from './observe.ts'
import { providerOf } from './provider.ts'
import { regionOf } from './region.ts'
import { reportedAmount } from './reported-amount.ts'
import { trustsResponseId } from './response-id.ts'
import { normaliseUsage } from './span-usage.ts'
import { duration, settleStart } from './times.ts'

/** What a dialect read of a leaf span, as an observation; or why it cannot be charged. */
export function observeSpan(
  span: OtlpSpan,
  dialect: string,
  parts: SpanParts,
  who: RecordAttribution,
  tenant: string,
  receivedAt: number,
): Judged<Observation> {
  const texts = new Texts()
  const responseId = usableId(parts.responseId)
  const hasSpanId = span.traceId !== '' && span.spanId !== ''
  if (!hasSpanId && responseId === undefined) {
    return reject(
      'SPAN_ID_INVALID',
      'no valid trace id and span id, and no response id: nothing to know this request by',
    )
  }
  const start = settleStart(span.startMs, receivedAt)
  if (start.kind !== 'ok') return start
  const requestModel = texts.clean(parts.requestModel)
  const responseModel = texts.clean(parts.responseModel)
  const provider = texts.clean(providerOf(parts.provider, parts.serverAddress)) ?? 'unknown'
  const byLifetime = writesByLifetime(provider, requestModel) || writesByLifetime(provider, responseModel)
  const usage = normaliseUsage(parts.usage, parts.inputSemantics, byLifetime || isAnthropic(parts.provider))
  if (usage.kind !== 'ok') return usage

  const operation = texts.clean(parts.operation)
  const serviceTier = texts.clean(parts.serviceTier)
  const errorType = texts.clean(parts.errorType)
  const region = texts.clean(
    regionOf(provider, { attribute: parts.region, model: requestModel, serverAddress: parts.serverAddress }),
  )
  const warnings: ObservationWarning[] = [...usage.value.warnings, ...parts.warnings]
  if (parts.rank === ranks.spanLossy && usage.value.usage) warnings.push('PRODUCER_LOSSY')
  if (start.value.warning) warnings.push(start.value.warning)
  if (who.truncated || texts.truncated) warnings.push('ATTRIBUTE_TRUNCATED')
  const ended = span.startMs === undefined || span.endMs === undefined ? undefined : span.endMs - span.startMs
  return ok(
    observe({
      tenant,
      source: 'span',
      dialect,
      rank: parts.rank,
      scope: texts.clean(span.scope.name),
      parentSpanId: hasSpanId && span.parentSpanId !== '' ? span.parentSpanId : undefined,
      inputCharacters: undefined,
      outputCharacters: undefined,
      responseId,
      responseIdTrusted: trustsResponseId(provider, responseId, parts.responseIdInvented),
      traceId: hasSpanId ? span.traceId : undefined,
      spanId: hasSpanId ? span.spanId : undefined,
      eventId: undefined,
      at: start.value.at,
      receivedAt,
      provider,
      requestModel,
      responseModel,
      operation,
      serviceTier,
      region,
      status: parts.status,
      errorType,
      billingAccount: undefined,
      attribution: who.attribution,
      tags: who.tags,
      usage: usage.value.usage,
      latencyMs: duration(ended),
      ttftMs: duration(parts.ttftMs),
      qualityScore: undefined,
      resultCache: 'none',
      reportedCostAtto: reportedAmount(parts.reportedCost),
      warnings,
    }),
  )
}

/** A self-hosted endpoint that speaks Anthropic's protocol resolves to its host, and still counts Anthropic's way. */
function isAnthropic(provider: string): boolean {
  return provider.trim().toLowerCase() === 'anthropic'
}

/** An id that is too long or unclean is no id: a changed one could meet another's. */
function usableId(id: string | undefined): string | undefined {
  return id !== undefined && id.length <= maxIdLength && isSafeText(id) ? id : undefined
}
