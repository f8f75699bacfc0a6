import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import { exactDecimal } from '@spanledger/schemas/events/exact-decimal'
import { attoFromDecimal } from '@spanledger/schemas/money'

/** A producer's own figure, USD, as atto-USD; undefined where it is no amount: it is evidence, so nothing is refused for it. */
export function reportedAmount(value: AttributeValue | undefined): bigint | undefined {
  const decimal = exactDecimal(typeof value === 'bigint' ? String(value) : value)
  return decimal === undefined ? undefined : attoFromDecimal(decimal)
}
