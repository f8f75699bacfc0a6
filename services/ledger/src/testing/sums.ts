import { isAccrual } from '../landing/accrual-basis.ts'
import type { MemoryLedgerStore } from './memory-ledger-store.ts'

const measures = [
  'requests',
  'inputTokens',
  'uncachedTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'cost',
  'costInput',
  'costOutput',
  'listCost',
  'reportedCost',
  'unpricedRequests',
] as const

/**
 * Every measure by every dimension that a report may group by: equal ledgers give equal text.
 * Not what is accrued: an estimate follows from what else the ledger held when it was made (`strayEstimates`).
 */
export function sums(store: Pick<MemoryLedgerStore, 'entries'>): Record<string, string> {
  const totals = new Map<string, Map<string, bigint>>()
  for (const entry of store.entries) {
    const group = [
      entry.tenant,
      entry.provider,
      entry.model,
      entry.attribution.team,
      entry.attribution.user,
      entry.priceState,
    ].join('/')
    for (const measure of measures) {
      const value = entry[measure]
      const byGroup = totals.get(measure) ?? new Map<string, bigint>()
      totals.set(measure, byGroup)
      byGroup.set(group, (byGroup.get(group) ?? 0n) + BigInt(value ?? 0))
    }
  }
  const flat: Record<string, string> = {}
  for (const [measure, groups] of totals)
    for (const [group, value] of groups) if (value !== 0n) flat[`${measure} ${group}`] = value.toString()
  return Object.fromEntries(Object.entries(flat).toSorted())
}

/** What is accrued beside the live requests without usage: nothing, in a sound ledger. */
export function strayEstimates(store: MemoryLedgerStore): string[] {
  const stray = new Map<string, bigint>()
  const add = (identity: string, amount: bigint) => stray.set(identity, (stray.get(identity) ?? 0n) + amount)
  for (const { identity, accruedCost } of store.entries) add(identity, accruedCost)
  for (const entry of store.live()) if (isAccrual(entry)) add(entry.identity, -entry.accruedCost)
  return [...stray].filter(([, amount]) => amount !== 0n).map(([, amount]) => amount.toString())
}
