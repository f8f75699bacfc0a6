import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { entryId } from '../identity/keys.ts'

/** Why a correction was made; the ledger's `reason` column. */
export type CorrectionReason =
  | 'twin_merged'
  | 'twin_split'
  | 'duplicate'
  | 'id_reused'
  | 'collision'
  | 'accrual_estimated'
  | 'pool_settled'
  | 'repriced'

/** Takes an entry back: every measure negated, its dimensions and price columns as they were. */
export function reversalOf(entry: LedgerEntry, reason: CorrectionReason, recordedAt: number): LedgerEntry {
  const id = entryId(entry.tenant, entry.identity, entry.revision, '-')
  return { ...negated(entry, reason, recordedAt), entryId: id }
}

/** The opposite of an entry, under the same id. */
export function negated(entry: LedgerEntry, reason: CorrectionReason, recordedAt: number): LedgerEntry {
  return {
    ...entry,
    kind: 'adjustment',
    reason,
    recordedAt,
    requests: 0 - entry.requests,
    inputTokens: 0 - entry.inputTokens,
    uncachedTokens: 0 - entry.uncachedTokens,
    cacheReadTokens: 0 - entry.cacheReadTokens,
    cacheWriteTokens: 0 - entry.cacheWriteTokens,
    cacheWrite5mTokens: 0 - entry.cacheWrite5mTokens,
    cacheWrite1hTokens: 0 - entry.cacheWrite1hTokens,
    outputTokens: 0 - entry.outputTokens,
    reasoningTokens: 0 - entry.reasoningTokens,
    otherUnits: Object.fromEntries(Object.entries(entry.otherUnits).map(([unit, quantity]) => [unit, -quantity])),
    cost: -entry.cost,
    costInput: -entry.costInput,
    costCacheRead: -entry.costCacheRead,
    costCacheWrite: -entry.costCacheWrite,
    costOutput: -entry.costOutput,
    costOther: -entry.costOther,
    listCost: -entry.listCost,
    costWithoutCache: -entry.costWithoutCache,
    accruedCost: -entry.accruedCost,
    reportedCost: entry.reportedCost === null ? null : -entry.reportedCost,
    unpricedRequests: 0 - entry.unpricedRequests,
    unpricedTokens: 0 - entry.unpricedTokens,
    latencyMs: null,
    ttftMs: null,
    qualityScore: null,
  }
}
