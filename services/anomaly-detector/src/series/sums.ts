/**
 * What is added up of a stretch of a series, as floats: good enough to choose what to look at and whether it goes on.
 * Figures that anybody reads are measured exactly (measure/). The first four fields, then seven for each smallest size
 * of input that some rule calls eligible for caching.
 */
export type Sums = Float64Array

export const field = { requests: 0, cost: 1, costSquares: 2, unpriced: 3 } as const
const plainFields = 4

/** Of eligible traffic, x = input tokens and c = cached ones of a request. */
export const eligibleField = { requests: 0, input: 1, read: 2, saved: 3, xx: 4, xc: 5, cc: 6 } as const
const eligibleFields = 7

export function eligible(sums: Sums, place: number, name: keyof typeof eligibleField): number {
  return sums[plainFields + place * eligibleFields + eligibleField[name]] as number
}

export function sizeOf(eligibleSizes: number): number {
  return plainFields + eligibleSizes * eligibleFields
}

export function addTo(target: Sums, more: Sums, times = 1): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + (more[i] as number) * times
}

/**
 * Columns `s0`, `s1`, … in the order of the fields. Eligible is what reported cache reads (not reported is not 0), and
 * is long enough to be cached; corrections count with their sign.
 */
export function sumColumns(eligibleSizes: readonly number[]): string {
  const plain = ['sum(requests)', 'sum(toFloat64(cost))', 'sum(pow(toFloat64(cost), 2))', 'sum(unpriced_requests)']
  const columns = eligibleSizes.flatMap((size) => {
    const is = isEligible(size)
    return [
      `sumIf(requests, ${is})`,
      `sumIf(input_tokens, ${is})`,
      `sumIf(cache_read_tokens, ${is})`,
      `sumIf(toFloat64(cost_without_cache) - toFloat64(cost), ${is})`,
      `sumIf(pow(toFloat64(input_tokens), 2) * requests, ${is})`,
      `sumIf(toFloat64(input_tokens) * cache_read_tokens * requests, ${is})`,
      `sumIf(pow(toFloat64(cache_read_tokens), 2) * requests, ${is})`,
    ]
  })
  return [...plain, ...columns].map((column, place) => `toFloat64(${column}) AS s${place}`).join(', ')
}

/** Bit 1 of `reported_units` is cache_read_tokens: the second of `usageFields`. */
export function isEligible(minInputTokens: number): string {
  return `bitTest(reported_units, 1) AND abs(input_tokens) >= ${minInputTokens}`
}

export function sumsFrom(row: Readonly<Record<string, unknown>>, size: number): Sums {
  return Float64Array.from({ length: size }, (_, place) => Number(row[`s${place}`]))
}
