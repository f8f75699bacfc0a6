import type { JudgedKind } from '@spanledger/schemas/config/alerts'
import type { AlertKind } from '@spanledger/schemas/events/alert'
import { contains, type Dims, overlaps } from '../series/series.ts'

/**
 * One incident is one alert: what an alert explains is taken off the excess of the others before they are judged.
 *
 * | an alert of      | explains the excess of, where they overlap | because                                        |
 * |------------------|--------------------------------------------|------------------------------------------------|
 * | cache_regression | cost_per_request, spend_spike              | what is not cached costs more                  |
 * | spend_spike      | cost_per_request                           | the dearer requests are the spike              |
 * | cost_per_request | spend_spike                                | dearer requests are more spend                 |
 * | any kind         | its own, of a series around it             | the wider series shows the same excess         |
 */
const explains: Readonly<Partial<Record<AlertKind, readonly JudgedKind[]>>> = {
  cache_regression: ['cost_per_request', 'spend_spike'],
  spend_spike: ['cost_per_request'],
  cost_per_request: ['spend_spike'],
}

/** The order in which kinds are opened in one judgement: causes before what they cause. */
export const openingOrder: readonly JudgedKind[] = ['unpriced', 'cache_regression', 'spend_spike', 'cost_per_request']

/** What a series has too much now. */
interface Excess {
  readonly dims: Dims
  readonly excess: number
}

/** An alert that explains an excess: of how much (USD; requests for unpriced), and whether it is open now. */
export interface Explainer {
  readonly rule: string
  readonly kind: AlertKind
  readonly dims: Dims
  readonly excess: number
  readonly isOpen: boolean
  /** What its rule sees now in it and in its leaves: says where in it its excess is. Undefined: it is over. */
  readonly seen: { readonly excess: number; leaves(): readonly Excess[] } | undefined
}

/** How much of the excess of this rule's series is explained by others; infinite where all of it is. */
export function explainedOf(
  rule: { readonly name: string; readonly kind: JudgedKind },
  dims: Dims,
  explainers: readonly Explainer[],
): number {
  const relevant = explainers.filter(
    (one) => one.rule === rule.name || (one.kind !== rule.kind && explains[one.kind]?.includes(rule.kind)),
  )
  if (relevant.some((one) => one.isOpen && contains(one.dims, dims))) return Number.POSITIVE_INFINITY
  let explained = 0
  const counted: Dims[] = []
  // Widest first: a part of what was counted is in it already.
  for (const one of relevant.toSorted((a, b) => b.excess - a.excess)) {
    if (!overlaps(one.dims, dims) || counted.some((known) => contains(known, one.dims) || contains(one.dims, known)))
      continue
    explained += Math.max(0, one.excess) * shareWithin(one, dims, counted)
    counted.push(one.dims)
  }
  return explained
}

/** Which part of an explainer's excess, 0 to 1, is in a series and in none of those that are counted already. */
function shareWithin({ dims: own, seen }: Explainer, dims: Dims, counted: readonly Dims[]): number {
  const isAll = contains(dims, own) && !counted.some((known) => overlaps(known, own))
  if (isAll || seen === undefined || seen.excess <= 0) return 1
  const leaves = seen.leaves()
  if (leaves.length === 0) return 1
  const there = excessWithin(dims, leaves, counted)
  return Math.min(1, Math.max(0, there / seen.excess))
}

/** Of a series' leaves, what is in another: series overlap in whole leaves. */
export function excessWithin(dims: Dims, leaves: readonly Excess[], without: readonly Dims[] = []): number {
  let sum = 0
  for (const leaf of leaves) {
    if (contains(dims, leaf.dims) && !without.some((known) => contains(known, leaf.dims))) sum += leaf.excess
  }
  return sum
}
