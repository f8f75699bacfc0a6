import type { Parts } from './amounts.ts'

/**
 * What the provider reported, in the proportions of what was computed: each part rounded down, and what is left of it by
 * the largest remainder, the earlier part first. Without anything computed it is all `other`.
 */
export function splitReported(reported: bigint, computed: Parts): Parts {
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
