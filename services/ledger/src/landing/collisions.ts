import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { collisionId, entryId } from '../identity/keys.ts'
import { uniteRecorded } from '../identity/recorded.ts'
import { type PlanContext, replacementOf } from './plan.ts'
import { recordedOf } from './recorded-of-entry.ts'
import { negated } from './reversal.ts'

/**
 * Puts a charge right that two ledgers wrote or corrected at the same moment, from all its entries.
 *
 * Who writes a charge or corrects it writes an entry whose id depends on nothing else; so when two did, that entry is
 * there twice, and the sum of the charge is off by what only one of them should have said. All that does not cancel out
 * is taken back, and the charge is made once more from everything that anybody said of it, unless all of that went to
 * other charges. What it shares with these is then found as ever. Empty when there is nothing to put right (any more).
 */
export function planCollision(entries: readonly LedgerEntry[], context: PlanContext): LedgerEntry[] {
  const closed = entries.reduce((latest, entry) => Math.max(latest, closedBy(entry)), -1)
  const old = entries.filter(({ revision }) => revision <= closed)
  const recent = entries.filter(({ revision }) => revision > closed)
  const isOldSound = remainderOf(old).length === 0 && isHandedOn(old, recent)
  if (isOldSound && new Set(recent.map(({ entryId: id }) => id)).size === recent.length) return []
  const isConsumed = isOldSound && isAllConsumed(recent)
  const left = remainderOf(entries)
  if (isConsumed && left.length === 0) return []

  const newest = entries.reduce((a, b) => Math.max(a, b.revision), 0)
  const takenBack = left.map((entry, index) => ({
    ...negated(entry, 'collision', context.recordedAt),
    entryId: collisionId(entry.tenant, entry.identity, newest + 1, index),
    revision: newest + 1,
  }))
  const charges = chargesOf(entries)
  const [first] = charges
  if (isConsumed || first === undefined) return takenBack
  const all = uniteRecorded(charges.map(recordedOf))
  const made = replacementOf({ ...first, revision: newest + 1 }, charges, all, 'collision', false, context)
  return [...takenBack, made]
}

/** Up to which revision an entry of an earlier repair settled everything; -1 for any other entry. */
function closedBy(entry: LedgerEntry): number {
  if (entry.reason !== 'collision') return -1
  return isOwnEntry(entry, '+') ? entry.revision - 1 : entry.revision
}

function isOwnEntry({ entryId: id, tenant, identity, revision }: LedgerEntry, sign: '+' | '-'): boolean {
  return id === entryId(tenant, identity, revision, sign)
}

/** The charge and its replacements, the oldest first. */
function chargesOf(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return entries.filter((entry) => isOwnEntry(entry, '+')).toSorted((a, b) => a.revision - b.revision)
}

/** What the old entries say went on into the first of the recent ones, or into other charges. */
function isHandedOn(old: readonly LedgerEntry[], recent: readonly LedgerEntry[]): boolean {
  const [next] = chargesOf(recent)
  if (next === undefined) return isAllConsumed(old)
  const known = recordedOf(next)
  const texts = new Set(known.map(({ text }) => text))
  return uniteRecorded([...chargesOf(old).map(recordedOf), known]).every(({ text }) => texts.has(text))
}

/** Every revision was taken back by who took over what it says. */
function isAllConsumed(entries: readonly LedgerEntry[]): boolean {
  const said = new Map<number, string>()
  for (const entry of chargesOf(entries)) {
    const text = JSON.stringify(recordedOf(entry).map((each) => each.text))
    if ((said.get(entry.revision) ?? text) !== text) return false
    said.set(entry.revision, text)
  }
  const takenBack = new Set(entries.filter((entry) => isOwnEntry(entry, '-')).map(({ revision }) => revision))
  return [...said.keys()].every((revision) => takenBack.has(revision))
}

/** The entries that no other of the same charge takes back, in an order that depends on them alone. */
function remainderOf(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const open = new Map<string, LedgerEntry[]>()
  // The oldest are taken back first: what is left is what was said last.
  for (const entry of entries.toSorted((a, b) => a.revision - b.revision || b.requests - a.requests)) {
    const opposite = open.get(measured(entry, entry.requests > 0 ? '-' : '+'))
    if (opposite?.shift()) continue
    const same = measured(entry, entry.requests > 0 ? '+' : '-')
    const others = open.get(same)
    if (others) others.push(entry)
    else open.set(same, [entry])
  }
  return [...open].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, left]) => left)
}

/** What differs between entries that say the same: when and why they were written, and who stands behind them. */
const notMeasured: ReadonlySet<string> = new Set<keyof LedgerEntry>([
  'entryId',
  'kind',
  'revision',
  'reason',
  'receivedAt',
  'recordedAt',
  'identityKeys',
  'sources',
  'observations',
  'warnings',
  'latencyMs',
  'ttftMs',
  'qualityScore',
])

/** Everything by which a report may group, and everything it may sum, whatever the sign. */
function measured(entry: LedgerEntry, sign: '+' | '-'): string {
  const positive = entry.requests > 0 ? entry : negated(entry, 'collision', 0)
  return (
    sign +
    JSON.stringify(
      pairsOf(positive).filter(([name]) => !notMeasured.has(name)),
      inOneOrder,
    )
  )
}

function inOneOrder(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? pairsOf(value) : value
}

function pairsOf(object: object): [string, unknown][] {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined && value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}
