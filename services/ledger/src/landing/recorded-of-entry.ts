import type { ObservationWarning } from '@spanledger/schemas/codes'
import { observationWarnings } from '@spanledger/schemas/codes'
import { type Attribution, dimensions, untagged } from '@spanledger/schemas/events/dimensions'
import { type Usage, type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { identified, type Key, responseKey } from '../identity/keys.ts'
import { parseRecorded, record, type Recorded, spanKeyOf } from '../identity/recorded.ts'
import type { Observation, RequestStatus, ResultCache } from '../observation.ts'

/** What identity found out about a charge; no source said it. */
const found: ReadonlySet<string> = new Set(['ID_REUSED', 'DEDUP_HEURISTIC'])
const said: ReadonlySet<string> = new Set(observationWarnings.filter((warning) => !found.has(warning)))

/**
 * The observations a charge stands on, from its current entry. A charge with one observation keeps it in its columns
 * (the common case costs nothing); a merged one keeps them all beside.
 */
export function recordedOf(entry: LedgerEntry): Recorded[] {
  if (entry.observations.length > 0) return entry.observations.map((stored) => parseRecorded(stored, entry.tenant))
  const observation = observationOf(entry)
  const response = entry.responseId ? responseKey(entry.tenant, entry.provider, entry.responseId) : undefined
  const trusted = response !== undefined && entry.identityKeys.includes(response)
  return [
    record(
      identified(
        { ...observation, responseIdTrusted: trusted },
        entry.identityKeys,
        trusted ? response : undefined,
        spanKeyOf(observation),
        entry.identity,
      ),
    ),
  ]
}

/** The keys of a charge that none of the reports it keeps has: it had more of these than it keeps. */
export function unkeptKeys({ identityKeys }: LedgerEntry, recorded: readonly Recorded[]): Key[] {
  const kept = new Set(recorded.flatMap(({ keys }) => keys))
  return identityKeys.filter((key) => !kept.has(key))
}

function observationOf(entry: LedgerEntry): Omit<Observation, 'responseIdTrusted'> {
  const usage = usageOf(entry)
  return {
    tenant: entry.tenant,
    source: entry.source as Observation['source'],
    dialect: entry.dialect,
    rank: entry.sourceRank,
    ...text('scope', entry.scope),
    ...text('responseId', entry.responseId),
    ...text('traceId', entry.traceId),
    ...text('spanId', entry.spanId),
    ...text('parentSpanId', entry.parentSpanId),
    at: entry.at,
    receivedAt: entry.receivedAt,
    provider: entry.provider,
    ...text('requestModel', entry.requestModel),
    ...text('responseModel', entry.responseModel),
    ...text('operation', entry.operation),
    ...text('serviceTier', entry.serviceTier),
    ...text('region', entry.region),
    status: entry.status as RequestStatus,
    ...text('errorType', entry.errorType),
    ...text('billingAccount', entry.billingAccount),
    attribution: attributionOf(entry),
    tags: entry.tags,
    ...(usage && { usage }),
    ...(entry.latencyMs !== null && { latencyMs: entry.latencyMs }),
    ...(entry.ttftMs !== null && { ttftMs: entry.ttftMs }),
    ...(entry.qualityScore !== null && { qualityScore: entry.qualityScore }),
    resultCache: entry.resultCache as ResultCache,
    ...(entry.reportedCost !== null && { reportedCostAtto: entry.reportedCost }),
    warnings: saidWarnings(entry),
  }
}

/** What a source said of its report, without what the price engine and identity found out. */
export function saidWarnings(entry: LedgerEntry): ObservationWarning[] {
  return entry.warnings.filter((warning): warning is ObservationWarning => said.has(warning))
}

function text<Name extends string>(name: Name, value: string): { [name in Name]?: string } {
  return value === '' ? {} : ({ [name]: value } as { [name in Name]: string })
}

function attributionOf({ attribution }: LedgerEntry): Attribution {
  const found: { [name in (typeof dimensions)[number]]?: string } = {}
  for (const name of dimensions) {
    const value = attribution[name]
    if (value && !((name === 'team' || name === 'feature') && value === untagged)) found[name] = value
  }
  return found
}

/** Undefined when nothing was reported; a reported 0 is 0. */
export function usageOf(entry: LedgerEntry): Usage | undefined {
  if (entry.reportedUnits === 0) return undefined
  const usage: { [field in UsageField]?: number } = {}
  for (const [bit, field] of usageFields.entries())
    if ((entry.reportedUnits & (1 << bit)) !== 0) usage[field] = unitsOf(entry, field)
  return usage
}

function unitsOf(entry: LedgerEntry, field: UsageField): number {
  switch (field) {
    case 'input_tokens':
      return entry.inputTokens
    case 'cache_read_tokens':
      return entry.cacheReadTokens
    case 'cache_write_tokens':
      return entry.cacheWriteTokens
    case 'cache_write_5m_tokens':
      return entry.cacheWrite5mTokens
    case 'cache_write_1h_tokens':
      return entry.cacheWrite1hTokens
    case 'output_tokens':
      return entry.outputTokens
    case 'output_reasoning_tokens':
      return entry.reasoningTokens
    case 'audio_microseconds':
      return Number(entry.otherUnits.audio_seconds ?? 0n)
    default:
      return Number((entry.otherUnits[field] ?? 0n) / 1_000_000n)
  }
}
