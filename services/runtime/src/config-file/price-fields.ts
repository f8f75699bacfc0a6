import { momentFrom } from '@spanledger/schemas/config/prices'
import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf } from './fields.ts'

/** One model of one provider, however it is written; undefined where it is not said. */
export function nameKey(provider: unknown, model: unknown): string | undefined {
  if (typeof provider !== 'string' || typeof model !== 'string') return undefined
  return `${provider.trim().toLowerCase()}\n${model.trim().toLowerCase()}`
}

/** Milliseconds since the epoch, `otherwise` where nothing is said; undefined where it is no time. */
export function momentOr(given: unknown, otherwise: number): number | undefined {
  if (given === undefined || given === null) return otherwise
  return typeof given === 'string' ? momentFrom(given) : undefined
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** From when until when something holds; undefined where one of them is no time. */
export function spanOf(from: unknown, to: unknown): Span | undefined {
  const [start, end] = [momentOr(from, Number.NEGATIVE_INFINITY), momentOr(to, Number.POSITIVE_INFINITY)]
  return start === undefined || end === undefined ? undefined : { from: start, to: end }
}

export function overlap(one: Span, other: Span): boolean {
  return one.from < other.to && other.from < one.to
}

/** Something that ends before it begins, or as it begins: the end is exclusive. */
export function emptySpan(
  path: readonly PropertyKey[],
  given: Readonly<Record<string, unknown>>,
  from: string,
  to: string,
): DescribedIssue[] {
  const span = spanOf(given[from], given[to])
  if (span === undefined || span.from < span.to) return []
  const when = span.from === span.to ? 'the same as' : 'before'
  return [{ path: [...path, to], problem: `is ${when} ${from}: it would never hold, for the end is exclusive` }]
}

/** Each meter has one price, by one of its two names. */
export function unitPriceConflicts(path: readonly PropertyKey[], prices: unknown, currency: unknown): DescribedIssue[] {
  return Object.entries(fieldsOf(prices)).flatMap(([meter, given]): DescribedIssue[] => {
    if (typeof given !== 'object' || given === null) return []
    const { usd, price } = fieldsOf(given)
    if (usd === undefined && price === undefined) {
      return [{ path: [...path, meter], problem: 'has no price: it takes usd (or price) and per' }]
    }
    if (usd !== undefined && price !== undefined) {
      return [{ path: [...path, meter], problem: 'has usd and price, which are one thing: keep one' }]
    }
    if (usd === undefined || typeof currency !== 'string' || currency === 'USD') return []
    return [
      {
        path: [...path, meter, 'usd'],
        problem: `would be in ${currency}, the currency given beside it: call it price`,
      },
    ]
  })
}

/** A decimal that is 0, however it is written. */
export function isNothing(decimal: unknown): boolean {
  return typeof decimal === 'string' && /^0+(?:\.0+)?$/.test(decimal)
}
