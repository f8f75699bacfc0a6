import type { RejectCode } from '../codes.ts'
import { ok, reject, type Result } from '../result.ts'
import { isObject } from './event-fields.ts'
import { type Usage, type UsageFormat, usageFields } from './usage.ts'
import { findContradiction, UsageCounts } from './usage-counts.ts'
import { usageAdapters } from './usage-adapters.ts'

/**
 * A provider's own usage block in canonical, inclusive terms (the pricing specification, 3.2).
 *
 * Ok with an empty object: nothing that we know was reported, which is "no usage", not zero. Cache writes without a
 * split by time to live stay without one: which of them they are is the ledger's assumption to make, and to flag.
 */
export function readUsage(format: UsageFormat, raw: unknown): Result<Usage, RejectCode> {
  if (!isObject(raw)) return reject('FIELD_INVALID', 'usage is not an object')
  const counts = new UsageCounts()
  usageAdapters[format](counts, raw)
  const problem = counts.problem ?? settle(counts.usage)
  return problem === undefined ? ok(counts.usage) : reject(problem.code, problem.message)
}

/** The same rules for a usage that was put together elsewhere (a span's attributes). */
export function checkUsage(usage: Usage): Result<Usage, RejectCode> {
  const counts = new UsageCounts()
  for (const field of usageFields) counts.take(field, usage[field])
  const problem = counts.problem ?? settle(counts.usage)
  return problem === undefined ? ok(counts.usage) : reject(problem.code, problem.message)
}

/** Fills in the total of cache writes where only its parts were reported; then what contradicts itself, if anything. */
function settle(usage: UsageCounts['usage']) {
  if (usage.cache_write_tokens === undefined) {
    const split = [
      usage.cache_write_5m_tokens,
      usage.cache_write_1h_tokens,
      usage.cache_write_30m_tokens,
      usage.cache_write_12h_tokens,
    ].filter((count) => count !== undefined)
    if (split.length > 0) usage.cache_write_tokens = split.reduce((sum, count) => sum + count, 0)
  }
  return findContradiction(usage)
}
