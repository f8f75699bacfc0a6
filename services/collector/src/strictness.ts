import type { Attributed } from '@spanledger/schemas/attribution/attribution'
import { isChargeable } from '@spanledger/schemas/attribution/chargeable'
import type { UsageEvent } from '@spanledger/schemas/events/usage-event'
import type { Dimension } from '@spanledger/schemas/events/dimensions'
import type { Sender } from './sender.ts'

/** Holds what comes in with one request to the dimensions that the configuration requires. */
export interface Strictness {
  /** Whether a span or log record may come in. What is never charged need not say whose it is. */
  admits(record: Attributed): boolean
  /** What an event lacks, in words; undefined: nothing. */
  problemOf(event: UsageEvent): string | undefined
  /** How many records were not admitted. */
  readonly refused: number
  /** What they lack, and what to do; '' when all were admitted. */
  readonly message: string
}

export function createStrictness({ attributor, tenant, pins }: Sender): Strictness {
  const lacking = new Set<Dimension>()
  let refused = 0
  return {
    admits(record) {
      if (!attributor.isStrict) return true
      const missing = attributor.missingIn(record, tenant, pins)
      if (missing.length === 0 || !isChargeable(record.attributes)) return true
      for (const dimension of missing) lacking.add(dimension)
      refused++
      return false
    },
    problemOf(event) {
      if (!attributor.isStrict) return undefined
      const missing = attributor.missingInEvent(event, tenant, pins)
      return missing.length === 0 ? undefined : `attribution.${missing.join(', attribution.')} is required here`
    },
    get refused() {
      return refused
    },
    get message() {
      const names = [...lacking].map((dimension) => `spanledger.${dimension}`).join(', ')
      return refused === 0 ? '' : `${names} is required here: set it on the span, the log record or the resource`
    },
  }
}
