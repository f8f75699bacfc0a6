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
  'accruedCost',
  'reportedCost',
  'unpricedRequests',
] as const

/** Every measure by every dimension that a report may group by: equal ledgers give equal text. */
export function sums(store: MemoryLedgerStore): Record<string, string> {
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
