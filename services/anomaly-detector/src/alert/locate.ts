import type { Judgement, Level } from '../judge/judgement.ts'
import { seriesDimensions } from '@spanledger/schemas/events/alert'
import { contains, type Dims, depthOf, isLeaf, keyOf, overlaps } from '../series/series.ts'

/** A series that explains so much of the excess of the one around it stands for it. */
export const explainingShare = 0.7
/** Where the parts that rise hold so much of what is usual in the whole, the whole is what is raised. */
const commonShare = 0.8
/** A part rises with the whole when it rises by more than so much of it, whether or not it has crossed any threshold. */
const risingShare = 0.5
/** A part whose share of the excess is so much more than its share of what is usual has something of its own. */
const ownShare = 0.2
/** More parts than this with an excess of their own are one thing that concerns them all. */
const separateAtMost = 3
/** Of two explanations alike in how much usual traffic they hold for each dollar explained, the one that explains more. */
const clearlyDenser = 0.9
const nearlyAll = 0.97
/** Where everything in a series rises alike, what is deep in it and explains it in so much less is still the cause. */
const muchDenser = 0.8
/** Parts that hold more than this for what they explain say less than the whole. */
const noDenser = 1.1
/** Another place in an explanation has to save so much of the usual traffic that it holds. */
const placeCosts = 0.25

/** One judged series with what others leave of its excess. */
export interface Suspect {
  readonly judgement: Judgement
  /** The level after what other alerts explain is taken off. */
  readonly level: Level
  readonly excess: number
}

/**
 * Which series to alert on, of one rule: for every incident the narrowest that explains it. `suspects` are all series of
 * the rule; those that are above get somebody told, themselves or by a part of theirs that is raised. No two of what is
 * found overlap.
 */
export function locate(suspects: readonly Suspect[]): Suspect[] {
  const found = new Map<string, Suspect>()
  const above = suspects.filter(({ level }) => level === 'above')
  for (const root of above) {
    if (above.some((wider) => wider !== root && contains(wider.judgement.dims, root.judgement.dims))) continue
    for (const place of descend(root, suspects)) found.set(keyOf(place.judgement.dims), place)
  }
  const widest = [...found.values()].filter(
    (place) =>
      ![...found.values()].some((wider) => wider !== place && contains(wider.judgement.dims, place.judgement.dims)),
  )
  return withoutOverlaps(widest).filter((place) => !isAhead(place, suspects))
}

/**
 * Of places that share traffic without being nested (a team and a model) one stays: that with the larger excess, or
 * one that explains most of it in clearly less traffic. What the other has besides is told the next time, when this one is known.
 */
function withoutOverlaps(places: readonly Suspect[]): Suspect[] {
  let kept: Suspect[] = []
  for (const place of places.toSorted((a, b) => b.excess - a.excess)) {
    const rivals = kept.filter((other) => overlaps(other.judgement.dims, place.judgement.dims))
    const isDenser = rivals.every(
      (rival) => place.excess >= explainingShare * rival.excess && isPreferred([place], [rival]),
    )
    if (isDenser) kept = [...kept.filter((other) => !rivals.includes(other)), place]
  }
  return kept
}

/** Where in a series its excess is: in its teams and features, or in its models, whichever says it more closely. */
function descend(node: Suspect, suspects: readonly Suspect[]): Suspect[] {
  const { dims, frame } = node.judgement
  const { throughTeams, throughModels } = partsOf(node, suspects)
  // A model without a price is without one for everybody, however many use it.
  if (frame.kind === 'unpriced' && (throughModels.some(isRaised) || dims.model !== undefined))
    return along(node, throughModels, suspects)

  const byTeams = along(node, throughTeams, suspects)
  const byModels = along(node, throughModels, suspects)
  if (throughTeams.length === 0) return byModels
  if (byModels.includes(node) || !explains(byModels, node)) return byTeams
  if (!explains(byTeams, node)) return byModels
  return isPreferred(byModels, byTeams) ? byModels : byTeams
}

/** The widest series in another, along each of the two ways. */
function partsOf({ judgement: { dims } }: Suspect, suspects: readonly Suspect[]) {
  const inside = suspects.filter(
    (other) => depthOf(other.judgement.dims) > depthOf(dims) && contains(dims, other.judgement.dims),
  )
  return {
    throughTeams: widestOf(inside.filter(({ judgement }) => !isSameFeature(judgement.dims, dims))),
    throughModels: widestOf(inside.filter(({ judgement }) => isSameFeature(judgement.dims, dims))),
  }
}

/**
 * Whether all around a place rises as it does and is about to cross as well: of parts that rise together one is always
 * first. It is told with the whole, or by itself as soon as it rises clearly more than that.
 */
function isAhead(place: Suspect, suspects: readonly Suspect[]): boolean {
  const { dims, expected } = place.judgement
  return suspects.some((whole) => {
    const { judgement, level, excess } = whole
    if (level === 'above' || whole === place || place.excess >= explainingShare * excess) return false
    if (!overlaps(judgement.dims, dims) || contains(dims, judgement.dims)) return false
    if (excess * expected < explainingShare * place.excess * judgement.expected) return false
    if (judgement.levelWithout(judgement.excess - excess / explainingShare) === 'within') return false
    if (sharedExcess(judgement.dims, dims, suspects) < explainingShare * place.excess) return false
    const { throughTeams, throughModels } = partsOf(whole, suspects)
    return isCommon(whole, throughTeams) || isCommon(whole, throughModels)
  })
}

function sharedExcess(one: Dims, other: Dims, suspects: readonly Suspect[]): number {
  const leaves = suspects.filter(
    ({ judgement: { dims } }) => isLeaf(dims) && contains(one, dims) && contains(other, dims),
  )
  return contains(one, other) ? Number.POSITIVE_INFINITY : excessOf(leaves)
}

function isRaised({ level }: Suspect): boolean {
  return level !== 'within'
}

function isSameFeature(inner: Dims, outer: Dims): boolean {
  return inner.team === outer.team && inner.feature === outer.feature
}

function excessOf(places: readonly Suspect[]): number {
  return places.reduce((sum, { excess }) => sum + excess, 0)
}

function explains(places: readonly Suspect[], node: Suspect): boolean {
  return excessOf(places) >= explainingShare * node.excess
}

/** Whether this explains more closely, or as closely and clearly more. */
function isPreferred(one: readonly Suspect[], other: readonly Suspect[]): boolean {
  const [own, others] = [usualPerExcess(one), usualPerExcess(other)]
  if (own < clearlyDenser * others) return true
  return clearlyDenser * own < others && nearlyAll * excessOf(one) > excessOf(other)
}

/** How much usual traffic is pointed at for what is explained. */
function usualPerExcess(places: readonly Suspect[]): number {
  const usual = places.reduce((sum, { judgement }) => sum + Math.max(0, judgement.expected), 0)
  return (usual * (1 + placeCosts * (places.length - 1))) / excessOf(places)
}

/**
 * The node itself, unless some of these parts of it, of which no two overlap, explain it. `parts` are the widest along
 * one way; where a wide one is not raised, those within it are looked at.
 */
function along(node: Suspect, parts: readonly Suspect[], suspects: readonly Suspect[]): Suspect[] {
  const children = widestOf(parts.flatMap((part) => (isRaised(part) ? [part] : raisedWithin(part, suspects))))
  const best = children.toSorted((a, b) => b.excess - a.excess)[0]
  if (best === undefined) return [node]
  const below = belowOf(node, best, children).flatMap((child) => descend(child, suspects))
  if (below.length === 0) return [node]
  const most = usualPerExcess([node])
  if (!isCommon(node, parts)) return usualPerExcess(below) <= noDenser * most ? below : [node]
  return explains(below, node) && usualPerExcess(below) < muchDenser * most ? below : [node]
}

/** The parts that together explain a series; none where they do not, or are too many to be told one by one. */
function belowOf(node: Suspect, best: Suspect, children: readonly Suspect[]): Suspect[] {
  const separate = children.filter((child) => child.level === 'above')
  if (best.excess >= explainingShare * node.excess) return [best, ...separate.filter((child) => child !== best)]
  return separate.length <= separateAtMost && explains(separate, node) ? separate : []
}

/** Everything in it rises, and no part by much more than its share: it has a cause that concerns the whole. */
function isCommon(node: Suspect, parts: readonly Suspect[]): boolean {
  const usual = node.judgement.expected
  if (usual <= 0) return false
  const rate = node.excess / usual
  const rising = parts.filter(({ judgement, excess }) => excess > risingShare * rate * judgement.expected)
  const raised = rising.reduce((sum, { judgement }) => sum + judgement.expected, 0)
  if (rising.length < 2 || raised < commonShare * usual) return false
  return parts.every(({ judgement, excess }) => excess / node.excess <= judgement.expected / usual + ownShare)
}

function raisedWithin({ judgement: { dims } }: Suspect, suspects: readonly Suspect[]): Suspect[] {
  return suspects.filter((one) => isRaised(one) && contains(dims, one.judgement.dims))
}

/** Those that no other is around. */
function widestOf(suspects: readonly Suspect[]): Suspect[] {
  const keys = new Set(suspects.map(({ judgement }) => keyOf(judgement.dims)))
  return suspects.filter(({ judgement: { dims } }) => !around(dims).some((wider) => keys.has(keyOf(wider))))
}

/** All series, cut in any way, that a series is a part of. */
function around(dims: Dims): Dims[] {
  const ways = seriesDimensions.reduce<Dims[]>(
    (known, name) => (dims[name] === undefined ? known : known.flatMap((one) => [one, { ...one, [name]: dims[name] }])),
    [{}],
  )
  return ways.slice(0, -1)
}
