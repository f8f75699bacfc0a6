import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { untagged } from '@spanledger/schemas/events/dimensions'
import { isAccrual } from '../landing/accrual-basis.ts'
import { accrualsAtOnce, type AccrualsWanted, type OpenAccrual, type SeriesDay } from '../ports.ts'

/** `LedgerStore.findAccruals` over the live entries of a ledger in memory. */
export function accrualsOf(live: readonly LedgerEntry[], wanted: AccrualsWanted): OpenAccrual[] {
  return live
    .filter(isAccrual)
    .map((entry) => ({ ...seriesOf(entry), ...openOf(entry), recordedAt: entry.recordedAt }))
    .filter(({ recordedAt, accruedCost, day, identity }) =>
      'recordedSince' in wanted
        ? recordedAt >= wanted.recordedSince && accruedCost === 0n
        : day >= wanted.from && day <= wanted.to && identity > (wanted.after ?? ''),
    )
    .toSorted((a, b) => (a.identity < b.identity ? -1 : 1))
    .slice(0, accrualsAtOnce)
}

/** `LedgerStore.sumSeries`: of every series there is. */
export function seriesDaysOf(live: readonly LedgerEntry[], from: string, to: string): SeriesDay[] {
  return live
    .filter(({ priceState, reportedUnits }) => ['priced', 'estimated'].includes(priceState) && reportedUnits !== 0)
    .map((entry) => ({ ...seriesOf(entry), requests: 1n, cost: entry.cost }))
    .filter(({ day }) => day >= from && day <= to)
}

function openOf({ identity, identityKeys, at, accruedCost, accrualBasis }: LedgerEntry) {
  return { identity, key: identityKeys[0] as string, at, accruedCost, basis: accrualBasis }
}

function seriesOf({ at, tenant, provider, requestModel, model, operation, attribution }: LedgerEntry) {
  const { feature = untagged, service = '' } = attribution
  const day = new Date(at).toISOString().slice(0, 10)
  return { day, tenant, provider, requestModel, model, operation, feature, service }
}
