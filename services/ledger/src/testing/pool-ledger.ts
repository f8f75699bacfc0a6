import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { CostPool, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { PoolReader } from '../auditor/pool-reader.ts'
import { createPoolSettler, type PoolSettler } from '../auditor/pool-settler.ts'
import { hourMs } from '../identity/identity-filter.ts'
import type { Price } from '../landing/charge.ts'
import type { Observation } from '../observation.ts'
import type { LedgerStore } from '../ports.ts'
import { createPoolBook } from '../pools/pool-book.ts'
import { poolPrice } from '../pools/pool-price.ts'
import { landerOn } from './lander-on.ts'
import { MemoryLedgerStore } from './memory-ledger-store.ts'
import { poolsIn } from './memory-pools.ts'
import { observation, somePrice } from './observations.ts'

/** When the first hour of `gpus` begins. */
export const poolStart = Date.UTC(2026, 10, 20, 10)

/** Two machines for three hours, 5 USD an hour. */
export const gpus: CostPool = {
  id: 'gpus',
  provider: 'vllm',
  models: ['llama'],
  units: 2,
  per_unit_hour: '2.5',
  from: new Date(poolStart).toISOString(),
  to: new Date(poolStart + 3 * hourMs).toISOString(),
  weigh: 'request_seconds',
  tenant: 'platform',
}

/** A request of 36 seconds on `gpus`. */
export const poolRequest = (name: string, fields: Partial<Observation> = {}) =>
  observation({
    eventId: name,
    provider: 'self-hosted',
    requestModel: 'llama',
    operation: 'chat',
    at: poolStart,
    usage: { input_tokens: 1000, output_tokens: 100 },
    latencyMs: 36_000,
    ...fields,
  })

/** A ledger in memory with pools that has just started on what the store holds. */
export function poolLedger(overrides: PriceOverrides, store = new MemoryLedgerStore(), now = poolStart) {
  return { ...poolLedgerOn(overrides, store, poolsIn(store), now), store }
}

export function poolLedgerOn(overrides: PriceOverrides, store: LedgerStore, reader: PoolReader, now: number) {
  const clock = createManualClock(now)
  const book = createPoolBook(overrides)
  let ofSettler: PoolSettler | undefined
  const price: Price = (asked) =>
    poolPrice(asked, { version: 'v', book, rateOf: (pool) => ofSettler?.rateOf(pool) }) ?? somePrice(asked)
  const lander = landerOn(store, { price, clock: () => clock.nowMs() })
  const settler = (ofSettler = createPoolSettler({
    reader,
    store,
    lander,
    book: () => book,
    priceVersion: () => 'v',
    clock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
  }))
  return { lander, settler, goTo: (ms: number) => clock.advance(ms - clock.nowMs()) }
}

/** USD. */
export function sumOfCosts(entries: readonly LedgerEntry[]): string {
  return decimalFromAtto(entries.reduce((sum, { cost }) => sum + cost, 0n))
}
