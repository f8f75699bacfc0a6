import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { connect } from '../identity/connect.ts'
import type { Identified, Key } from '../identity/keys.ts'
import { partition } from '../identity/partition.ts'
import { maxObservations, record, type Recorded, uniteRecorded } from '../identity/recorded.ts'
import { type Plan, type PlanContext, planNew } from './plan.ts'
import { type Held, planKnown, type Request } from './plan-known.ts'
import { recordedOf, unkeptKeys } from './recorded-of-entry.ts'

/**
 * What the ledger has to say to `fresh` in the light of the live charges that it holds: which of all their reports are one
 * request is asked anew, and the charges follow.
 *
 * `isWhole`: all are looked at together, for there may be requests among them that share neither key nor parent. Otherwise
 * only what these connect is.
 */
export function planAgainst(
  existing: readonly LedgerEntry[],
  fresh: readonly Identified[],
  context: PlanContext,
  isWhole = false,
): Plan[] {
  const charges = existing.map(heldOf)
  const recorded = withoutRepeats([...charges.flatMap((charge) => charge.recorded), ...fresh.map(record)])
  if (isWhole) return planTogether(recorded, charges, new Set(), context)

  const places = placesIn(recorded)
  const { components, alone, reused } = connect(
    withUnkept(recorded, charges),
    charges.map((charge) => placesOf(charge, places)),
    true,
  )
  const chargesAt = new Map<number, Held[]>()
  for (const charge of charges) {
    const first = places.get(charge.recorded[0]?.text ?? '') as number
    chargesAt.set(first, [...(chargesAt.get(first) ?? []), charge])
  }
  return [...components, ...alone.map((index) => [index])].flatMap((indices) =>
    planTogether(
      indices.map((index) => recorded[index] as Recorded),
      indices.flatMap((index) => chargesAt.get(index) ?? []),
      reused,
      context,
    ),
  )
}

function heldOf(entry: LedgerEntry): Held {
  const recorded = recordedOf(entry)
  return { entry, recorded, unkept: unkeptKeys(entry, recorded) }
}

/** Of a report that came twice the first sending. `uniteRecorded` would leave out what is too much for one charge. */
function withoutRepeats(all: readonly Recorded[]): Recorded[] {
  const byText = new Map<string, Recorded>()
  for (const each of all) {
    const known = byText.get(each.text)
    if (!known || known.observation.receivedAt > each.observation.receivedAt) byText.set(each.text, each)
  }
  return [...byText.values()]
}

function placesIn(recorded: readonly Recorded[]): Map<string, number> {
  return new Map(recorded.map(({ text }, index) => [text, index]))
}

function placesOf(charge: Held, places: ReadonlyMap<string, number>): number[] {
  return charge.recorded.map(({ text }) => places.get(text) as number)
}

/** A charge may hold keys of sources it no longer keeps apart: they stand with its first. */
function withUnkept(recorded: readonly Recorded[], charges: readonly Held[]): Identified[] {
  const unkept = new Map<string, readonly Key[]>()
  for (const charge of charges) {
    const first = charge.recorded[0]?.text ?? ''
    if (charge.unkept.length > 0) unkept.set(first, [...(unkept.get(first) ?? []), ...charge.unkept])
  }
  if (unkept.size === 0) return [...recorded]
  return recorded.map((each) => ({ ...each, keys: [...each.keys, ...(unkept.get(each.text) ?? [])] }))
}

function planTogether(
  recorded: readonly Recorded[],
  charges: readonly Held[],
  reusedElsewhere: ReadonlySet<Key>,
  context: PlanContext,
): Plan[] {
  const places = placesIn(recorded)
  // Why these are one is not all kept with them.
  const together = charges.filter(({ unkept, recorded: kept }) => unkept.length > 0 || kept.length >= maxObservations)
  const { groups, reused } = partition(
    withUnkept(recorded, charges),
    together.map((charge) => placesOf(charge, places)),
  )
  const held = new Set(charges.flatMap((charge) => placesOf(charge, places)))
  const plans: Plan[] = []
  const known: Request[] = []
  for (const { indices, links } of groups) {
    const members = indices.map((index) => recorded[index] as Recorded)
    const fresh = indices.filter((index) => !held.has(index)).map((index) => recorded[index] as Recorded)
    const judged = context.marksReused ? members : fresh
    const isFlagged = isReused(judged, reused) || isReused(judged, reusedElsewhere)
    if (fresh.length === members.length) plans.push(planNew(fresh, isFlagged, context, links))
    else known.push({ all: uniteRecorded([members]), fresh, reused: isFlagged, links })
  }
  if (charges.length > 0) plans.push(planKnown(charges, known, context))
  return plans
}

/** Reports that the ledger holds nothing of, connected by keys and parents. */
export function planFresh(fresh: readonly Identified[], reused: ReadonlySet<Key>, context: PlanContext): Plan[] {
  return partition(fresh).groups.map(({ indices, links }) => {
    const members = indices.map((index) => fresh[index] as Identified)
    return planNew(members, isReused(members, reused), context, links)
  })
}

export function isReused(members: readonly Identified[], reused: ReadonlySet<Key>): boolean {
  return reused.size > 0 && members.some(({ response }) => response !== undefined && reused.has(response))
}
