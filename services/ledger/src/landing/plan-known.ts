import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { entryId, type Key, splitOf } from '../identity/keys.ts'
import { type KnownBy, knownBy } from '../identity/known-by.ts'
import { keysOf, type Recorded } from '../identity/recorded.ts'
import {
  chargeFrom,
  type Findings,
  isFlagged,
  isHeuristic,
  type Plan,
  type PlanContext,
  replace,
  withoutOne,
} from './plan.ts'
import { reversalOf } from './reversal.ts'
import { tracesOf } from './traces.ts'

/** A live charge, with the reports it stands on. */
export interface Held {
  readonly entry: LedgerEntry
  readonly recorded: readonly Recorded[]
  readonly unkept: readonly Key[]
}

/** Reports that are one request. */
export interface Request extends Findings {
  /** In the order of `uniteRecorded`. */
  readonly all: readonly Recorded[]
  /** Those that no charge holds yet. */
  readonly fresh: readonly Recorded[]
}

/**
 * The ledger's answer where it holds something of it already: a pure function of the charges it holds and of which reports
 * are one request. Every request keeps a charge that was made of its reports, corrected where these are not the same as
 * before; a charge that no request keeps is a duplicate; and what was taken out of a charge is charged anew.
 */
export function planKnown(charges: readonly Held[], requests: readonly Request[], context: PlanContext): Plan {
  const kept = assign(charges, requests)
  const holders = new Map<string, Held[]>()
  for (const charge of charges)
    for (const { text } of charge.recorded) holders.set(text, [...(holders.get(text) ?? []), charge])

  const requestOf = new Map(requests.flatMap((request) => request.all.map(({ text }) => [text, request] as const)))
  const plan = { requests: 0, twins: [] as KnownBy[], parted: [] as LedgerEntry[], entries: [] as LedgerEntry[] }
  const survivors = new Set(kept.values())
  for (const request of requests) {
    const sources = new Set(request.all.flatMap(({ text }) => holders.get(text) ?? []))
    const survivor = kept.get(request)
    if (survivor) correct(survivor, request, sources)
    else part(request, sources)
  }
  const duplicates = charges.filter((charge) => !survivors.has(charge))
  return {
    ...plan,
    duplicates: duplicates.map(({ entry }) => reversalOf(entry, 'duplicate', context.recordedAt)),
    takenBack: duplicates.map(({ recorded }) => {
      const request = requestOf.get((recorded[0] as Recorded).text)
      const texts = new Set(recorded.map(({ text }) => text))
      const others = request?.all.filter(({ text }) => !texts.has(text)) ?? []
      return knownBy(recorded, others.length === 0 ? recorded : others, request?.links ?? new Set())
    }),
  }

  function correct(survivor: Held, request: Request, sources: ReadonlySet<Held>): void {
    const { entry } = survivor
    const { all, fresh, links } = request
    const goneOver = [...sources].filter((each) => each === survivor || !survivors.has(each))
    const unkept = [...new Set(goneOver.flatMap((each) => each.unkept))]
    const held = new Set(survivor.recorded.map(({ text }) => text))
    const texts = new Set(all.map(({ text }) => text))
    const isChanged =
      all.length !== held.size ||
      all.some(({ text }) => !held.has(text)) ||
      !haveSame([...new Set([...keysOf(all), ...unkept])], entry.identityKeys) ||
      links.has('heuristic') !== isHeuristic(entry)
    const wasReused = [...sources].some((each) => isFlagged(each.entry))
    const isMarking = context.marksReused === true && request.reused && !wasReused
    if (!isChanged && !isMarking) return
    const isSplit = survivor.recorded.some(({ text }) => !texts.has(text) && isElsewhere(text, request))
    const reason = isSplit ? 'twin_split' : isChanged ? 'twin_merged' : 'id_reused'
    const findings = { reused: request.reused || wasReused, links }
    const replacement = replace(entry, all, { ...findings, reason, unkept }, context)
    plan.entries.push(reversalOf(entry, reason, context.recordedAt), replacement)
    plan.entries.push(...tracesOf(arrivedIn(all, goneOver), replacement, context))
    countTwins(
      fresh.filter(({ text }) => texts.has(text)),
      request,
    )
  }

  /** A request that no charge is left for: new, or taken out of others. */
  function part(request: Request, sources: ReadonlySet<Held>): void {
    const { all, fresh } = request
    const from = [...sources].toSorted(byOrigin)[0] as Held
    const { tenant, identity, revision } = from.entry
    const name = splitOf(
      tenant,
      identity,
      revision + 1,
      all.map(({ own }) => own),
    )
    const charge = { ...chargeFrom(all, name, request, context), reason: 'twin_split' }
    const goneOver = [...sources].filter((each) => !survivors.has(each))
    plan.parted.push(charge, ...tracesOf(arrivedIn(all, goneOver), charge, context))
    countTwins(fresh, request)
  }

  function countTwins(fresh: readonly Recorded[], { all, links }: Request): void {
    for (const each of fresh) plan.twins.push(knownBy([each], withoutOne(all, each), links))
  }

  function isElsewhere(text: string, request: Request): boolean {
    return requestOf.has(text) && requestOf.get(text) !== request
  }
}

/** What came from nowhere, or from charges that live on without it. */
function arrivedIn(all: readonly Recorded[], goneOver: readonly Held[]): Recorded[] {
  const texts = new Set(goneOver.flatMap(({ recorded }) => recorded.map(({ text }) => text)))
  return all.filter(({ text }) => !texts.has(text))
}

/**
 * Which charge goes on as which request: of those whose reports are all of one request, the smallest entry id. Then those
 * that are divided take what is left to them: what lies nearest to the charge.
 */
function assign(charges: readonly Held[], requests: readonly Request[]): Map<Request, Held> {
  const places = new Map(requests.flatMap((request) => request.all.map(({ text }) => [text, request] as const)))
  const mayBe = new Map(
    charges.map((charge) => [charge, new Set(charge.recorded.flatMap(({ text }) => places.get(text) ?? []))]),
  )
  const isDivided = (charge: Held) => (mayBe.get(charge)?.size ?? 0) > 1
  const kept = new Map<Request, Held>()
  for (const charge of charges.toSorted((a, b) => Number(isDivided(a)) - Number(isDivided(b)) || byOrigin(a, b))) {
    const distance = (request: Request) =>
      request.all.reduce((least, { observation: { at } }) => Math.min(least, Math.abs(at - charge.entry.at)), Infinity)
    const [nearest] = [...(mayBe.get(charge) ?? [])]
      .filter((request) => !kept.has(request))
      .toSorted((a, b) => distance(a) - distance(b) || compare(nameOf(a), nameOf(b)))
    if (nearest) kept.set(nearest, charge)
  }
  return kept
}

function nameOf({ all }: Request): string {
  return all[0]?.text ?? ''
}

/** Revision 0's entry id: the same whatever happened to the charge since. */
function byOrigin({ entry: a }: Held, { entry: b }: Held): number {
  return compare(entryId(a.tenant, a.identity, 0, '+'), entryId(b.tenant, b.identity, 0, '+'))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function haveSame(some: readonly Key[], others: readonly Key[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each))
}
