import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { CostPool, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import type { Price } from '../landing/charge.ts'
import type { Observation } from '../observation.ts'
import { createPoolBook } from '../pools/pool-book.ts'
import { poolPrice } from '../pools/pool-price.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { poolsIn } from '../testing/memory-pools.ts'
import { observation, somePrice } from '../testing/observations.ts'
import { createPoolSettler, type PoolSettler } from './pool-settler.ts'

const start = Date.UTC(2026, 10, 20, 10)
const minute = 60_000
const gpus: CostPool = {
  id: 'gpus',
  provider: 'vllm',
  models: ['llama'],
  units: 2,
  per_unit_hour: '2.5',
  from: new Date(start).toISOString(),
  to: new Date(start + 3 * hourMs).toISOString(),
  weigh: 'request_seconds',
  tenant: 'platform',
}
const request = (name: string, fields: Partial<Observation> = {}) =>
  observation({
    eventId: name,
    provider: 'self-hosted',
    requestModel: 'llama',
    operation: 'chat',
    at: start,
    usage: { input_tokens: 1000, output_tokens: 100 },
    latencyMs: 36_000,
    ...fields,
  })

/** A ledger with pools that has just started on what the store holds. */
function ledgerWith(overrides: PriceOverrides, store = new MemoryLedgerStore(), now = start) {
  const clock = createManualClock(now)
  const book = createPoolBook(overrides)
  let settler: PoolSettler | undefined
  const price: Price = (asked) =>
    poolPrice(asked, { version: 'v', book, rateOf: (pool) => settler?.rateOf(pool) }) ?? somePrice(asked)
  const lander = landerOn(store, { price, clock: () => clock.nowMs() })
  settler = createPoolSettler({
    reader: poolsIn(store),
    store,
    lander,
    book: () => book,
    priceVersion: () => 'v',
    clock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
  })
  return { store, lander, settler, clock, goTo: (ms: number) => clock.advance(ms - clock.nowMs()) }
}

const sumOf = (entries: readonly LedgerEntry[]) => decimalFromAtto(entries.reduce((sum, { cost }) => sum + cost, 0n))
const costs = (store: MemoryLedgerStore) =>
  Object.fromEntries(
    store
      .live()
      .map(({ tags, cost, attribution }): [string, string] => [
        attribution.user ?? tags.meter ?? '',
        decimalFromAtto(cost),
      ])
      .toSorted(),
  )
const idleIn = (store: MemoryLedgerStore) => store.entries.filter(({ dialect }) => dialect === 'cost_pool')
const settledAt = start + hourMs + 15 * minute

test('a request is an estimate until its hour is settled; then all of the hour is what the pool cost', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [gpus] })
  await lander.land([
    request('a', { attribution: { user: 'a' } }),
    request('b', { attribution: { user: 'b' }, at: start + 40 * minute, latencyMs: 72_000 }),
  ])
  expect(costs(store)).toEqual({ a: '0.05', b: '0.1' })
  expect(store.live()[0]).toMatchObject({
    priceState: 'estimated',
    matchedBy: 'pool:gpus',
    warnings: ['POOL_PROVISIONAL'],
  })
  await goTo(settledAt - 1)
  expect(await settler.step()).toBe(0)
  await goTo(settledAt)
  expect(await settler.step()).toBe(1)
  // 108 of 3600 seconds: 0.15, by 36 and 72 seconds
  expect(costs(store)).toEqual({ a: '0.05', b: '0.1' })
  expect(store.live().map(({ priceState, warnings, reason }) => ({ priceState, warnings, reason }))).toEqual([
    { priceState: 'priced', warnings: [], reason: 'pool_settled' },
    { priceState: 'priced', warnings: [], reason: 'pool_settled' },
  ])
  expect(sumOf(store.entries)).toBe('5')
  expect(idleIn(store)).toMatchObject([
    { kind: 'capacity', tenant: 'platform', requests: 0, at: start, operation: 'idle_capacity', priceState: 'priced' },
  ])
  expect(sumOf(idleIn(store))).toBe('4.85')
  expect(store.entries.reduce((sum, { requests }) => sum + requests, 0)).toBe(2)
})

test('settling again, also after a restart, writes nothing', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [gpus] })
  await lander.land([request('a'), request('b', { at: start + minute })])
  await goTo(settledAt)
  await settler.step()
  const entries = store.entries.length
  await settler.step()
  for (const later of [0, 16 * minute, 3 * hourMs]) {
    const again = ledgerWith(
      { pools: [{ ...gpus, to: new Date(start + hourMs).toISOString() }] },
      store,
      settledAt + later,
    )
    await again.settler.step()
    await again.settler.step()
  }
  expect(store.entries).toHaveLength(entries)
})

test('hours without any request are idle as a whole, and what ran last says what a request costs at first', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [{ ...gpus, capacity_per_hour: '7200' }] })
  await lander.land([request('a')])
  await goTo(start + 2 * hourMs + 20 * minute)
  expect(await settler.step()).toBe(2)
  expect(sumOf(store.entries)).toBe('10')
  await lander.land([request('b', { at: start + 2 * hourMs, latencyMs: 3600, attribution: { user: 'b' } })])
  // a: 36 of 7200 for 5 USD; b a tenth of it
  expect(costs(store)).toMatchObject({ b: '0.0025' })
  expect(
    JSON.parse(store.live().find(({ attribution }) => attribution.user === 'b')?.accrualBasis ?? ''),
  ).toMatchObject({
    window: '2026-11-20T10:00:00.000Z',
    settled: false,
  })
})

test('a late request is settled with those before, from a quarter of an hour on, and the hour costs what it did', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [gpus] })
  await lander.land([request('a', { attribution: { user: 'a' } })])
  await goTo(settledAt)
  await settler.step()
  await goTo(settledAt + minute)
  await lander.land([request('late', { attribution: { user: 'late' } })])
  expect(await settler.step()).toBe(0)
  expect(costs(store)).toEqual({ a: '0.05', late: '0.05' })
  await goTo(settledAt + 15 * minute)
  expect(await settler.step()).toBe(1)
  // Both ran at the same time.
  expect(costs(store)).toEqual({ a: '0.025', late: '0.025' })
  expect(sumOf(store.entries)).toBe('5')
})

test('an hour that is settled keeps its cost, whatever the pool costs by now', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [gpus] })
  await lander.land([request('a')])
  await goTo(settledAt)
  await settler.step()
  const dearer = ledgerWith({ pools: [{ ...gpus, per_unit_hour: '100' }] }, store, settledAt + 20 * minute)
  await dearer.lander.land([request('b')])
  await dearer.settler.step()
  expect(sumOf(store.entries)).toBe('5')
})

test('idle capacity that is spread is in the requests, and tagged', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [{ ...gpus, idle: 'spread' }] })
  await lander.land([request('a', { tags: { k: 'v' } }), request('b', { latencyMs: 108_000, tags: { k: 'v' } })])
  await goTo(settledAt)
  await settler.step()
  expect(
    store
      .live()
      .map(({ cost, tags }) => [decimalFromAtto(cost), tags])
      .toSorted(),
  ).toEqual([
    ['1.25', { idle_share_usd: '1.2125', k: 'v' }],
    ['3.75', { idle_share_usd: '3.6375', k: 'v' }],
  ])
  expect(sumOf(idleIn(store))).toBe('0')
  expect(sumOf(store.entries)).toBe('5')
})

test('what a pool weighs by and nobody reported is unpriced, never free', async () => {
  const { latencyMs: _, ...silent } = request('silent')
  const { store, lander, settler, goTo } = ledgerWith({ pools: [gpus] })
  await lander.land([silent, request('a', { attribution: { user: 'a' } })])
  await goTo(settledAt)
  await settler.step()
  const found = store.live().find(({ attribution }) => attribution.user !== 'a')
  expect(found).toMatchObject({
    priceState: 'unpriced',
    unpricedRequests: 1,
    warnings: ['POOL_WEIGHT_UNKNOWN'],
    cost: 0n,
  })
  expect(sumOf(store.entries)).toBe('5')
})

test('bought throughput has no price by the token, and what overflowed has', async () => {
  const ptu: CostPool = {
    id: 'ptu',
    provider: 'azure',
    models: ['gpt-4o'],
    units: 50,
    per_unit_hour: '1.00',
    from: gpus.from,
    weigh: 'tokens',
    weights: { cache_read: '0', output: '4' },
    capacity_per_hour: '16000000',
  }
  const { store, lander, settler, goTo } = ledgerWith({ pools: [ptu] })
  const azure = {
    provider: 'azure',
    requestModel: 'gpt-4o',
    usage: { input_tokens: 2_000_000, output_tokens: 2_000_000 },
  }
  await lander.land([
    request('a', { ...azure, serviceTier: 'default' }),
    request('over', { ...azure, serviceTier: 'spillover', attribution: { user: 'over' } }),
  ])
  const over = store.live().find(({ attribution }) => attribution.user === 'over')
  expect(over).toMatchObject({ matchedBy: 'catalogue', priceState: 'priced' })
  await goTo(settledAt)
  await settler.step()
  const ofPool = store.entries.filter(({ matchedBy }) => matchedBy === 'pool:ptu')
  expect(sumOf(ofPool)).toBe('50')
  expect(sumOf(idleIn(store))).toBe('18.75')
  expect(store.live().find(({ identity }) => identity === over?.identity)).toEqual(over)
})

test('twins that meet late and duplicates taken back leave the hour at what it cost', async () => {
  const { store, lander, settler, goTo } = ledgerWith({ pools: [gpus] })
  await lander.land([request('a', { traceId: 'ab'.repeat(16), spanId: 'ab'.repeat(8) }), request('b')])
  await goTo(settledAt)
  await settler.step()
  await lander.land([
    request('a', { traceId: 'ab'.repeat(16), spanId: 'ab'.repeat(8), rank: 1, latencyMs: 60_000, dialect: 'x' }),
  ])
  await goTo(settledAt + 16 * minute)
  await settler.step()
  expect(sumOf(store.entries)).toBe('5')
  expect(store.live().every(({ priceState }) => priceState === 'priced')).toBe(true)
})

test('every hour of several pools sums to its cost, whoever asked, whatever is late, cut off or done twice', async () => {
  const report = fc.record({
    pool: fc.constantFrom('llama', 'qwen', 'other'),
    tenant: fc.constantFrom('acme', 'umbrella'),
    at: fc.integer({ min: 0, max: 2 * 60 - 1 }),
    latencyMs: fc.option(fc.integer({ min: 1, max: 4_000_000 }), { nil: undefined }),
    output: fc.integer({ min: 0, max: 5000 }),
    late: fc.boolean(),
  })
  const pools: CostPool[] = [
    { ...gpus, to: new Date(start + 2 * hourMs).toISOString() },
    {
      ...gpus,
      id: 'shared',
      models: ['qwen', 'other'],
      per_unit_hour: '0.333333333333333333',
      units: 7,
      weigh: 'tokens',
      idle: 'spread',
      to: new Date(start + 2 * hourMs).toISOString(),
    },
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.array(report, { maxLength: 25 }),
      fc.array(fc.constantFrom('refused', 'written', 'going on'), { maxLength: 3 }),
      async (reports, fates) => {
        const store = new MemoryLedgerStore()
        const observations = reports.map(({ pool, tenant, at, latencyMs, output }, n) => {
          const { latencyMs: _, ...rest } = request(`e${n}`, {
            tenant,
            requestModel: pool,
            at: start + at * minute,
            usage: { input_tokens: 10 * n, output_tokens: output },
          })
          return { ...rest, ...(latencyMs !== undefined && { latencyMs }) }
        })
        const first = ledgerWith({ pools }, store)
        await first.lander.land(observations.filter((_each, n) => !reports[n]?.late))
        let now = start + 2 * hourMs + 15 * minute
        for (const fate of fates) {
          store.failInsert = fate
          await ledgerWith({ pools }, store, now)
            .settler.step()
            .catch(() => {})
          await store.settle()
        }
        store.failInsert = undefined
        await ledgerWith({ pools }, store, (now += minute)).settler.step()
        const last = ledgerWith({ pools }, store, (now += minute))
        await last.lander.land(observations)
        await last.settler.step()
        await last.goTo((now += 48 * hourMs))
        await last.settler.step()
        await last.settler.step()
        for (const pool of pools)
          for (const hour of [0, 1]) {
            const entries = store.entries.filter(
              ({ matchedBy, at }) => matchedBy === `pool:${pool.id}` && Math.floor((at - start) / hourMs) === hour,
            )
            expect(sumOf(entries)).toBe(pool.id === 'gpus' ? '5' : '2.333333333333333331')
          }
        expect(store.live().filter(({ warnings }) => warnings.includes('POOL_PROVISIONAL'))).toEqual([])
        expect(store.live()).toHaveLength(observations.length)
        const entries = store.entries.length
        await ledgerWith({ pools }, store, now + 48 * hourMs).settler.step()
        expect(store.entries).toHaveLength(entries)
      },
    ),
    { numRuns: 60 },
  )
})
