import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { collisionId } from '../identity/keys.ts'
import { uniteRecorded } from '../identity/recorded.ts'
import { type PlanContext, replacementOf } from './plan.ts'
import { recordedOf } from './recorded-of-entry.ts'
import { negated } from './reversal.ts'

/**
 * Puts a charge right that two ledgers wrote or corrected at the same moment, from all its entries.
 *
 * Who writes a charge or corrects it writes an entry whose id depends on nothing else; so when two did, that entry is
 * there twice, and the sum of the charge is off by what only one of them should have said. All that does not cancel out
 * is taken back, and the charge is made once more from everything that anybody said of it. What else it shares with other
 * charges is then found as ever. Empty when the entries come to one charge, or to nothing, as they are.
 */
export function planCollision(entries: readonly LedgerEntry[], context: PlanContext): LedgerEntry[] {
  const left = remainderOf(entries)
  const newest = entries.reduce((a, b) => Math.max(a, b.revision), 0)
  if (left.length === 0) return []
  const latest = entries.filter(({ requests, revision }) => requests > 0 && revision === newest)
  if (left.length === 1 && latest.length === 1 && left[0] === latest[0]) return []

  const charges = entries.filter(({ requests, reason }) => requests > 0 && reason !== 'collision')
  const survivor = charges.reduce((a, b) => (a.revision <= b.revision ? a : b), charges[0] as LedgerEntry)
  if (survivor === undefined) return []
  const all = uniteRecorded(charges.map(recordedOf))
  const takenBack = left.map((entry, index) => ({
    ...negated(entry, 'collision', context.recordedAt),
    entryId: collisionId(entry.tenant, entry.identity, newest + 1, index),
    revision: newest + 1,
  }))
  return [...takenBack, replacementOf({ ...survivor, revision: newest + 1 }, charges, all, 'collision', false, context)]
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
