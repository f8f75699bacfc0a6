import type { Judgement, Level } from '../judge/judgement.ts'
import { contains, depthOf, keyOf, overlaps } from '../series/series.ts'

/** A series that explains so much of the excess of the one around it stands for it. */
export const explainingShare = 0.7
/** Where the raised parts hold so much of what is usual in the whole, the whole is what is raised. */
const commonShare = 0.8
/** A part whose share of the excess is so much more than its share of what is usual has something of its own. */
const ownShare = 0.2
/** More parts than this with an excess of their own are one thing that concerns them all. */
const separateAtMost = 3

/** One judged series with what others leave of its excess. */
export interface Suspect {
  readonly judgement: Judgement
  /** The level after what other alerts explain is taken off. */
  readonly level: Level
  readonly excess: number
}

/**
 * Which series to alert on, of one rule: for every incident the narrowest that explains it. `suspects` are all series of
 * the rule that are raised; those that are above get somebody told, themselves or by a part of theirs.
 */
export function locate(suspects: readonly Suspect[]): Suspect[] {
  const found = new Map<string, Suspect>()
  const above = suspects.filter(({ level }) => level === 'above')
  for (const root of above) {
    if (above.some((wider) => wider !== root && contains(wider.judgement.dims, root.judgement.dims))) continue
    for (const place of descend(root, suspects)) found.set(keyOf(place.judgement.dims), place)
  }
  return [...found.values()].filter(
    (place) =>
      ![...found.values()].some((wider) => wider !== place && contains(wider.judgement.dims, place.judgement.dims)),
  )
}

function descend(node: Suspect, suspects: readonly Suspect[]): Suspect[] {
  const children = childrenOf(node, suspects)
  const best = children.toSorted((a, b) => b.excess - a.excess)[0]
  if (best === undefined) return [node]
  if (isCommon(node, children, best)) return [node]

  const separate = children.filter((child) => child.level === 'above')
  if (best.excess >= explainingShare * node.excess) {
    const others = separate.filter((child) => !overlaps(child.judgement.dims, best.judgement.dims))
    return [best, ...others].flatMap((child) => descend(child, suspects))
  }
  const together = separate.reduce((sum, { excess }) => sum + excess, 0)
  const areAll = together >= explainingShare * node.excess && separate.length <= separateAtMost
  return areAll && separate.length > 0 ? separate.flatMap((child) => descend(child, suspects)) : [node]
}

/** Everything in it is raised, and no part by much more than its share: it has a cause that concerns the whole. */
function isCommon(node: Suspect, children: readonly Suspect[], best: Suspect): boolean {
  const usual = node.judgement.expected
  const raised = children.reduce((sum, { judgement }) => sum + judgement.expected, 0)
  if (children.length < 2 || usual <= 0 || raised < commonShare * usual) return false
  return best.excess / node.excess <= best.judgement.expected / usual + ownShare
}

/** The widest raised series inside of another. */
function childrenOf(node: Suspect, suspects: readonly Suspect[]): Suspect[] {
  const inside = suspects.filter(
    (other) =>
      depthOf(other.judgement.dims) > depthOf(node.judgement.dims) &&
      contains(node.judgement.dims, other.judgement.dims),
  )
  return inside.filter(
    (one) => !inside.some((wider) => wider !== one && contains(wider.judgement.dims, one.judgement.dims)),
  )
}
