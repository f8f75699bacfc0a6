import type { Parts } from './amounts.ts'
import type { PriceResult } from './types.ts'

/**
 * What the provider reports is the cost, by a contract that says so; our list price stays beside it, where there is one.
 * `differs`: it is more than 1% from what we computed.
 */
export function trusted(computed: PriceResult, contract: string, reported: bigint, differs: boolean): PriceResult {
  const hasPrice = computed.state !== 'unpriced'
  const { costInputAtto, costCacheReadAtto, costCacheWriteAtto, costOutputAtto, costOtherAtto } = computed
  const parts = [costInputAtto, costCacheReadAtto, costCacheWriteAtto, costOutputAtto, costOtherAtto] as const
  const [input, cacheRead, cacheWrite, output, other] = splitReported(reported, parts)
  return {
    ...computed,
    state: reported === 0n ? 'free' : 'priced',
    costAtto: reported,
    costInputAtto: input,
    costCacheReadAtto: cacheRead,
    costCacheWriteAtto: cacheWrite,
    costOutputAtto: output,
    costOtherAtto: other,
    listAtto: hasPrice ? computed.listAtto : reported,
    withoutCacheAtto: withoutCache(computed, reported),
    unpricedTokens: 0,
    priceRows: [`contract:${contract}`],
    contractId: contract,
    matchedBy: computed.matchedBy === 'none' ? `contract:${contract}` : computed.matchedBy,
    warnings: differs ? ['PROVIDER_COST_DIFFERS'] : [],
  }
}

/** In the proportion of what was computed, rounded down. */
function withoutCache({ costAtto, withoutCacheAtto }: PriceResult, reported: bigint): bigint {
  return costAtto === 0n ? reported : (reported * withoutCacheAtto) / costAtto
}

/**
 * What the provider reported, in the proportions of what was computed: each part rounded down, and what is left of it by
 * the largest remainder, the earlier part first. Without anything computed it is all `other`.
 */
function splitReported(reported: bigint, computed: Parts): Parts {
  const sum = computed.reduce((total, part) => total + part, 0n)
  if (sum === 0n) return [0n, 0n, 0n, 0n, reported]
  const parts = computed.map((part) => (reported * part) / sum)
  let left = reported - parts.reduce((total, part) => total + part, 0n)
  const remainders = computed.map((part, place) => [(reported * part) % sum, place] as const)
  for (const [, place] of remainders.toSorted(([a, i], [b, j]) => (a === b ? i - j : a > b ? -1 : 1))) {
    if (left === 0n) break
    parts[place] = (parts[place] as bigint) + 1n
    left -= 1n
  }
  return parts as unknown as Parts
}
