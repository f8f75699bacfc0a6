import type { AttributeMap, AttributeValue } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import type { RawUsage } from './dialect.ts'

/** The first of the names that is there at all. */
export function firstOf(attributes: AttributeMap, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

/** The first of the names that holds text; blank counts as absent, because some producers write '' for "not set". */
export function firstText(attributes: AttributeMap, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name)
    if (typeof value !== 'string') continue
    const text = value.trim()
    if (text !== '') return text
  }
  return undefined
}

/** Token counts as they were sent: of each field the first of its names that is there. */
export function readUsage(
  attributes: AttributeMap,
  usageNames: readonly (readonly [UsageField, readonly string[]])[],
): RawUsage {
  const usage: RawUsage = {}
  for (const [field, candidates] of usageNames) {
    const value = firstOf(attributes, candidates)
    if (value !== undefined) usage[field] = value
  }
  return usage
}
