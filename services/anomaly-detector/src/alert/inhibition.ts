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

/** An alert that explains an excess: of how much (USD; requests for unpriced), and whether it is open now. */
export interface Explainer {
  readonly rule: string
  readonly kind: AlertKind
  readonly dims: Dims
  readonly excess: number
  readonly isOpen: boolean
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
    counted.push(one.dims)
    explained += Math.max(0, one.excess)
  }
  return explained
}
