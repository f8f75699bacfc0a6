import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { fold } from '../identity/fold.ts'
import { hourOf, nearHours } from '../identity/identity-filter.ts'
import { entryId, type Identified, type Key, togetherOf, traceOf } from '../identity/keys.ts'
import { formatRecorded, record, type Recorded, uniteRecorded } from '../identity/recorded.ts'
import type { Observation } from '../observation.ts'
import { chargeOf, type Price } from './charge.ts'
import { recordedOf } from './recorded-of-entry.ts'
import { type CorrectionReason, reversalOf } from './reversal.ts'

/** What is to be written for one request. */
export interface Plan {
  /** `new`: a first charge; `known`: nothing to write; `merged`: a correction because another source said more. */
  readonly outcome: 'new' | 'known' | 'merged'
  readonly entries: readonly LedgerEntry[]
  /** Reversals of further charges of the same request: to be written after `entries`, never before. */
  readonly duplicates: readonly LedgerEntry[]
}

export interface PlanContext {
  readonly price: Price
  readonly recordedAt: number
  /** A charge whose response id turns out to be reused is corrected to say so, and is not looked at again. */
  readonly marksReused?: boolean
}

const nothing: Plan = { outcome: 'known', entries: [], duplicates: [] }

/**
 * The ledger's answer to a request's observations: a pure function of the charges it holds and of what is new.
 *
 * `current` are the live entries (requests = 1) of charges of this request; usually none, at times one, and several
 * only when sources met too late. `reused`: its response id names another request too.
 */
export function planRequest(
  current: readonly LedgerEntry[],
  fresh: readonly Identified[],
  reused: boolean,
  context: PlanContext,
): Plan {
  if (current.length === 0) {
    const charge = firstCharge(fresh, reused, context)
    return { outcome: 'new', entries: [charge, ...tracesOf(fresh, [], charge, context)], duplicates: [] }
  }

  const survivor = current.reduce((a, b) => (originOf(a) <= originOf(b) ? a : b))
  const recorded = current.map(recordedOf)
  const held = recorded[current.indexOf(survivor)] as Recorded[]
  const all = uniteRecorded([...recorded, fresh.map(record)])
  const keys = keysOf(all)
  const grew = all.length !== held.length || keys.some((key) => !survivor.identityKeys.includes(key))
  const changed = grew || all.some((each) => !held.some((known) => known.text === each.text))
  const marking = context.marksReused === true && reused && !isFlagged(current)
  if (current.length === 1 && !changed && !marking) return nothing
  const reason = current.length > 1 || changed ? 'twin_merged' : 'id_reused'

  const replacement = replacementOf(survivor, current, all, reason, reused, context)
  return {
    outcome: 'merged',
    entries: [
      reversalOf(survivor, reason, context.recordedAt),
      replacement,
      ...tracesOf(fresh, recorded.flat(), replacement, context),
    ],
    duplicates: current
      .filter((entry) => entry !== survivor)
      .map((entry) => reversalOf(entry, 'duplicate', context.recordedAt)),
  }
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
  const observation = flagged(fold(all.map((each) => each.observation)), reused || isFlagged(current))
  return {
    ...chargeOf(observation, context.price, {
      identity: survivor.identity,
      identityKeys: [...new Set([...survivor.identityKeys, ...keysOf(all)])],
      recordedAt: context.recordedAt,
      sources: sourcesOf(all),
    }),
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
    observations: all.map(formatRecorded),
  }
}

/** Revision 0's entry id: the same whatever happened to the charge since. */
function originOf(entry: LedgerEntry): Key {
  return entryId(entry.tenant, entry.identity, 0, '+')
}

function firstCharge(fresh: readonly Identified[], reused: boolean, { price, recordedAt }: PlanContext): LedgerEntry {
  const [only] = fresh as [Identified]
  if (fresh.length === 1 && columnsHold(only.observation)) {
    return chargeOf(flagged(only.observation, reused), price, {
      identity: only.own,
      identityKeys: only.keys,
      recordedAt,
      sources: [only.observation.dialect],
    })
  }
  const all = uniteRecorded([fresh.map(record)])
  const observation = fold(all.map((each) => each.observation))
  const identity = togetherOf(
    observation.tenant,
    all.map((each) => each.own),
  )
  const charge = chargeOf(flagged(observation, reused), price, {
    identity,
    identityKeys: keysOf(all),
    recordedAt,
    sources: sourcesOf(all),
  })
  return all.length === 1 && columnsHold(observation) ? charge : { ...charge, observations: all.map(formatRecorded) }
}

/**
 * A report whose time lies far from its charge leaves a charge of its own that is taken back at once: whoever asks for its
 * keys near its time finds that, and by it the charge that stands for it, wherever that is.
 */
function tracesOf(
  fresh: readonly Identified[],
  known: readonly Recorded[],
  { at, identityKeys }: LedgerEntry,
  context: PlanContext,
): LedgerEntry[] {
  if (fresh.every(({ observation }) => isNear(observation.at, at))) return []
  const texts = new Set(known.map(({ text }) => text))
  const entries: LedgerEntry[] = []
  for (const { observation, own, keys, text } of fresh.map(record)) {
    if (isNear(observation.at, at) || texts.has(text)) continue
    texts.add(text)
    const trace = chargeOf(observation, context.price, {
      identity: traceOf(observation.tenant, own, text),
      identityKeys: [...new Set([...keys, ...identityKeys])],
      recordedAt: context.recordedAt,
      sources: [observation.dialect],
    })
    entries.push(trace, reversalOf(trace, 'duplicate', context.recordedAt))
  }
  return entries
}

function isNear(a: number, b: number): boolean {
  return Math.abs(hourOf(a) - hourOf(b)) <= nearHours
}

/** Can the observation be read back from the charge's columns (`recordedOf`)? */
function columnsHold({
  usage,
  resultCache,
  inputCharacters,
  outputCharacters,
  qualityScore = 0,
}: Observation): boolean {
  if (inputCharacters !== undefined || outputCharacters !== undefined) return false
  return (!usage || resultCache === 'none' || resultCache === 'miss') && Math.fround(qualityScore) === qualityScore
}

function keysOf(all: readonly Recorded[]): Key[] {
  return [...new Set(all.flatMap((each) => each.keys))].toSorted()
}

function sourcesOf(all: readonly Recorded[]): string[] {
  return [...new Set(all.map((each) => each.observation.dialect))].toSorted()
}

function isFlagged(entries: readonly LedgerEntry[]): boolean {
  return entries.some((entry) => entry.warnings.includes('ID_REUSED'))
}

function flagged(observation: Observation, reused: boolean): Observation {
  return reused ? { ...observation, warnings: [...observation.warnings, 'ID_REUSED'] } : observation
}
