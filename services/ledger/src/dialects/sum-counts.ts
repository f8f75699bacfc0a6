import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import { UsageCounts } from '@spanledger/schemas/events/usage-counts'

/**
 * Counts that belong together, added. What is no count stays what it is, for `normalise` to refuse with its reason;
 * undefined when none is there.
 */
export function sumCounts(...values: readonly (AttributeValue | undefined)[]): AttributeValue | undefined {
  let sum: number | undefined
  for (const value of values) {
    const counts = new UsageCounts()
    const count = counts.count(value, 'count')
    if (counts.problem) return value
    if (count !== undefined) sum = (sum ?? 0) + count
  }
  return sum
}
