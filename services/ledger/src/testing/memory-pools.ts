import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { poolChargesAtOnce, type PoolReader, type TouchedWindow } from '../auditor/pool-reader.ts'
import { hourOf } from '../identity/identity-filter.ts'
import { parseBasis } from '../landing/accrual-basis.ts'
import { capacityDialect, type SettledWindow } from '../landing/pool-correction.ts'
import { poolNameOf, poolPrefix } from '../pools/pool-basis.ts'
import type { MemoryLedgerStore } from './memory-ledger-store.ts'

/** A `PoolReader` over the entries of a ledger in memory. */
export function poolsIn(store: MemoryLedgerStore): PoolReader {
  const ofPools = () => store.entries.filter(({ matchedBy }) => matchedBy.startsWith(poolPrefix))
  return {
    async settledWindows(fromHour) {
      const windows = new Map<string, LedgerEntry[]>()
      for (const entry of ofPools())
        if (entry.dialect === capacityDialect && hourOf(entry.at) >= fromHour)
          windows.set(entry.identity, [...(windows.get(entry.identity) ?? []), entry])
      return [...windows.values()].map(settledOf)
    },
    async touchedWindows(recordedSinceMs, fromHour) {
      const windows = new Map<string, TouchedWindow>()
      for (const { matchedBy, at, recordedAt, reason, dialect } of ofPools()) {
        const hour = hourOf(at)
        const isOwn = reason === 'pool_settled' || dialect === capacityDialect
        if (isOwn || recordedAt < recordedSinceMs || hour < fromHour) continue
        const name = `${matchedBy} ${hour}`
        const recordedAtMs = Math.max(recordedAt, windows.get(name)?.recordedAtMs ?? 0)
        windows.set(name, { pool: poolNameOf(matchedBy), hour, recordedAtMs })
      }
      return [...windows.values()]
    },
    async charges(pool, hour, after = '') {
      return store
        .live()
        .filter((entry) => entry.matchedBy === poolPrefix + pool && hourOf(entry.at) === hour && entry.identity > after)
        .toSorted((a, b) => (a.identity < b.identity ? -1 : 1))
        .slice(0, poolChargesAtOnce)
        .flatMap(({ identity, at, accrualBasis }) => {
          const basis = parseBasis(accrualBasis)
          const all = store.entries.filter((entry) => entry.identity === identity)
          const cost = all.reduce((sum, entry) => sum + entry.cost, 0n)
          return basis?.by === 'pool' ? [{ identity, at, cost, basis }] : []
        })
    },
  }
}

function settledOf(entries: readonly LedgerEntry[]): SettledWindow {
  const newest = entries.reduce((a, b) => (b.revision > a.revision ? b : a))
  const basis = parseBasis(newest.accrualBasis)
  if (basis?.by !== 'pool_window') throw new Error('capacity without its window')
  return {
    pool: poolNameOf(newest.matchedBy),
    hour: hourOf(newest.at),
    tenant: newest.tenant,
    revision: newest.revision,
    line: entries.reduce((sum, { cost }) => sum + cost, 0n),
    basis,
    settledAtMs: entries.reduce((first, { recordedAt }) => Math.min(first, recordedAt), newest.recordedAt),
    recordedAtMs: entries.reduce((latest, { recordedAt }) => Math.max(latest, recordedAt), 0),
  }
}
