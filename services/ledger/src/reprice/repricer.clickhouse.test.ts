import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { uuidFromBytes } from '@spanledger/schemas/uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClickHouseLedgerStore } from '../adapters/clickhouse-ledger-store.ts'
import { createClickHouseRepriceJobs } from '../adapters/clickhouse-reprice-jobs.ts'
import { createRepriceQueries } from '../adapters/reprice-queries.ts'
import { hourMs } from '../identity/identity-filter.ts'
import type { Observation } from '../observation.ts'
import type { PriceRequest, PriceResult } from '../pricing/types.ts'
import { landerOn } from '../testing/lander-on.ts'
import { observation, somePrice } from '../testing/observations.ts'
import type { ChargesWanted } from './charges-wanted.ts'
import { previewReprice } from './preview-reprice.ts'
import { repriceCharge } from './reprice-charge.ts'
import { createRepricer } from './repricer.ts'
import { walkCharges } from './walk-charges.ts'

let engine: TestClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse()
})
afterAll(() => engine?.stop())
beforeEach(async () => {
  for (const table of ['ledger', 'reprice_jobs']) await engine.clickhouse.command(`TRUNCATE TABLE ${table}`)
})

// ClickHouse's own clock says how old a job is.
const now = Date.now()
const usage = { input_tokens: 100, output_tokens: 10 }
const request = (eventId: string, fields: Partial<Observation> = {}) =>
  observation({ eventId, requestModel: 'm', at: now - hourMs, usage, ...fields })

/** Prices that are `factor` times as high; 0: none at all. */
function pricesOf(factor: bigint) {
  return (asked: PriceRequest): PriceResult => {
    const price = somePrice(asked)
    const state = factor === 0n ? 'unpriced' : price.state
    const [input, output] = [price.costInputAtto * factor, price.costOutputAtto * factor]
    const cost = input + output
    const money = {
      costAtto: cost,
      costInputAtto: input,
      costOutputAtto: output,
      listAtto: cost,
      withoutCacheAtto: cost,
    }
    return { ...price, ...money, state, priceVersion: `v${factor}`, unpricedTokens: factor === 0n ? 110 : 0 }
  }
}

function ledger(factor: bigint) {
  let prices = factor
  const { clickhouse } = engine
  const store = createClickHouseLedgerStore({ clickhouse, timeZone: 'UTC', group: 'test', instance: 'one' })
  const clock = createManualClock(now)
  const lander = landerOn(store, { price: (asked) => pricesOf(prices)(asked), clock: () => clock.nowMs() })
  const jobs = createClickHouseRepriceJobs(clickhouse)
  const reader = createRepriceQueries(clickhouse)
  const metrics = createMetrics()
  const repricer = createRepricer({
    reader,
    jobs,
    lander,
    priceVersion: () => `v${prices}`,
    clock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics,
  })
  return {
    lander,
    jobs,
    reader,
    repricer,
    metrics,
    clock,
    usePrices(next: bigint) {
      prices = next
    },
    async reprice(fields: Partial<ChargesWanted> = {}) {
      const wanted = { fromMs: now - 48 * hourMs, toMs: now, ...fields }
      const id = randomUUID()
      await jobs.ask({ id, wanted, priceVersion: `v${prices}` })
      await repricer.step()
      return jobs.status(id)
    },
  }
}

async function totals(where = '1') {
  const [row] = await engine.clickhouse.query<Record<string, string>>(
    `SELECT toString(sum(cost)) AS cost, toString(sum(requests)) AS requests, toString(sum(unpriced_requests)) AS unpriced,
       toString(sum(input_tokens)) AS input, toString(count()) AS entries FROM ledger WHERE ${where}`,
  )
  return row
}

const many = Array.from({ length: 30 }, (_, n) =>
  request(`e${n}`, { at: now - (n + 1) * hourMs, attribution: { team: n % 2 ? 'search' : 'ads' } }),
)

test('repricing corrects what differs, twice is nothing, and back again is zero net', async () => {
  const { lander, reprice, usePrices, reader } = ledger(1n)
  await lander.land(many)
  const before = await totals()
  expect(await reprice()).toMatchObject({ state: 'done', charges: 30, corrected: 0, delta: 0n })

  usePrices(3n)
  const wanted = { fromMs: now - 48 * hourMs, toMs: now }
  const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
  const { total, by } = await previewReprice({ reader, price: pricesOf(3n), wanted, dayOf })
  expect(await totals()).toEqual(before)
  expect(total).toMatchObject({ charges: 30, corrected: 30, after: total.before * 3n, lowered: 0n })
  expect([...by.team.keys()].toSorted()).toEqual(['ads', 'search'])
  expect([...by.day.values()].reduce((sum, day) => sum + day.after, 0n)).toBe(total.after)

  expect(await reprice()).toMatchObject({ state: 'done', corrected: 30, delta: total.after - total.before })
  expect(await reprice()).toMatchObject({ state: 'done', corrected: 0 })
  expect(await totals("price_version = 'v3' AND ledger.requests = 1")).toMatchObject({
    requests: '30',
  })
  usePrices(1n)
  expect(await reprice()).toMatchObject({ corrected: 30, delta: total.before - total.after })
  expect(await totals()).toEqual({ ...before, entries: String(30 + 4 * 30) })
})

test('a few at a time, by hours and within an hour, every charge is visited once, also where it is corrected meanwhile', async () => {
  const { lander, reader, usePrices } = ledger(1n)
  const crowd = Array.from({ length: 11 }, (_, n) => request(`c${n}`, { at: now - 3 * hourMs - n }))
  await lander.land([...many, ...crowd])
  usePrices(2n)
  const visited: string[] = []
  const wanted = { fromMs: now - 48 * hourMs, toMs: now }
  await walkCharges(
    reader,
    wanted,
    async (read) => {
      await lander.correct(async (context) => {
        const entries = await read()
        expect(entries.length).toBeLessThanOrEqual(4)
        visited.push(...entries.map(({ identity }) => uuidFromBytes(identity)))
        return entries.flatMap((entry) => Object.values(repriceCharge(entry, context) ?? {}))
      })
      return true
    },
    4,
  )
  expect(visited).toHaveLength(41)
  expect(new Set(visited).size).toBe(41)
  expect(await totals("price_version = 'v2'")).toMatchObject({ requests: '41' })
})

test('only what was asked for is corrected: by time, team, model, tenant, state and price version', async () => {
  const { lander, reprice, usePrices } = ledger(1n)
  await lander.land([...many, request('other', { requestModel: 'n', tenant: 'umbrella' })])
  usePrices(2n)
  expect(await reprice({ team: 'ads', toMs: now - 10.5 * hourMs })).toMatchObject({ corrected: 10, charges: 10 })
  expect(await reprice({ model: 'n' })).toMatchObject({ corrected: 1, charges: 1 })
  expect(await reprice({ tenant: 'umbrella' })).toMatchObject({ corrected: 0, charges: 1 })
  expect(await reprice({ provider: 'anthropic' })).toMatchObject({ charges: 0 })
  expect(await reprice({ priceState: 'unpriced' })).toMatchObject({ charges: 0 })
  expect(await reprice({ priceVersion: 'v2' })).toMatchObject({ charges: 11, corrected: 0 })
  expect(await reprice({ otherThanVersion: 'v2' })).toMatchObject({ charges: 20, corrected: 20 })
})

test('a twin that comes after repricing is merged into what was repriced', async () => {
  const { lander, reprice, usePrices } = ledger(1n)
  const first = request('a', { responseId: 'r', dialect: 'otel_genai', rank: 30, attribution: {} })
  await lander.land([first])
  usePrices(2n)
  await reprice()
  await lander.land([request('b', { responseId: 'r', attribution: { team: 'search' } })])
  expect(await totals()).toMatchObject({ requests: '1', input: '100' })
  expect(await totals("team = 'search'")).toMatchObject({ requests: '1' })
  expect(await reprice()).toMatchObject({ charges: 1, corrected: 0 })
})

test('prices that arrive correct the charges that had none, and no others', async () => {
  const { lander, repricer, usePrices, metrics, clock } = ledger(0n)
  await lander.land([request('none'), request('long ago', { at: now - 40 * 24 * hourMs })])
  await repricer.step()
  expect(await totals()).toMatchObject({ unpriced: '2', cost: '0', entries: '2' })
  usePrices(1n)
  await lander.land([request('priced')])
  await repricer.step()
  expect(await totals()).toMatchObject({ unpriced: '1', requests: '3', entries: '5' })
  expect(await metrics.render()).toContain('spanledger_repriced_charges_total{why="price_arrived"} 1')

  usePrices(5n)
  const before = await totals()
  await repricer.step()
  expect(await totals()).toEqual(before)

  // Another ledger that still has the older prices.
  await ledger(0n).lander.land([request('late')])
  await repricer.step()
  expect(await totals()).toMatchObject({ unpriced: '2' })
  await clock.advance(60_000)
  await repricer.step()
  expect(await totals()).toMatchObject({ unpriced: '1', requests: '4' })
})

test('a ledger with other prices than those that were previewed corrects nothing, and says so', async () => {
  const { lander, jobs, repricer, usePrices } = ledger(1n)
  await lander.land(many)
  const id = randomUUID()
  usePrices(2n)
  await jobs.ask({ id, wanted: { fromMs: now - 48 * hourMs, toMs: now }, priceVersion: 'v9' })
  await repricer.step()
  expect(await jobs.status(id)).toMatchObject({
    state: 'failed',
    message: 'prices are v2 by now, and v9 were previewed',
  })
  expect(await totals()).toMatchObject({ entries: '30' })
  expect(await jobs.next()).toBeUndefined()
})

test('the past as known before stays readable to the last digit beside the corrected one, by the queries of the documentation', async () => {
  const page = await readFile(new URL('../../../../docs/sql.md', import.meta.url), 'utf8')
  const query = (heading: string) => {
    const section = page.slice(page.indexOf(`## ${heading}\n`))
    return /```sql\n([^`]*)```/.exec(section)?.[1] as string
  }
  const { lander, reprice, usePrices, clock } = ledger(1n)
  const ask = (heading: string, knownAt: number) => {
    const params = { from: '2020-01-01', to: '2100-01-01', known_at: new Date(knownAt).toISOString().slice(0, -1) }
    return engine.clickhouse.query<Record<string, string>>(query(heading), params)
  }
  await lander.land(many)
  const before = await ask('As known at a time', now)
  const repricedAt: number[] = []
  for (const factor of [3n, 7n]) {
    await clock.advance(60_000)
    repricedAt.push(clock.nowMs())
    usePrices(factor)
    await reprice()
  }
  const [asKnown] = before as [Record<string, string>]
  const times = (factor: bigint) => decimalFromAtto(attoFromDecimal(asKnown.usd as string) * factor)
  expect(await ask('As known at a time', now)).toEqual(before)
  expect(await ask('As known at a time', (repricedAt[0] as number) - 1)).toEqual(before)
  expect(await ask('As known at a time', repricedAt[0] as number)).toMatchObject([{ requests: '30', usd: times(3n) }])
  expect(await ask('As known at a time', repricedAt[1] as number)).toMatchObject([{ requests: '30', usd: times(7n) }])

  const both = await ask('As known then, and as corrected since', repricedAt[0] as number)
  const sum = (column: string) => both.reduce((all, row) => all + attoFromDecimal(row[column] as string), 0n)
  expect(decimalFromAtto(sum('as_known'))).toBe(times(3n))
  expect(decimalFromAtto(sum('as_corrected'))).toBe(times(7n))
})

test('times beyond those that the ledger can hold are no error', async () => {
  const { lander, reprice } = ledger(1n)
  await lander.land(many)
  expect(await reprice({ fromMs: Date.UTC(1900, 0), toMs: Date.UTC(2299, 0) })).toMatchObject({ charges: 30 })
})

test('a job that can never be done fails once, and stands in nobody’s way', async () => {
  const { lander, jobs, repricer, reprice } = ledger(1n)
  await lander.land(many)
  const id = randomUUID()
  await jobs.ask({ id, wanted: { fromMs: 'never' as never, toMs: now }, priceVersion: 'v1' })
  await repricer.step()
  expect(await jobs.status(id)).toMatchObject({ state: 'failed', message: expect.stringContaining('ClickHouse') })
  expect(await reprice()).toMatchObject({ state: 'done', charges: 30 })
})
