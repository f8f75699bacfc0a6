import type { ObservationWarning } from '@spanledger/schemas/codes'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { fold } from '../identity/fold.ts'
import { entryId, type Identified, type Key, togetherOf } from '../identity/keys.ts'
import { type KnownBy, knownBy } from '../identity/known-by.ts'
import type { Link } from '../identity/part.ts'
import { formatRecorded, keysOf, parentKeysOf, record, type Recorded, uniteRecorded } from '../identity/recorded.ts'
import type { Observation } from '../observation.ts'
import { chargeOf, type Price } from './charge.ts'
import { recordedOf, unkeptKeys } from './recorded-of-entry.ts'
import type { CorrectionReason } from './reversal.ts'
import { tracesOf } from './traces.ts'

/** What is to be written, and what of the reports came to what. */
export interface Plan {
  /** Charged for the first time. */
  readonly requests: number
  /** Reports that say more of a request that is known by another: one each. */
  readonly twins: readonly KnownBy[]
  /** Charges of what was taken out of others: to be written before `entries`, never after. */
  readonly parted: readonly LedgerEntry[]
  readonly entries: readonly LedgerEntry[]
  /** Reversals of further charges of the same request: to be written after `entries`, never before. */
  readonly duplicates: readonly LedgerEntry[]
  /** By what each of `duplicates` was found to be one. */
  readonly takenBack: readonly KnownBy[]
}

export interface PlanContext {
  readonly price: Price
  readonly recordedAt: number
  /** A charge whose response id turns out to be reused is corrected to say so, and is not looked at again. */
  readonly marksReused?: boolean
}

/** What identity found out about a request; no source said it. */
export interface Findings {
  /** Its response id names another request too. */
  readonly reused: boolean
  readonly links: ReadonlySet<Link>
}

const noLinks: ReadonlySet<Link> = new Set()

/** A request that the ledger does not hold at all, from its reports: at least one. */
export function planNew(
  fresh: readonly Identified[],
  reused: boolean,
  context: PlanContext,
  links: ReadonlySet<Link> = noLinks,
): Plan {
  const findings = { reused, links }
  const [only] = fresh as [Identified]
  if (fresh.length === 1 && columnsHold(only.observation)) {
    const { observation, own, keys } = only
    const charge = chargeOf(flagged(observation, findings), context.price, {
      identity: own,
      identityKeys: keys,
      parentKeys: parentKeysOf(fresh),
      recordedAt: context.recordedAt,
      sources: [observation.dialect],
    })
    return planOf(1, [], [charge])
  }
  const all = uniteRecorded([fresh.map(record)])
  const observation = fold(all.map((each) => each.observation))
  const identity = togetherOf(
    observation.tenant,
    all.map((each) => each.own),
  )
  const charge = chargeFrom(all, identity, findings, context)
  const twins = all.slice(1).map((each) => knownBy([each], withoutOne(all, each), links))
  const entry = all.length === 1 && columnsHold(observation) ? { ...charge, observations: [] } : charge
  return planOf(1, twins, [entry, ...tracesOf(all, charge, context)])
}

function planOf(requests: number, twins: readonly KnownBy[], entries: readonly LedgerEntry[]): Plan {
  return { requests, twins, parted: [], entries, duplicates: [], takenBack: [] }
}

export function withoutOne<T>(all: readonly T[], one: T): T[] {
  return all.filter((each) => each !== one)
}

/** Revision 0 of a charge that keeps its reports beside its columns. */
export function chargeFrom(
  all: readonly Recorded[],
  identity: Key,
  findings: Findings,
  context: PlanContext,
): LedgerEntry {
  const observation = flagged(fold(all.map((each) => each.observation)), findings)
  const charge = chargeOf(observation, context.price, {
    identity,
    identityKeys: keysOf(all),
    parentKeys: parentKeysOf(all),
    recordedAt: context.recordedAt,
    sources: [...new Set(all.map((each) => each.observation.dialect))].toSorted(),
  })
  return { ...charge, observations: all.map(formatRecorded) }
}

export interface Replacing extends Findings {
  readonly reason: CorrectionReason
  /** Keys that stay with the charge though no report that it keeps has them. */
  readonly unkept: readonly Key[]
}

/** The next revision of a charge: what `all` say together, in the place of `current`. */
export function replacementOf(
  survivor: LedgerEntry,
  current: readonly LedgerEntry[],
  all: readonly Recorded[],
  reason: CorrectionReason,
  reused: boolean,
  context: PlanContext,
): LedgerEntry {
  const links: ReadonlySet<Link> = current.some(isHeuristic) ? new Set(['heuristic']) : noLinks
  const unkept = current.flatMap((entry) => unkeptKeys(entry, recordedOf(entry)))
  return replace(survivor, all, { reason, reused: reused || current.some(isFlagged), links, unkept }, context)
}

export function replace(
  survivor: LedgerEntry,
  all: readonly Recorded[],
  { reason, unkept, ...findings }: Replacing,
  context: PlanContext,
): LedgerEntry {
  const charge = chargeFrom(all, survivor.identity, findings, context)
  return {
    ...charge,
    identityKeys: [...new Set([...unkept, ...charge.identityKeys])],
    entryId: entryId(survivor.tenant, survivor.identity, survivor.revision + 1, '+'),
    kind: 'adjustment',
    revision: survivor.revision + 1,
    reason,
    // A correction lands where the charge is; its prices are those of the best source's start.
    at: survivor.at,
    receivedAt: survivor.receivedAt,
    latencyMs: null,
    ttftMs: null,
    qualityScore: null,
  }
}

export function isFlagged({ warnings }: LedgerEntry): boolean {
  return warnings.includes('ID_REUSED')
}

export function isHeuristic({ warnings }: LedgerEntry): boolean {
  return warnings.includes('DEDUP_HEURISTIC')
}

function flagged(observation: Observation, { reused, links }: Findings): Observation {
  if (!reused && !links.has('heuristic')) return observation
  const found: ObservationWarning[] = [
    ...(reused ? (['ID_REUSED'] as const) : []),
    ...(links.has('heuristic') ? (['DEDUP_HEURISTIC'] as const) : []),
  ]
  return { ...observation, warnings: [...observation.warnings, ...found] }
}

/** Can the observation be read back from the charge's columns (`recordedOf`)? */
function columnsHold({
  usage,
  ruled,
  resultCache,
  inputCharacters,
  outputCharacters,
  qualityScore = 0,
}: Observation): boolean {
  if (ruled !== undefined || inputCharacters !== undefined || outputCharacters !== undefined) return false
  return (!usage || resultCache === 'none' || resultCache === 'miss') && Math.fround(qualityScore) === qualityScore
}
