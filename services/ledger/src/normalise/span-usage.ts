import type { ObservationWarning } from '@spanledger/schemas/codes'
import { type Usage, type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import { UsageCounts } from '@spanledger/schemas/events/usage-counts'
import { checkUsage } from '@spanledger/schemas/events/usage-formats'
import { ok, reject } from '@spanledger/schemas/result'
import type { Judged } from './judged.ts'
import type { InputSemantics, RawUsage } from '../dialects/dialect.ts'
import { assumeLifetimes } from './cache-lifetimes.ts'

export interface SpanUsage {
  /** undefined: the span reports none. */
  readonly usage: Usage | undefined
  readonly warnings: readonly ObservationWarning[]
}

type Counts = { -readonly [field in UsageField]?: number }

/**
 * A span's counts in canonical, inclusive terms. Rejects what is no count and what contradicts itself; a count that
 * only fits the other meaning of "input" is read that way and flagged, never clamped.
 */
export function normaliseUsage(raw: RawUsage, semantics: InputSemantics, byLifetime: boolean): Judged<SpanUsage> {
  const counts = new UsageCounts()
  for (const field of usageFields) counts.take(field, raw[field])
  if (counts.problem) return reject(counts.problem.code, counts.problem.message)
  const usage = counts.usage
  if (Object.keys(usage).length === 0) return ok({ usage: undefined, warnings: [] })

  const warnings = new Set<ObservationWarning>()
  if (semantics === 'assumed' && usage.input_tokens !== undefined) warnings.add('SEMANTICS_ASSUMED')
  includeCaches(usage, semantics, warnings)
  includeReasoning(usage, warnings)

  const checked = checkUsage(usage)
  if (checked.kind === 'reject') return checked
  if (checked.kind === 'drop') return ok({ usage: undefined, warnings: [] })
  if (!byLifetime) return ok({ usage: checked.value, warnings: [...warnings] })
  const split = assumeLifetimes(checked.value)
  if (split.assumed) warnings.add('TTL_ASSUMED')
  return ok({ usage: split.usage, warnings: [...warnings] })
}

/** More cached tokens than input proves that the input excludes them; the reverse proves nothing. */
function includeCaches(usage: Counts, semantics: InputSemantics, warnings: Set<ObservationWarning>): void {
  const split = (usage.cache_write_5m_tokens ?? 0) + (usage.cache_write_1h_tokens ?? 0)
  const cached = (usage.cache_read_tokens ?? 0) + (usage.cache_write_tokens ?? split)
  if (cached === 0) return
  const input = usage.input_tokens ?? 0
  if (semantics !== 'exclusive') {
    if (cached <= input) return
    warnings.delete('SEMANTICS_ASSUMED')
    warnings.add('SEMANTICS_CONFLICT')
  }
  usage.input_tokens = input + cached
}

/** The same for reasoning: more of it than output proves that the output excludes it. */
function includeReasoning(usage: Counts, warnings: Set<ObservationWarning>): void {
  const reasoning = usage.output_reasoning_tokens ?? 0
  const output = usage.output_tokens ?? 0
  if (reasoning <= output) return
  warnings.add('SEMANTICS_CONFLICT')
  usage.output_tokens = output + reasoning
}
