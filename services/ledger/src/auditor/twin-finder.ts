import type { Clock } from '@spanledger/runtime/clock'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import { hourOf } from '../identity/identity-filter.ts'
import { type KnownBy, knownBys } from '../identity/known-by.ts'
import type { Key } from '../identity/keys.ts'
import type { Lander } from '../landing/lander.ts'
import { chargesInPlace, type LedgerStore, type TwinPlace, twinPlacesAtOnce, type TwinsWanted } from '../ports.ts'

export interface TwinFinderOptions {
  readonly store: LedgerStore
  readonly lander: Lander
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** How far back it looks. */
  readonly days: number
  /** Told of charges that were taken back, by what they were known to be twins. */
  readonly reversed: (by: readonly KnownBy[]) => void
}

/** A step of the sweep reads the places of so many days as hold about this many charges. */
const chargesPerStep = 500_000
/** What was recorded lately is looked at again from so long before, for what became readable late. */
const marginMs = 10_000
/** Before it has looked for the first time. */
const firstLookMs = 3_600_000
/** Hours of event time read at once: what runs inside another is recorded in its hour, or one beside it. */
const hoursAtOnce = 48
const chargesAtOnce = 5_000
/** Of places and pairs, by hash of what is there: forgotten, they are looked at or counted once more. */
const maxRemembered = 200_000

/**
 * Finds charges of several scopes that may be one request though they share no key, and has them matched: at once those
 * near what was recorded lately, and all days in turn. A place whose charges are as they were is not looked at again.
 *
 * Where all spans of a tenant are of one scope, there are no such twins, and nothing is read but that.
 */
export function createTwinFinder({ store, lander, clock, logger, metrics, days, reversed }: TwinFinderOptions) {
  const suspected = metrics.counter(
    'spanledger_double_count_suspected_total',
    'Pairs of charges that look like one request and are charged twice for lack of proof',
  )
  const merged = metrics.counter(
    'spanledger_twins_merged_total',
    'Reports by another source of a request that is charged, by what they were known as its own',
    ['by'],
  )
  for (const by of knownBys) merged.inc({ by }, 0)
  const crowded = metrics.counter(
    'spanledger_crowded_places_total',
    `Ids, traces and totals of a service that more than ${chargesInPlace} charges share: twins there are not looked for`,
  )
  const scopes = new Map<string, Set<string>>()
  const seen = new Set<string>()
  const counted = new Set<string>()
  const told = new Set<string>()
  let recordedSince: number | undefined
  let daysAgo = 0

  /** Near what was recorded since the last look. Resolves with how many charges were taken back. */
  async function lately(): Promise<number> {
    const now = clock.nowMs()
    const since = recordedSince ?? now - firstLookMs
    // A day on either side: a clock may run ahead.
    const window = { fromHour: hourOf(now) - (days + 1) * 24, toHour: hourOf(now) + 24 }
    const hours = await learnScopes({ recordedSince: since, ...window })
    let count = 0
    for (const [fromHour, toHour] of runsOf(hours)) count += await look({ fromHour, toHour, recordedSince: since })
    recordedSince = now - marginMs
    return count
  }

  /** Some days more of all. `charges`: how many there are in all days. */
  async function sweep(charges: number): Promise<number> {
    const now = hourOf(clock.nowMs())
    const all = days + 2
    const perStep = Math.ceil((all * chargesPerStep) / Math.max(chargesPerStep, charges))
    const next = Math.min(daysAgo + perStep, all)
    // From a day ahead; an hour more on either side, for what stands at an edge.
    const range = { fromHour: now + 24 - next * 24 - 1, toHour: now + 24 - daysAgo * 24 + 1 }
    await learnScopes({ recordedSince: 0, ...range })
    const count = await look(range)
    daysAgo = next === all ? 0 : next
    return count
  }

  /** Resolves with the hours that they are in. */
  async function learnScopes(wanted: Parameters<LedgerStore['findScopes']>[0]): Promise<number[]> {
    const found = await store.findScopes(wanted)
    for (const { tenant, scopes: some } of found) {
      const known = scopes.get(tenant) ?? new Set()
      scopes.set(tenant, known)
      // Two are as good as many.
      for (const scope of some) if (known.size < 2) known.add(scope)
    }
    return found.flatMap(({ tenant, hours }) => ((scopes.get(tenant)?.size ?? 0) > 1 ? hours : []))
  }

  async function look(wanted: Omit<TwinsWanted, 'tenants' | 'after'>): Promise<number> {
    const tenants = [...scopes].flatMap(([tenant, some]) => (some.size > 1 ? tenant : []))
    if (tenants.length === 0) return 0
    let count = 0
    let after: string | undefined
    do {
      const places = await store.findTwins({ ...wanted, tenants, after })
      after = places.length < twinPlacesAtOnce ? undefined : places.at(-1)?.place
      for (const each of places) if (each.charges > chargesInPlace) tell(each)
      for (const some of bySize(places.filter((each) => !seen.has(nameOf(each)) && each.charges <= chargesInPlace))) {
        count += await match(some, wanted)
        for (const each of some) remember(seen, nameOf(each))
      }
    } while (after !== undefined)
    return count
  }

  /** Once for each: nobody will find what is charged twice there. */
  function tell({ place, charges }: TwinPlace): void {
    if (told.has(place)) return
    remember(told, place)
    crowded.inc()
    logger.warn(
      { place: place.slice(1).split('\0'), charges },
      'twins are not looked for where so many charges share an id, a trace or totals: some may be charged twice',
    )
  }

  async function match(
    places: readonly TwinPlace[],
    { fromHour, toHour }: Omit<TwinsWanted, 'tenants'>,
  ): Promise<number> {
    const identities = [...new Set(places.flatMap((place) => place.identities))]
    const found = await lander.match(() => store.readCharges(identities, fromHour, toHour))
    for (const by of found.landed.reversed) merged.inc({ by })
    reversed(found.landed.reversed)
    for (const pair of found.suspected) {
      const name = pair.toSorted().join('')
      if (!counted.has(name)) suspected.inc()
      remember(counted, name)
    }
    return found.landed.reversed.length
  }

  return { lately, sweep }
}

function nameOf({ place, signature }: TwinPlace): string {
  return `${place}\0${signature}`
}

function remember(names: Set<string>, name: Key): void {
  if (names.size >= maxRemembered) names.clear()
  names.add(name)
}

/** Places that are read at once, in their order. */
function bySize(places: readonly TwinPlace[]): TwinPlace[][] {
  const groups: TwinPlace[][] = []
  let size = 0
  for (const place of places) {
    if (groups.length === 0 || size + place.identities.length > chargesAtOnce) {
      groups.push([])
      size = 0
    }
    groups.at(-1)?.push(place)
    size += place.identities.length
  }
  return groups
}

function runsOf(hours: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (const hour of [...new Set(hours)].toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && hour - 1 <= last[1] && hour - last[0] < hoursAtOnce) last[1] = hour + 1
    else runs.push([hour - 1, hour + 1])
  }
  return runs
}
