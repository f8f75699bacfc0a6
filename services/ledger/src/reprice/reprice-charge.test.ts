import { loadCatalogue } from '../adapters/catalogue-file.ts'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newestOf } from '../adapters/newest-of.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import type { Price } from '../landing/charge.ts'
import { reports } from '../testing/arbitrary-reports.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, somePrice, someTime } from '../testing/observations.ts'
import { sums } from '../testing/sums.ts'
import { repriceCharge } from './reprice-charge.ts'

const runs = Number(process.env.FC_RUNS ?? 50)

const dearer: Price = (request) => {
  const price = somePrice(request)
  return { ...price, costAtto: price.costAtto + price.costInputAtto, costInputAtto: price.costInputAtto * 2n }
}
const unknown: Price = (request) => ({
  ...somePrice(request),
  state: 'unpriced',
  costAtto: 0n,
  costInputAtto: 0n,
  costOutputAtto: 0n,
  listAtto: 0n,
  withoutCacheAtto: 0n,
  unpricedTokens: (request.usage?.input_tokens ?? 0) + (request.usage?.output_tokens ?? 0),
  priceRows: [],
  matchedBy: 'none',
  warnings: request.usage ? ['MODEL_UNKNOWN'] : ['USAGE_MISSING'],
})
const reprice = (live: readonly LedgerEntry[], price: Price): LedgerEntry[] =>
  live.flatMap((entry) => {
    const pair = repriceCharge(entry, { price, recordedAt: someTime + 1 })
    return pair ? [pair.reversal, pair.replacement] : []
  })
const liveOf = (entries: readonly LedgerEntry[]) =>
  [...newestOf(entries).values()].flatMap(({ requests, newest }) => (requests > 0 ? [newest] : []))

async function landed(price: Price, observations: Parameters<ReturnType<typeof landerOn>['land']>[0]) {
  const store = new MemoryLedgerStore()
  await landerOn(store, { price }).land(observations)
  return store
}

test('the same prices write nothing, whatever was reported and however it was merged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 8 }), async (observations) => {
      const store = await landed(somePrice, observations)
      expect(reprice(store.live(), somePrice)).toEqual([])
    }),
    { numRuns: runs },
  )
})

test('other prices give what the ledger had charged with them, a second time nothing, and back again the sums of before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reports, { minLength: 1, maxLength: 8 }),
      fc.constantFrom([unknown, dearer], [unknown, somePrice], [somePrice, unknown], [somePrice, dearer]),
      async (observations, [before, after]) => {
        const was = (await landed(before as Price, observations)).entries
        const pairs = reprice(liveOf(was), after as Price)
        const would = (await landed(after as Price, observations)).entries
        expect(sums({ entries: [...was, ...pairs] })).toEqual(sums({ entries: would }))
        expect(reprice(liveOf([...was, ...pairs]), after as Price)).toEqual([])
        const back = reprice(liveOf([...was, ...pairs]), before as Price)
        expect(back).toHaveLength(pairs.length)
        expect(sums({ entries: [...was, ...pairs, ...back] })).toEqual(sums({ entries: was }))
        const ids = [...was, ...pairs, ...back].map(({ entryId }) => entryId)
        expect(new Set(ids).size).toBe(ids.length)
      },
    ),
    { numRuns: runs },
  )
})

test('a charge without a price that gets one is a reversal and a replacement of the next revision, with its reason', async () => {
  const store = await landed(unknown, [observation({ eventId: 'a', usage: { input_tokens: 10, output_tokens: 1 } })])
  const [reversal, replacement] = reprice(store.live(), somePrice)
  expect(reversal).toMatchObject({
    kind: 'adjustment',
    requests: -1,
    unpricedTokens: -11,
    reason: 'repriced',
    revision: 0,
  })
  expect(replacement).toMatchObject({
    kind: 'adjustment',
    requests: 1,
    unpricedTokens: 0,
    reason: 'repriced',
    revision: 1,
  })
  expect(replacement?.cost).toBeGreaterThan(0n)
})

test('refused requests and capacity stay as they are, whatever the prices', async () => {
  const store = await landed(unknown, [observation({ eventId: 'a', status: 'error' })])
  expect(reprice(store.live(), somePrice)).toEqual([])
  expect(
    reprice(
      store.live().map((entry) => ({ ...entry, kind: 'capacity' as const })),
      somePrice,
    ),
  ).toEqual([])
})

test('what was measured by the engine itself is priced to the same amount again', async () => {
  const engine = createPriceEngine({ catalogue: loadCatalogue() })
  const price: Price = (request) => engine.price(request)
  const usage = { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 }
  const store = await landed(price, [
    observation({ eventId: 'a', requestModel: 'gpt-4o', usage, reportedCostAtto: 1n }),
    observation({
      eventId: 'b',
      provider: 'anthropic',
      requestModel: 'claude-sonnet-4-5',
      usage,
      serviceTier: 'batch',
    }),
    observation({ eventId: 'c', requestModel: 'no such model', usage }),
  ])
  expect(reprice(store.live(), price)).toEqual([])
})

test('what is paid by the hour stays with its pool until that pool is gone, and for ever once its hour is settled', async () => {
  const basis = (settled: boolean) => JSON.stringify({ by: 'pool', pool: 'p', settled })
  const ofPool: Price = (request) => ({
    ...somePrice(request),
    state: 'estimated',
    matchedBy: 'pool:p',
    poolBasis: { by: 'pool', pool: 'p', settled: false },
  })
  const usage = { input_tokens: 10, output_tokens: 1 }
  const live = (await landed(ofPool, [observation({ eventId: 'a', usage })])).live()
  const dearerPool: Price = (request) => ({ ...dearer(request), state: 'estimated', matchedBy: 'pool:p' })
  expect(reprice(live, dearerPool)).toEqual([])
  expect(reprice(live, somePrice)).toHaveLength(2)
  const settled = live.map((entry) => ({ ...entry, accrualBasis: basis(true), priceState: 'priced' as const }))
  expect(reprice(settled, somePrice)).toEqual([])
  // Traffic that a pool did not pay for gets its provisional price from the pool.
  const before = (await landed(unknown, [observation({ eventId: 'a', usage })])).live()
  expect(reprice(before, ofPool)[1]).toMatchObject({
    matchedBy: 'pool:p',
    priceState: 'estimated',
    unpricedRequests: 0,
  })
})
