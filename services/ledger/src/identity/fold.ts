import { type Dimension, dimensions } from '@spanledger/schemas/events/dimensions'
import { type Usage, type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import { isResultHit } from '@spanledger/schemas/events/usage-event'
import { checkUsage } from '@spanledger/schemas/events/usage-formats'
import type { ObservationWarning } from '@spanledger/schemas/codes'
import type { Observation, ResultCache } from '../observation.ts'
import { overlap } from './when.ts'

/** What the writes' times to live are split into; one source's split is taken whole. */
const writeSplit: readonly UsageField[] = [
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'cache_write_30m_tokens',
  'cache_write_12h_tokens',
]

/** A framework often does not say whose model it asked; the client below it does. */
const unknown = 'unknown'

/**
 * One observation out of a charge's sorted set: per field the first source that reports it.
 *
 * `sorted` must be in the order of `sortObservations`, which does not depend on arrival; so neither does the result.
 * Requires at least one observation.
 */
export function fold(sorted: readonly Observation[]): Observation {
  const best = sorted[0] as Observation
  if (sorted.length === 1) return best
  const first = <T>(read: (observation: Observation) => T | undefined): T | undefined => {
    for (const observation of sorted) {
      const value = read(observation)
      if (value !== undefined) return value
    }
    return undefined
  }

  const attribution: Record<string, string> = {}
  for (const dimension of dimensions) {
    const value =
      decided(sorted, dimension) ??
      first((each) => said(each, dimension)) ??
      first((each) => each.attribution[dimension])
    if (value !== undefined) attribution[dimension] = value
  }
  const tags: Record<string, string> = {}
  for (const observation of sorted.toReversed()) Object.assign(tags, observation.tags)

  const { usage, warnings: usageWarnings } = foldUsage(sorted)
  const warnings = new Set<ObservationWarning>(usageWarnings)
  for (const observation of sorted)
    for (const warning of observation.warnings) if (!aboutUsage.has(warning)) warnings.add(warning)

  const withSpan = sorted.find((each) => each.traceId && each.spanId)
  return defined({
    ...best,
    responseId: (
      sorted.find((each) => each.responseId && each.responseIdTrusted) ?? sorted.find((each) => each.responseId)
    )?.responseId,
    responseIdTrusted: sorted.some((each) => each.responseId && each.responseIdTrusted),
    traceId: withSpan?.traceId ?? first((each) => each.traceId),
    spanId: withSpan?.spanId ?? first((each) => each.spanId),
    parentSpanId: withSpan?.parentSpanId,
    eventId: first((each) => each.eventId),
    provider: first((each) => (each.provider === unknown ? undefined : each.provider)) ?? unknown,
    receivedAt: Math.min(...sorted.map((each) => each.receivedAt)),
    requestModel: first((each) => each.requestModel),
    responseModel: first((each) => each.responseModel),
    operation: first((each) => each.operation),
    serviceTier: first((each) => each.serviceTier),
    region: first((each) => each.region),
    errorType: first((each) => each.errorType),
    billingAccount: first((each) => each.billingAccount),
    attribution,
    tags,
    usage,
    inputCharacters: first((each) => each.inputCharacters),
    outputCharacters: first((each) => each.outputCharacters),
    latencyMs: first((each) => each.latencyMs),
    ttftMs: first((each) => each.ttftMs),
    qualityScore: first((each) => each.qualityScore),
    resultCache: foldResultCache(sorted),
    reportedCostAtto: first((each) => each.reportedCostAtto),
    warnings: [...warnings].toSorted(),
  })
}

/** What the configuration decided of it, over whatever any report says. */
function decided(sorted: readonly Observation[], dimension: Dimension): string | undefined {
  return sorted.find(({ ruled }) => ruled?.forced.includes(dimension))?.attribution[dimension]
}

/** What a report says itself; not what a rule put where it says nothing, for another report may say it. */
function said({ attribution, ruled }: Observation, dimension: Dimension): string | undefined {
  return ruled?.filled.includes(dimension) ? undefined : attribution[dimension]
}

const aboutUsage: ReadonlySet<ObservationWarning> = new Set([
  'PRODUCER_LOSSY',
  'TTL_ASSUMED',
  'USAGE_ESTIMATED',
  'USAGE_PARTIAL',
  'SEMANTICS_ASSUMED',
  'SEMANTICS_CONFLICT',
])

/**
 * A hit makes a request free, so it does only where nobody says that a provider was asked: no source that reports a miss,
 * and none that ran at another time than the hit, which tells of the answer that was cached.
 */
function foldResultCache(sorted: readonly Observation[]): ResultCache {
  const hits = sorted.filter((each) => isResultHit(each.resultCache))
  const others = sorted.filter((each) => !isResultHit(each.resultCache))
  const missed = others.some((each) => each.resultCache === 'miss')
  const paid = missed || others.some((each) => hits.every((hit) => !overlap(each, hit)))
  if (hits[0] && !paid) return hits[0].resultCache
  return missed ? 'miss' : 'none'
}

/** The best source's meters; what it lacks is merged in from the others, as long as the whole does not contradict itself. */
function foldUsage(sorted: readonly Observation[]): { usage: Usage | undefined; warnings: ObservationWarning[] } {
  const estimated = (observation: Observation) => Number(observation.warnings.includes('USAGE_ESTIMATED'))
  const reporting = sorted.filter((each) => each.usage !== undefined).toSorted((a, b) => estimated(a) - estimated(b))
  const best = reporting[0]
  if (!best?.usage) return { usage: undefined, warnings: [] }
  const settled: ReadonlySet<ObservationWarning> = new Set(['TTL_ASSUMED', 'USAGE_PARTIAL'])
  const warnings = best.warnings.filter((warning) => aboutUsage.has(warning) && !settled.has(warning))

  const usage: { [field in UsageField]?: number } = {}
  for (const field of usageFields) {
    if (writeSplit.includes(field)) continue
    for (const { usage: reported } of reporting) {
      if (reported?.[field] === undefined) continue
      usage[field] = reported[field]
      break
    }
  }
  const splitting = reporting.filter((each) => writeSplit.some((field) => each.usage?.[field] !== undefined))
  const split = splitting.find((each) => !each.warnings.includes('TTL_ASSUMED')) ?? splitting[0]
  for (const field of writeSplit) {
    const tokens = split?.usage?.[field]
    if (tokens !== undefined) usage[field] = tokens
  }
  if (split?.warnings.includes('TTL_ASSUMED')) warnings.push('TTL_ASSUMED')
  const isPartial = usage.input_tokens === undefined || usage.output_tokens === undefined
  if (isPartial && best.warnings.includes('USAGE_PARTIAL')) warnings.push('USAGE_PARTIAL')

  if (checkUsage(usage).kind === 'ok') return { usage, warnings }
  return { usage: best.usage, warnings: best.warnings.filter((warning) => aboutUsage.has(warning)) }
}

/** `exactOptionalPropertyTypes`: an absent field is absent, not undefined. */
function defined(fields: { [field in keyof Observation]: Observation[field] | undefined }): Observation {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as Observation
}
