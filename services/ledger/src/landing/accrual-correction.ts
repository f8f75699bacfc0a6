import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { type AccrualBasis, formatBasis } from './accrual-basis.ts'
import { type PlanContext, replacementOf } from './plan.ts'
import { recordedOf } from './recorded-of-entry.ts'
import { reversalOf } from './reversal.ts'

/** What an accrual may have cost, and by what that is known. */
export interface AccrualEstimate {
  readonly accruedCost: bigint
  readonly basis: AccrualBasis
}

/**
 * Gives a live accrual another estimate: the reversal of its current entry, and what replaces it. Everything that was
 * reported of the request stays with it, so usage that comes later settles it like any other.
 */
export function estimateAccrual(entry: LedgerEntry, estimate: AccrualEstimate, context: PlanContext): LedgerEntry[] {
  const reason = 'accrual_estimated'
  return [
    reversalOf(entry, reason, context.recordedAt),
    {
      ...replacementOf(entry, [entry], recordedOf(entry), reason, false, context),
      accruedCost: estimate.accruedCost,
      accrualBasis: formatBasis(estimate.basis),
    },
  ]
}
