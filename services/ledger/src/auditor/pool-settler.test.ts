import { decimalFromAtto } from '@spanledger/schemas/money'
import type { CostPool } from '@spanledger/schemas/prices/overrides'
import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import type { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { gpus, poolLedger, poolRequest, poolStart as start, sumOfCosts } from '../testing/pool-ledger.ts'

const minute = 60_000
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
  const { store, lander, settler, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([
    poolRequest('a', { attribution: { user: 'a' } }),
    poolRequest('b', { attribution: { user: 'b' }, at: start + 40 * minute, latencyMs: 72_000 }),
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
  expect(sumOfCosts(store.entries)).toBe('5')
  expect(idleIn(store)).toMatchObject([
    { kind: 'capacity', tenant: 'platform', requests: 0, at: start, operation: 'idle_capacity', priceState: 'priced' },
  ])
  expect(sumOfCosts(idleIn(store))).toBe('4.85')
  expect(store.entries.reduce((sum, { requests }) => sum + requests, 0)).toBe(2)
})

test('settling again, also after a restart, writes nothing', async () => {
  const { store, lander, settler, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([poolRequest('a'), poolRequest('b', { at: start + minute })])
  await goTo(settledAt)
  await settler.step()
  const entries = store.entries.length
  await settler.step()
  for (const later of [0, 16 * minute, 3 * hourMs]) {
    const again = poolLedger(
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
  const { store, lander, settler, goTo } = poolLedger({ pools: [{ ...gpus, capacity_per_hour: '7200' }] })
  await lander.land([poolRequest('a')])
  await goTo(start + 2 * hourMs + 20 * minute)
  expect(await settler.step()).toBe(2)
  expect(sumOfCosts(store.entries)).toBe('10')
  await lander.land([poolRequest('b', { at: start + 2 * hourMs, latencyMs: 3600, attribution: { user: 'b' } })])
  // a: 36 of 7200 for 5 USD; b a tenth of it
  expect(costs(store)).toMatchObject({ b: '0.0025' })
  expect(
    JSON.parse(store.live().find(({ attribution }) => attribution.user === 'b')?.accrualBasis ?? ''),
  ).toMatchObject({
    window: '2026-11-20T10:00:00.000Z',
    settled: false,
  })
})

test('a late request is settled with those before, from a minute on, and the hour costs what it did', async () => {
  const { store, lander, settler, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([poolRequest('a', { attribution: { user: 'a' } })])
  await goTo(settledAt)
  await settler.step()
  await goTo(settledAt + minute - 1)
  await lander.land([poolRequest('late', { attribution: { user: 'late' } })])
  expect(await settler.step()).toBe(0)
  expect(costs(store)).toEqual({ a: '0.05', late: '0.05' })
  await goTo(settledAt + minute)
  expect(await settler.step()).toBe(1)
  expect(idleIn(store).map(({ kind, receivedAt }) => [kind, receivedAt])).toEqual([
    ['capacity', settledAt],
    ['adjustment', settledAt],
    ['adjustment', settledAt],
  ])
  // Both ran at the same time.
  expect(costs(store)).toEqual({ a: '0.025', late: '0.025' })
  expect(sumOfCosts(store.entries)).toBe('5')
})

test('an hour that is settled keeps its cost, whatever the pool costs by now', async () => {
  const { store, lander, settler, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([poolRequest('a')])
  await goTo(settledAt)
  await settler.step()
  const dearer = poolLedger({ pools: [{ ...gpus, per_unit_hour: '100' }] }, store, settledAt + 20 * minute)
  await dearer.lander.land([poolRequest('b')])
  await dearer.settler.step()
  expect(sumOfCosts(store.entries)).toBe('5')
})

test('what two ledgers settled at the same moment is put right', async () => {
  const { store, settler, goTo } = poolLedger({ pools: [gpus] })
  await goTo(settledAt)
  await settler.step()
  for (const entry of idleIn(store)) store.entries.push({ ...entry })
  expect(sumOfCosts(store.entries)).toBe('10')
  const next = poolLedger(
    { pools: [{ ...gpus, to: new Date(start + hourMs).toISOString() }] },
    store,
    settledAt + minute,
  )
  expect(await next.settler.step()).toBe(1)
  expect(sumOfCosts(store.entries)).toBe('5')
  await next.goTo(settledAt + 30 * minute)
  expect(await next.settler.step()).toBe(0)
})

test('idle capacity that is spread is in the requests, and tagged', async () => {
  const { store, lander, settler, goTo } = poolLedger({ pools: [{ ...gpus, idle: 'spread' }] })
  await lander.land([
    poolRequest('a', { tags: { k: 'v' } }),
    poolRequest('b', { latencyMs: 108_000, tags: { k: 'v' } }),
  ])
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
  expect(sumOfCosts(idleIn(store))).toBe('0')
  expect(sumOfCosts(store.entries)).toBe('5')
})

test('what a pool weighs by and nobody reported is unpriced, never free', async () => {
  const { latencyMs: _, ...silent } = poolRequest('silent')
  const { store, lander, settler, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([silent, poolRequest('a', { attribution: { user: 'a' } })])
  await goTo(settledAt)
  await settler.step()
  const found = store.live().find(({ attribution }) => attribution.user !== 'a')
  expect(found).toMatchObject({
    priceState: 'unpriced',
    unpricedRequests: 1,
    warnings: ['POOL_WEIGHT_UNKNOWN'],
    cost: 0n,
  })
  expect(sumOfCosts(store.entries)).toBe('5')
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
  const { store, lander, settler, goTo } = poolLedger({ pools: [ptu] })
  const azure = {
    provider: 'azure',
    requestModel: 'gpt-4o',
    usage: { input_tokens: 2_000_000, output_tokens: 2_000_000 },
  }
  await lander.land([
    poolRequest('a', { ...azure, serviceTier: 'default' }),
    poolRequest('over', { ...azure, serviceTier: 'spillover', attribution: { user: 'over' } }),
  ])
  const over = store.live().find(({ attribution }) => attribution.user === 'over')
  expect(over).toMatchObject({ matchedBy: 'catalogue', priceState: 'priced' })
  await goTo(settledAt)
  await settler.step()
  const ofPool = store.entries.filter(({ matchedBy }) => matchedBy === 'pool:ptu')
  expect(sumOfCosts(ofPool)).toBe('50')
  expect(sumOfCosts(idleIn(store))).toBe('18.75')
  expect(store.live().find(({ identity }) => identity === over?.identity)).toEqual(over)
})

test('twins that meet late and duplicates taken back leave the hour at what it cost', async () => {
  const { store, lander, settler, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([poolRequest('a', { traceId: 'ab'.repeat(16), spanId: 'ab'.repeat(8) }), poolRequest('b')])
  await goTo(settledAt)
  await settler.step()
  await lander.land([
    poolRequest('a', { traceId: 'ab'.repeat(16), spanId: 'ab'.repeat(8), rank: 1, latencyMs: 60_000, dialect: 'x' }),
  ])
  await goTo(settledAt + 16 * minute)
  await settler.step()
  expect(sumOfCosts(store.entries)).toBe('5')
  expect(store.live().every(({ priceState }) => priceState === 'priced')).toBe(true)
})
