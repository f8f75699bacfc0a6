import { untagged } from '@spanledger/schemas/events/dimensions'
import { type Usage, type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { isResultHit } from '@spanledger/schemas/events/usage-event'
import type { Observation } from '../observation.ts'
import type { PriceRequest, PriceResult } from '../pricing/types.ts'
import { entryId, type Key } from '../identity/keys.ts'
import { formatBasis } from './accrual-basis.ts'
import { estimateByCharacters } from './accrual-characters.ts'

export type Price = (request: PriceRequest) => PriceResult

/** How the contract (section 6) treats a request, before its price is known. */
type Treatment = 'priced' | 'free' | 'accrual'

function treatmentOf({ usage, status, resultCache }: Observation): Treatment {
  if (isResultHit(resultCache)) return 'free'
  if (usage) return 'priced'
  return status === 'error' ? 'free' : 'accrual'
}

export interface ChargeOptions {
  readonly identity: Key
  readonly identityKeys: readonly Key[]
  readonly parentKeys?: readonly Key[]
  readonly recordedAt: number
  readonly sources: readonly string[]
}

const noOtherUnits: Readonly<Record<string, bigint>> = Object.freeze({})
/** What has a column of its own; every other meter goes to `other_units`. */
const withColumn: ReadonlySet<UsageField> = new Set([
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'output_reasoning_tokens',
])
const others = usageFields.filter((field) => !withColumn.has(field))

/** The first entry of a charge or accrual: revision 0. */
export function chargeOf(observation: Observation, price: Price, options: ChargeOptions): LedgerEntry {
  const { usage = {}, attribution } = observation
  const treatment = treatmentOf(observation)
  const request = priceRequestOf(observation)
  const result = price(request)
  const estimate =
    treatment === 'accrual'
      ? estimateByCharacters(observation, (estimated) => price({ ...request, usage: estimated }))
      : undefined
  const billed: Usage = treatment === 'priced' ? usage : {}
  const paid = treatment === 'priced'
  const free = treatment === 'free'

  const input = billed.input_tokens ?? 0
  const cacheRead = billed.cache_read_tokens ?? 0
  const cacheWrite = billed.cache_write_tokens ?? 0
  return {
    entryId: entryId(observation.tenant, options.identity, 0, '+'),
    kind: treatment === 'accrual' ? 'accrual' : 'charge',
    identity: options.identity,
    identityKeys: options.identityKeys,
    parentKeys: options.parentKeys ?? [],
    revision: 0,
    reason: '',
    at: observation.at,
    receivedAt: observation.receivedAt,
    recordedAt: options.recordedAt,
    pricedAt: observation.at,
    source: observation.source,
    sources: options.sources,
    dialect: observation.dialect,
    sourceRank: observation.rank,
    scope: observation.scope ?? '',

    provider: observation.provider,
    model: result.model,
    requestModel: observation.requestModel ?? '',
    responseModel: observation.responseModel ?? '',
    modelTier: '',
    operation: observation.operation ?? '',
    serviceTier: observation.serviceTier ?? '',
    region: observation.region ?? '',
    status: observation.status,
    errorType: observation.errorType ?? '',
    billingAccount: observation.billingAccount ?? '',

    tenant: observation.tenant,
    attribution: {
      ...attribution,
      team: attribution.team || untagged,
      feature: attribution.feature || untagged,
    },
    tags: observation.tags,

    requests: 1,
    inputTokens: input,
    uncachedTokens: input - cacheRead - cacheWrite,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite5mTokens: billed.cache_write_5m_tokens ?? 0,
    cacheWrite1hTokens: billed.cache_write_1h_tokens ?? 0,
    outputTokens: billed.output_tokens ?? 0,
    reasoningTokens: billed.output_reasoning_tokens ?? 0,
    otherUnits: otherUnitsOf(billed),
    reportedUnits: reportedUnitsOf(observation.usage),

    cost: paid ? result.costAtto : 0n,
    costInput: paid ? result.costInputAtto : 0n,
    costCacheRead: paid ? result.costCacheReadAtto : 0n,
    costCacheWrite: paid ? result.costCacheWriteAtto : 0n,
    costOutput: paid ? result.costOutputAtto : 0n,
    costOther: paid ? result.costOtherAtto : 0n,
    listCost: paid ? result.listAtto : 0n,
    // A hit of a result cache would have cost what its tokens cost.
    costWithoutCache: treatment === 'accrual' ? 0n : result.withoutCacheAtto,
    accruedCost: estimate?.accruedCost ?? 0n,
    accrualBasis: formatBasis(estimate?.basis ?? (paid ? result.poolBasis : undefined)),
    reportedCost: observation.reportedCostAtto ?? null,

    priceState: free ? 'free' : result.state,
    unpricedRequests: !free && result.state === 'unpriced' ? 1 : 0,
    unpricedTokens: paid && result.state === 'unpriced' ? result.unpricedTokens : 0,
    priceVersion: result.priceVersion,
    priceRows: free ? [] : result.priceRows,
    contractId: free ? '' : result.contractId,
    contextBand: free ? '' : result.contextBand,
    matchedBy: free ? 'none' : result.matchedBy,
    warnings: [...observation.warnings, ...(free ? [] : result.warnings)],

    latencyMs: observation.latencyMs ?? null,
    ttftMs: observation.ttftMs ?? null,
    qualityScore: observation.qualityScore ?? null,
    resultCache: observation.resultCache,

    traceId: observation.traceId ?? '',
    spanId: observation.spanId ?? '',
    parentSpanId: observation.parentSpanId ?? '',
    responseId: observation.responseId ?? '',
    observations: [],
  }
}

function priceRequestOf(observation: Observation): PriceRequest {
  const {
    provider,
    requestModel,
    responseModel,
    at,
    serviceTier,
    region,
    billingAccount,
    usage,
    reportedCostAtto,
    latencyMs,
  } = observation
  return {
    provider,
    at,
    team: observation.attribution.team || untagged,
    ...(requestModel !== undefined && { requestModel }),
    ...(responseModel !== undefined && { responseModel }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(region !== undefined && { region }),
    ...(billingAccount !== undefined && { billingAccount }),
    ...(usage !== undefined && { usage }),
    ...(reportedCostAtto !== undefined && { reportedCostAtto }),
    ...(latencyMs !== undefined && { latencyMs }),
  }
}

function otherUnitsOf(usage: Usage): Readonly<Record<string, bigint>> {
  let units: Record<string, bigint> | undefined
  for (const field of others) {
    const quantity = usage[field]
    if (quantity === undefined) continue
    units ??= {}
    if (field === 'audio_microseconds') units.audio_seconds = BigInt(quantity)
    else units[field] = BigInt(quantity) * 1_000_000n
  }
  return units ?? noOtherUnits
}

function reportedUnitsOf(usage: Usage | undefined): number {
  let mask = 0
  if (usage)
    for (let bit = 0; bit < usageFields.length; bit++)
      if (usage[usageFields[bit] as UsageField] !== undefined) mask |= 1 << bit
  return mask >>> 0
}
