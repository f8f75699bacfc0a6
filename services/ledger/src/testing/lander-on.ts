import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { createAuditor } from '../auditor/auditor.ts'
import { IdentityFilter } from '../identity/identity-filter.ts'
import type { Price } from '../landing/charge.ts'
import { Lander } from '../landing/lander.ts'
import type { LedgerStore } from '../ports.ts'
import { somePrice, someTime } from './observations.ts'

let inserts = 0

/** A lander that has just started: what it knows of the store is what it reads there. */
export function landerOn(
  store: LedgerStore,
  options: {
    price?: Price
    filterBytes?: number
    clock?: () => number
    inserted?: (entries: readonly LedgerEntry[]) => void
  } = {},
): Lander {
  return new Lander({
    store,
    filter: new IdentityFilter((...range) => store.loadKeys(...range), options.filterBytes ?? 1e8),
    price: options.price ?? somePrice,
    clock: options.clock ?? (() => someTime),
    nextInsertId: () => `insert-${inserts++}`,
    ...(options.inserted && { inserted: options.inserted }),
  })
}

/** A lander, and an auditor that steps when it is told to. */
export function ledgerOn(
  store: LedgerStore,
  options: { price?: Price; filterBytes?: number; clock?: () => number } = {},
) {
  const lander = landerOn(store, options)
  const auditor = createAuditor({
    store,
    lander,
    clock: createManualClock(options.clock?.() ?? someTime),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
  })
  return { lander, auditor }
}
