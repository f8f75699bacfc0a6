import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf, nearHours } from '../identity/identity-filter.ts'
import { childKey, type Identified, type Key } from '../identity/keys.ts'
import type { LedgerStore } from '../ports.ts'

/** Whether the ledger may hold a key near an hour; false is certain. */
export type MayHold = (key: Key, hour: number) => boolean

/** Hours of event time that one question may read. */
const maxHours = 48

/** Under what the charges are found that one span, its parent and the spans inside it may belong to. */
export function keysAround({ keys, span, parent }: Identified): Key[] {
  const around = [...keys]
  if (parent !== undefined) around.push(parent)
  if (span !== undefined) around.push(childKey(span))
  return around
}

/** Under what the charges of parents and children of a charge's spans are found. */
function keysOfKin({ identityKeys, parentKeys }: LedgerEntry): Key[] {
  return [...parentKeys, ...identityKeys].map(childKey)
}

/**
 * Completes live charges by those of the spans around and inside theirs: which span inside another is one request with it
 * depends on all that are inside. `isWanted` says whose kin is asked for.
 */
export async function findKin(
  store: Pick<LedgerStore, 'findCharges'>,
  charges: Map<Key, LedgerEntry>,
  isWanted: (entry: LedgerEntry) => boolean,
  mayHold: MayHold,
): Promise<void> {
  const asked = new Set<Key>()
  for (;;) {
    const questions: { readonly from: number; to: number; readonly keys: Key[] }[] = []
    for (const entry of [...charges.values()].toSorted((a, b) => a.at - b.at)) {
      if (!isWanted(entry)) continue
      const hour = hourOf(entry.at)
      const keys = keysOfKin(entry).filter((key) => !asked.has(key) && mayHold(key, hour))
      if (keys.length === 0) continue
      for (const key of keys) asked.add(key)
      const last = questions.at(-1)
      if (last && hour - last.from < maxHours) {
        last.to = hour
        last.keys.push(...keys)
      } else questions.push({ from: hour, to: hour, keys })
    }
    if (questions.length === 0) return
    const known = charges.size
    for (const { from, to, keys } of questions)
      for (const entry of await store.findCharges(keys, from - nearHours, to + nearHours))
        if (!charges.has(entry.identity)) charges.set(entry.identity, entry)
    if (charges.size === known) return
  }
}

/** The charges that what is decided of `fresh` may depend on, or change. */
export function relatedTo(fresh: readonly Identified[], charges: Iterable<LedgerEntry>): Set<LedgerEntry> {
  const holders = new Map<Key, LedgerEntry[]>()
  for (const entry of charges)
    for (const key of [...entry.identityKeys, ...entry.parentKeys]) {
      const others = holders.get(key)
      if (others) others.push(entry)
      else holders.set(key, [entry])
    }
  const related = new Set<LedgerEntry>()
  const reach = (keys: readonly Key[]) => {
    for (const key of keys) for (const entry of holders.get(key) ?? []) related.add(entry)
  }
  for (const each of fresh) reach(keysAround(each))
  // A set is walked in the order in which it grows.
  for (const entry of related) reach([...entry.identityKeys, ...keysOfKin(entry)])
  return related
}
