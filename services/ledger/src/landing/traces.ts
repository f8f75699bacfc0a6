import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf, nearHours } from '../identity/identity-filter.ts'
import { traceOf } from '../identity/keys.ts'
import { parentKeysOf, type Recorded } from '../identity/recorded.ts'
import { chargeOf } from './charge.ts'
import type { PlanContext } from './plan.ts'
import { reversalOf } from './reversal.ts'

/**
 * A report whose time lies far from its charge leaves a charge of its own that is taken back at once: whoever asks for its
 * keys near its time finds that, and by it the charge that stands for it, wherever that is.
 *
 * `arrived`: what the charge did not hold before, and no charge near it that is taken back did.
 */
export function tracesOf(arrived: readonly Recorded[], charge: LedgerEntry, context: PlanContext): LedgerEntry[] {
  return arrived
    .filter(({ observation }) => !isNear(observation.at, charge.at))
    .flatMap((each) => {
      const { observation, own, keys, text } = each
      const trace = chargeOf(observation, context.price, {
        identity: traceOf(observation.tenant, own, text + charge.entryId),
        identityKeys: [...new Set([...keys, ...charge.identityKeys])],
        parentKeys: parentKeysOf([each]),
        recordedAt: context.recordedAt,
        sources: [observation.dialect],
      })
      return [trace, reversalOf(trace, 'duplicate', context.recordedAt)]
    })
}

function isNear(a: number, b: number): boolean {
  return Math.abs(hourOf(a) - hourOf(b)) <= nearHours
}
