/** What takes part: `id` decides between equal fractions. */
export interface Weighed {
  readonly id: string
  /** Not negative. */
  readonly weight: bigint
}

/**
 * `total` atto-USD by weight: rounded down each, and what is left goes by one to the largest fractions, ties by id. The shares
 * are in the order of `all` and sum to `total` exactly; at least one weight is above 0. Source: the pricing specification, 9.1.
 */
export function shareOut(total: bigint, all: readonly Weighed[]): bigint[] {
  const weights = sumOf(all)
  if (weights <= 0n) throw new RangeError('nothing has a weight to share by')
  const shares: bigint[] = []
  const fractions: bigint[] = []
  let left = total
  for (const { weight } of all) {
    const product = total * weight
    const share = product / weights
    shares.push(share)
    fractions.push(product % weights)
    left -= share
  }
  const order = all.map((_, index) => index)
  order.sort((a, b) => compare(fractions[b] as bigint, fractions[a] as bigint) || compareIds(all, a, b))
  for (const index of order.slice(0, Number(left))) shares[index] = (shares[index] as bigint) + 1n
  return shares
}

export function sumOf(all: readonly Weighed[]): bigint {
  let sum = 0n
  for (const { weight } of all) sum += weight
  return sum
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareIds(all: readonly Weighed[], a: number, b: number): number {
  return (all[a] as Weighed).id < (all[b] as Weighed).id ? -1 : 1
}
