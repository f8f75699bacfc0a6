import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'

/** Money in atto-USD. */
export interface RepriceSums {
  charges: number
  corrected: number
  before: bigint
  after: bigint
  /** Of the charges that become dearer, by how much. */
  raised: bigint
  lowered: bigint
  unpricedBefore: number
  unpricedAfter: number
}

export const repriceGroups = ['provider', 'model', 'team', 'day'] as const
export type RepriceGroup = (typeof repriceGroups)[number]

export interface RepriceReport {
  readonly total: RepriceSums
  /** By name; a model's has its provider before it. */
  readonly by: Readonly<Record<RepriceGroup, ReadonlyMap<string, RepriceSums>>>
}

/** Adds up what pricing anew changes: charge by charge, in memory for the groups alone. */
export function createRepriceReport(dayOf: (at: number) => string) {
  const total = noSums()
  const by = { provider: new Map(), model: new Map(), team: new Map(), day: new Map() } as Record<
    RepriceGroup,
    Map<string, RepriceSums>
  >

  function sumsOf(group: RepriceGroup, name: string): RepriceSums {
    let sums = by[group].get(name)
    if (!sums) by[group].set(name, (sums = noSums()))
    return sums
  }

  return {
    report: { total, by } satisfies RepriceReport,
    /** `after` is undefined where nothing changes. */
    add(before: LedgerEntry, after: LedgerEntry | undefined): void {
      const { provider, model, attribution, at } = after ?? before
      add(total, before, after)
      add(sumsOf('provider', provider), before, after)
      add(sumsOf('model', `${provider}/${model}`), before, after)
      add(sumsOf('team', attribution.team ?? ''), before, after)
      add(sumsOf('day', dayOf(at)), before, after)
    },
  }
}

function add(sums: RepriceSums, before: LedgerEntry, after: LedgerEntry | undefined): void {
  sums.charges++
  sums.before += before.cost
  sums.after += (after ?? before).cost
  sums.unpricedBefore += before.unpricedRequests
  sums.unpricedAfter += (after ?? before).unpricedRequests
  if (!after) return
  sums.corrected++
  const delta = after.cost - before.cost
  if (delta > 0n) sums.raised += delta
  else sums.lowered -= delta
}

function noSums(): RepriceSums {
  return {
    charges: 0,
    corrected: 0,
    before: 0n,
    after: 0n,
    raised: 0n,
    lowered: 0n,
    unpricedBefore: 0,
    unpricedAfter: 0,
  }
}
