import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf, nearHours } from '../identity/identity-filter.ts'
import type { Identified, Key } from '../identity/keys.ts'
import type { LedgerStore } from '../ports.ts'
import { findKin, keysAround, type MayHold, relatedTo } from './find-kin.ts'
import { unknownOf } from './known-reports.ts'

/** Bounds of one question to the ledger: keys, and hours of event time it has to read. */
const maxKeys = 20_000
const maxHours = 48

interface Question {
  readonly suspects: Identified[]
  readonly keys: Set<Key>
  readonly from: number
  to: number
}

export interface Told {
  /** What the ledger does not hold yet. */
  readonly unknown: readonly Identified[]
  /** Charges that what is unknown may be of, and those that what becomes of these depends on. */
  readonly related: readonly LedgerEntry[]
}

/**
 * Which of the suspects are not in the ledger yet, and the live charges that hold a key of these near their event time
 * (`nearHours`), or that stand for one that did, with their kin.
 */
export async function findExisting(
  store: LedgerStore,
  suspects: readonly Identified[],
  mayHold: MayHold,
): Promise<Told> {
  const charges = new Map<Key, LedgerEntry>()
  const unknown: Identified[] = []
  for (const { suspects: asked, keys, from, to } of questions(suspects)) {
    const found = await store.findCharges([...keys], from - nearHours, to + nearHours)
    for (const entry of found) charges.set(entry.identity, entry)
    for (const each of unknownOf(asked, found)) unknown.push(each)
  }
  if (unknown.length === 0) return { related: [], unknown }
  // Kin of what is known word for word is not asked for: nothing changes there.
  const aside = new Set(charges.values())
  for (const entry of relatedTo(unknown, aside)) aside.delete(entry)
  await findKin(store, charges, (entry) => !aside.has(entry), mayHold)
  return { related: [...relatedTo(unknown, charges.values())], unknown }
}

function questions(suspects: readonly Identified[]): Question[] {
  const asked: Question[] = []
  for (const suspect of suspects.toSorted((a, b) => a.observation.at - b.observation.at)) {
    const hour = hourOf(suspect.observation.at)
    let question = asked.at(-1)
    if (!question || question.keys.size >= maxKeys || hour - question.from >= maxHours) {
      question = { suspects: [], keys: new Set(), from: hour, to: hour }
      asked.push(question)
    }
    question.suspects.push(suspect)
    question.to = hour
    for (const key of keysAround(suspect)) question.keys.add(key)
  }
  return asked
}
