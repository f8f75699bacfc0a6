import type { RecordAttribution } from '@spanledger/schemas/attribution/attribution'
import { Texts } from '@spanledger/schemas/attribution/texts'
import type { ObservationWarning } from '@spanledger/schemas/codes'
import { maxIdLength } from '@spanledger/schemas/events/event-fields'
import { isSafeText } from '@spanledger/schemas/events/safe-text'
import type { Usage } from '@spanledger/schemas/events/usage'
import { ok } from '@spanledger/schemas/result'
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

/** What a span or log record is known by, and when it was. */
export interface ReportedRecord {
  readonly source: 'span' | 'log'
  readonly dialect: string
  readonly scope: string
  readonly traceId: string | undefined
  readonly spanId: string | undefined
  readonly parentSpanId: string | undefined
  readonly eventId: string | undefined
  /** Found beside what the dialect reads, which says it better. */
  readonly serviceTier?: string | undefined
  /** Of the request, milliseconds since the epoch. */
  readonly startMs: number | undefined
  readonly latencyMs: number | undefined
  /** How long what was sent and answered was; undefined where nobody said it. */
  readonly inputCharacters: number | undefined
  readonly outputCharacters: number | undefined
}

/** What a dialect read of one request, as an observation; or why it cannot be charged. The one place that judges values. */
export function observeRecord(
  record: ReportedRecord,
  parts: SpanParts,
  who: RecordAttribution,
  tenant: string,
  receivedAt: number,
): Judged<Observation> {
  const texts = new Texts()
  const start = settleStart(record.startMs, receivedAt)
  if (start.kind !== 'ok') return start
  const requestModel = texts.clean(parts.requestModel)
  const responseModel = texts.clean(parts.responseModel)
  const provider = texts.clean(providerOf(parts.provider, parts.serverAddress)) ?? 'unknown'
  const byLifetime = writesByLifetime(provider, requestModel) || writesByLifetime(provider, responseModel)
  const usage = normaliseUsage(parts.usage, parts.inputSemantics, byLifetime || isAnthropic(parts.provider))
  if (usage.kind !== 'ok') return usage

  const responseId = usableId(parts.responseId)
  const operation = texts.clean(parts.operation)
  const serviceTier = texts.clean(parts.serviceTier ?? record.serviceTier)
  const errorType = texts.clean(parts.errorType)
  const region = texts.clean(
    regionOf(provider, { attribute: parts.region, model: requestModel, serverAddress: parts.serverAddress }),
  )
  const scope = texts.clean(record.scope)
  const warnings: ObservationWarning[] = [...usage.value.warnings, ...parts.warnings]
  if (parts.rank === ranks.spanLossy && usage.value.usage) warnings.push('PRODUCER_LOSSY')
  if (isPartial(usage.value.usage, operation)) warnings.push('USAGE_PARTIAL')
  if (start.value.warning) warnings.push(start.value.warning)
  if (who.truncated || texts.truncated) warnings.push('ATTRIBUTE_TRUNCATED')
  return ok(
    observe({
      tenant,
      source: record.source,
      dialect: record.dialect,
      rank: parts.rank,
      scope,
      parentSpanId: record.parentSpanId,
      inputCharacters: record.inputCharacters,
      outputCharacters: record.outputCharacters,
      responseId,
      responseIdTrusted: trustsResponseId(provider, responseId, parts.responseIdInvented),
      traceId: record.traceId,
      spanId: record.spanId,
      eventId: record.eventId ?? usableId(parts.eventId),
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
      ruled: undefined,
      tags: who.tags,
      usage: usage.value.usage,
      latencyMs: duration(record.latencyMs),
      ttftMs: duration(parts.ttftMs),
      qualityScore: undefined,
      resultCache: parts.resultCache ?? 'none',
      reportedCostAtto: reportedAmount(parts.reportedCost),
      warnings,
    }),
  )
}

const generating: ReadonlySet<string | undefined> = new Set(['chat', 'text_completion', 'generate_content'])

/** Whatever generates has read something and written something. */
function isPartial(usage: Usage | undefined, operation: string | undefined): boolean {
  if (usage === undefined || !generating.has(operation)) return false
  return usage.input_tokens === undefined || usage.output_tokens === undefined
}

/** A self-hosted endpoint that speaks Anthropic's protocol resolves to its host, and still counts Anthropic's way. */
function isAnthropic(provider: string): boolean {
  return provider.trim().toLowerCase() === 'anthropic'
}

/** An id that is too long or unclean is no id: a changed one could meet another's. */
export function usableId(id: string | undefined): string | undefined {
  return id !== undefined && id.length <= maxIdLength && isSafeText(id) ? id : undefined
}
