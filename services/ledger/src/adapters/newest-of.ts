import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { Key } from '../identity/keys.ts'

export interface Charge {
  /** 0 for one that was taken back. */
  requests: number
  /** The charge itself or its newest replacement. */
  newest: LedgerEntry
}

/** The charges that these entries are all the entries of. */
export function newestOf(entries: Iterable<LedgerEntry>): Map<Key, Charge> {
  const charges = new Map<Key, Charge>()
  for (const entry of entries) {
    const charge = charges.get(entry.identity)
    if (!charge) charges.set(entry.identity, { requests: entry.requests, newest: entry })
    else {
      charge.requests += entry.requests
      const isNewer = entry.requests > 0 && (charge.newest.requests < 0 || entry.revision > charge.newest.revision)
      if (isNewer) charge.newest = entry
    }
  }
  return charges
}
