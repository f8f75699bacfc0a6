import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf, nearHours } from '../identity/identity-filter.ts'
import type { Identified, Key } from '../identity/keys.ts'
import type { LedgerStore } from '../ports.ts'

/** Bounds of one question to the ledger: keys, and hours of event time it has to read. */
const maxKeys = 20_000
const maxHours = 48

/** The live charges that hold a key of these near their event time (`nearHours`), or that stand for one that did. */
export async function findExisting(store: LedgerStore, suspects: readonly Identified[]): Promise<LedgerEntry[]> {
  const found = new Map<Key, LedgerEntry>()
  for (const { keys, from, to } of questions(suspects))
    for (const entry of await store.findCharges(keys, from - nearHours, to + nearHours))
      found.set(entry.identity, entry)
  return [...found.values()]
}

function questions(suspects: readonly Identified[]): { keys: Key[]; from: number; to: number }[] {
  const asked: { keys: Key[]; from: number; to: number }[] = []
  for (const { keys, observation } of suspects.toSorted((a, b) => a.observation.at - b.observation.at)) {
    const hour = hourOf(observation.at)
    const last = asked.at(-1)
    if (last && last.keys.length < maxKeys && hour - last.from < maxHours) {
      last.keys.push(...keys)
      last.to = hour
    } else asked.push({ keys: [...keys], from: hour, to: hour })
  }
  return asked
}
