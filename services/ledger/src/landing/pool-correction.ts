import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { untagged } from '@spanledger/schemas/events/dimensions'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { capacityOf, entryId } from '../identity/keys.ts'
import { poolPrefix, type PoolWindowBasis } from '../pools/pool-basis.ts'
import type { Pool } from '../pools/pool-book.ts'
import type { SettledShare } from '../pools/settle-window.ts'
import { formatBasis } from './accrual-basis.ts'
import { type PlanContext, replacementOf } from './plan.ts'
import { recordedOf } from './recorded-of-entry.ts'
import { reversalOf } from './reversal.ts'

const reason = 'pool_settled'
/** What no dialect read: entries of capacity that nobody used. */
export const capacityDialect = 'cost_pool'
/** A line of its own by whatever it is looked at. */
const idleCapacity = 'idle_capacity'

/**
 * Gives a live charge its share of a settled hour: the reversal of its current entry, and what replaces it; empty when it has
 * that already. Everything that was reported stays with it. Without a known weight it has no share, and stays unpriced.
 */
export function settleCharge(entry: LedgerEntry, share: SettledShare, context: PlanContext): LedgerEntry[] {
  const basis = formatBasis(share.basis)
  if (entry.cost === share.cost && entry.accrualBasis === basis) return []
  const made = replacementOf(entry, [entry], recordedOf(entry), reason, false, context)
  const { idle_share_usd: _, ...tags } = made.tags
  const isKnown = share.basis.weight !== undefined
  return [
    reversalOf(entry, reason, context.recordedAt),
    {
      ...made,
      tags: share.basis.idle === undefined ? tags : { ...tags, idle_share_usd: decimalFromAtto(share.idle) },
      // The pool may be configured otherwise by now: the hour is settled as it was.
      model: entry.model,
      matchedBy: entry.matchedBy,
      priceRows: [],
      contractId: '',
      contextBand: '',
      cost: share.cost,
      costInput: 0n,
      costCacheRead: 0n,
      costCacheWrite: 0n,
      costOutput: 0n,
      costOther: share.cost,
      listCost: share.cost,
      costWithoutCache: share.cost,
      accrualBasis: basis,
      priceState: isKnown ? 'priced' : 'unpriced',
      unpricedRequests: isKnown ? 0 : 1,
      unpricedTokens: isKnown ? 0 : made.inputTokens + made.outputTokens,
      warnings: [
        ...made.warnings.filter((warning) => warning !== 'POOL_PROVISIONAL' && warning !== 'POOL_WEIGHT_UNKNOWN'),
        ...(isKnown ? [] : ['POOL_WEIGHT_UNKNOWN']),
      ],
    },
  ]
}

/** What the ledger holds of an hour of a pool that was settled. */
export interface SettledWindow {
  readonly pool: string
  readonly hour: number
  readonly tenant: string
  /** The newest. */
  readonly revision: number
  /** The sum of its entries, atto-USD: of what nobody used. */
  readonly line: bigint
  readonly basis: PoolWindowBasis
  /** For the first time. */
  readonly settledAtMs: number
  /** The newest of its entries. */
  readonly recordedAtMs: number
}

export interface CapacityLine {
  readonly tenant: string
  readonly hour: number
  readonly line: bigint
  readonly basis: PoolWindowBasis
}

interface Written extends CapacityLine {
  /** Corrections are as late as what they correct. */
  readonly settledAtMs: number
}

export interface CapacityContext {
  readonly pool: Pool
  readonly priceVersion: string
  readonly recordedAt: number
}

const hourMs = 3_600_000

/**
 * The entry for what nobody used in an hour of a pool, which also says that it is settled; with the reversal of what stands
 * there (all of it, should it stand there twice), or empty when that is the same. Its name follows from tenant, pool and hour.
 */
export function capacityEntries(
  wanted: CapacityLine,
  present: SettledWindow | undefined,
  context: CapacityContext,
): LedgerEntry[] {
  if (!present) return [entryOf({ ...wanted, settledAtMs: context.recordedAt }, 0, '+', context)]
  const { settledAtMs } = present
  if (present.line === wanted.line && formatBasis(present.basis) === formatBasis(wanted.basis)) return []
  return [
    entryOf({ ...wanted, line: -present.line, basis: present.basis, settledAtMs }, present.revision, '-', context),
    entryOf({ ...wanted, settledAtMs }, present.revision + 1, '+', context),
  ]
}

function entryOf(
  { tenant, hour, line, basis, settledAtMs }: Written,
  revision: number,
  sign: '+' | '-',
  { pool: { config, provider }, priceVersion, recordedAt }: CapacityContext,
): LedgerEntry {
  const at = hour * hourMs
  const identity = capacityOf(tenant, config.id, at)
  const [only, ...others] = config.models
  const isFirst = revision === 0 && sign === '+'
  return {
    entryId: entryId(tenant, identity, revision, sign),
    kind: isFirst ? 'capacity' : 'adjustment',
    identity,
    identityKeys: [identity],
    parentKeys: [],
    revision,
    reason: isFirst ? '' : reason,
    at,
    receivedAt: settledAtMs,
    recordedAt,
    pricedAt: at,
    source: 'capacity',
    sources: [capacityDialect],
    dialect: capacityDialect,
    sourceRank: 0,
    scope: '',
    provider,
    model: only === undefined || only === '*' || others.length > 0 ? config.id : only,
    requestModel: '',
    responseModel: '',
    modelTier: '',
    operation: idleCapacity,
    serviceTier: '',
    region: config.region ?? '',
    status: 'ok',
    errorType: '',
    billingAccount: '',
    tenant,
    attribution: { team: config.team ?? untagged, feature: idleCapacity },
    tags: { meter: idleCapacity, pool: config.id },
    ...noQuantities,
    cost: line,
    costOther: line,
    listCost: line,
    costWithoutCache: line,
    accrualBasis: formatBasis(basis),
    priceState: 'priced',
    priceVersion,
    matchedBy: poolPrefix + config.id,
  }
}

const noQuantities = {
  requests: 0,
  inputTokens: 0,
  uncachedTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  otherUnits: {},
  reportedUnits: 0,
  costInput: 0n,
  costCacheRead: 0n,
  costCacheWrite: 0n,
  costOutput: 0n,
  accruedCost: 0n,
  reportedCost: null,
  unpricedRequests: 0,
  unpricedTokens: 0,
  priceRows: [],
  contractId: '',
  contextBand: '',
  warnings: [],
  latencyMs: null,
  ttftMs: null,
  qualityScore: null,
  resultCache: 'none',
  traceId: '',
  spanId: '',
  parentSpanId: '',
  responseId: '',
  observations: [],
} as const
