import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import type { InputSemantics, RawUsage } from './dialect.ts'

/**
 * A total that holds what was cached proves which input goes with it, whatever release wrote it: input + output + cached
 * is one that excludes the cache, input + output one that includes it. Anything else proves nothing.
 */
export function semanticsByTotal(
  usage: RawUsage,
  total: AttributeValue | undefined,
  otherwise: InputSemantics,
): InputSemantics {
  const cached = count(usage.cache_read_tokens) + count(usage.cache_write_tokens)
  if (typeof total !== 'number' || !(cached > 0)) return otherwise
  return total === count(usage.input_tokens) + count(usage.output_tokens) + cached ? 'exclusive' : otherwise
}

function count(value: AttributeValue | undefined): number {
  return typeof value === 'number' ? value : 0
}
