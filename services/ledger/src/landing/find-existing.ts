import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf, nearHours } from '../identity/identity-filter.ts'
import type { Identified, Key } from '../identity/keys.ts'
import type { LedgerStore } from '../ports.ts'
import { setKnownAside, type Told } from './known-reports.ts'

/** Bounds of one question to the ledger: keys, and hours of event time it has to read. */
const maxKeys = 20_000
const maxHours = 48

interface Question {
  readonly suspects: Identified[]
  keyCount: number
  readonly from: number
  to: number
}

/**
 * Which of the suspects are not in the ledger yet, and the live charges that hold a key of these near their event time
 * (`nearHours`), or that stand for one that did.
 */
export async function findExisting(store: LedgerStore, suspects: readonly Identified[]): Promise<Told> {
  const related = new Map<Key, LedgerEntry>()
  const unknown: Identified[] = []
  for (const { suspects: asked, from, to } of questions(suspects)) {
    const keys = [...new Set(asked.flatMap((suspect) => suspect.keys))]
    const told = setKnownAside(await store.findCharges(keys, from - nearHours, to + nearHours), asked)
    for (const entry of told.related) related.set(entry.identity, entry)
    for (const each of told.unknown) unknown.push(each)
  }
  return { related: [...related.values()], unknown }
}

function questions(suspects: readonly Identified[]): Question[] {
  const asked: Question[] = []
  for (const suspect of suspects.toSorted((a, b) => a.observation.at - b.observation.at)) {
    const hour = hourOf(suspect.observation.at)
    const last = asked.at(-1)
    if (last && last.keyCount < maxKeys && hour - last.from < maxHours) {
      last.suspects.push(suspect)
      last.keyCount += suspect.keys.length
      last.to = hour
    } else asked.push({ suspects: [suspect], keyCount: suspect.keys.length, from: hour, to: hour })
  }
  return asked
}
