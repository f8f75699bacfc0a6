import { hourOf } from '../identity/identity-filter.ts'
import type { RepriceReader } from '../reprice/ports.ts'
import type { MemoryLedgerStore } from './memory-ledger-store.ts'

/** What `createRepriceQueries` answers, of a store in memory; by time alone. */
export function repriceReaderOf(store: MemoryLedgerStore): RepriceReader {
  const liveIn = (fromHour: number, toHour: number) =>
    store
      .live()
      .filter(({ at }) => hourOf(at) >= fromHour && hourOf(at) <= toHour)
      .toSorted((a, b) => (a.identity < b.identity ? -1 : 1))
  return {
    async countByHour({ fromMs, toMs }) {
      const counts = new Map<number, number>()
      for (const { at } of liveIn(hourOf(fromMs), hourOf(toMs - 1)))
        counts.set(hourOf(at), (counts.get(hourOf(at)) ?? 0) + 1)
      return [...counts].toSorted(([a], [b]) => a - b).map(([hour, charges]) => ({ hour, charges }))
    },
    async readLive(_, { fromHour, toHour, after = '', limit }) {
      const page = liveIn(fromHour, toHour).filter(({ identity }) => identity > after)
      const entries = page.slice(0, limit)
      return {
        entries: entries.filter((entry) => isOnce(store, entry.identity)),
        next: page.length > limit ? entries.at(-1)?.identity : undefined,
      }
    },
  }
}

function isOnce(store: MemoryLedgerStore, identity: string): boolean {
  return store.entries.reduce((sum, entry) => sum + (entry.identity === identity ? entry.requests : 0), 0) === 1
}
