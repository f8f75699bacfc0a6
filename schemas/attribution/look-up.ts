import { type Dimension, dimensions } from '../events/dimensions.ts'
import { conventionalPlaces, dialectPlaces, type Place, resourcePlaces } from './places.ts'
import { plainKey, type Spelled, standsAlone } from './spellings.ts'

/** How an attribute is read; of several readings for one dimension the lowest rank wins. */
export type Reading = {
  readonly rank: number
  readonly beside?: string
  readonly nothing?: readonly string[]
} & (
  | { readonly kind: 'own_dimension' | 'dimension'; readonly dimension: Dimension }
  | { readonly kind: 'own_tag' | 'tag' | 'entry'; readonly key: string }
  | { readonly kind: 'entries' | 'labels' }
)

export type LookUp = (name: string) => readonly Reading[]

/** Steps between two places: more than a dimension has spellings. */
const step = 64
/** In this order places are asked (contract, 5). */
const tiers = {
  span: { own: 0, dialect: 1_000, convention: 20_000, plain: 30_000 },
  resource: { own: 10_000, dialect: 40_000, convention: 50_000, plain: 60_000 },
} as const

const tagPrefix = 'spanledger.tags.'
const ownNames = new Map<string, Dimension>(dimensions.map((dimension) => [`spanledger.${dimension}`, dimension]))
const maxKnown = 4096
const none: readonly Reading[] = Object.freeze([])

/**
 * What an attribute's name says, for the attributes of a span (or log record) or of a resource. A look-up for a name
 * seen before; the memory of names is bounded.
 */
export function createLookUp(where: 'span' | 'resource', spelled: ReadonlyMap<string, Spelled>): LookUp {
  const tier = tiers[where]
  const conventions = where === 'span' ? conventionalPlaces : [...conventionalPlaces, ...resourcePlaces]
  const exact = new Map<string, Reading[]>()
  const namespaces: { readonly prefix: string; readonly rank: number }[] = []
  const known = new Map<string, readonly Reading[]>()

  function take(places: readonly Place[], first: number): void {
    for (const [index, place] of places.entries()) {
      const rank = first + index * step
      if (place.name.endsWith('*')) namespaces.push({ prefix: place.name.slice(0, -1), rank })
      else exact.set(place.name, [...(exact.get(place.name) ?? []), readingOf(place, rank)])
    }
  }
  take(Object.values(dialectPlaces).flat(), tier.dialect)
  take(conventions, tier.convention)

  function judge(name: string): readonly Reading[] {
    const own = ownNames.get(name)
    if (own !== undefined) return [{ kind: 'own_dimension', dimension: own, rank: tier.own }]
    if (name.startsWith(tagPrefix)) return [{ kind: 'own_tag', key: name.slice(tagPrefix.length), rank: 0 }]
    const places = exact.get(name)
    if (places !== undefined) return places
    const namespace = namespaces.find(({ prefix }) => name.startsWith(prefix))
    if (namespace !== undefined) {
      return [{ kind: 'entry', key: name.slice(namespace.prefix.length), rank: namespace.rank }]
    }
    // A span's dotted names belong to somebody's conventions; on a resource people write `team.id`.
    if ((where === 'span' && name.includes('.')) || !standsAlone(name)) return none
    const plain = spelled.get(plainKey(name))
    return plain ? [{ kind: 'dimension', dimension: plain.dimension, rank: tier.plain + plain.order }] : none
  }

  return function lookUp(name) {
    const before = known.get(name)
    if (before !== undefined) return before
    const readings = judge(name)
    if (known.size >= maxKnown) known.clear()
    known.set(name, readings)
    return readings
  }
}

function readingOf({ says, beside, nothing }: Place, rank: number): Reading {
  const base = { rank, ...(beside !== undefined && { beside }), ...(nothing && { nothing }) }
  if (typeof says === 'object') return { ...base, kind: 'tag', key: says.tag }
  return says === 'entries' || says === 'labels'
    ? { ...base, kind: says }
    : { ...base, kind: 'dimension', dimension: says }
}
