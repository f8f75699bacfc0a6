import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createClickHouseLedgerStore } from '../adapters/clickhouse-ledger-store.ts'
import { hourMs } from '../identity/identity-filter.ts'
import type { Observation } from '../observation.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import { landerOn } from '../testing/lander-on.ts'
import { observation } from '../testing/observations.ts'
import { previewPrices } from './preview-prices.ts'

let server: TestClickHouse
beforeAll(async () => {
  server = await startTestClickHouse()
})
afterAll(() => server?.stop())
beforeEach(() => server.clickhouse.command('TRUNCATE TABLE ledger'))

const nowMs = Date.now()
const engineOf = (overrides: PriceOverrides = {}) => createPriceEngine({ catalogue: loadCatalogue(), overrides })
const usage = { input_tokens: 1_000_000 }
const request = (eventId: string, fields: Partial<Observation>) =>
  observation({ eventId, at: nowMs - 2 * hourMs, usage, ...fields })

async function charge(reports: readonly Observation[]): Promise<void> {
  const store = createClickHouseLedgerStore({
    clickhouse: server.clickhouse,
    timeZone: 'UTC',
    group: 'test',
    instance: 'one',
  })
  await landerOn(store, { price: engineOf().price }).land(reports)
}

const row = (model: string, usd: string) => ({
  provider: 'house',
  model,
  meters: { input_tokens: { usd, per: 1_000_000 } },
})

test('a preview says by model what the last days cost and would cost, what becomes priced and what stops being so', async () => {
  await charge([
    request('a', { requestModel: 'gpt-4o' }),
    request('b', { requestModel: 'gpt-4o' }),
    request('c', { requestModel: 'gpt-4o-mini' }),
    request('d', { provider: 'house', requestModel: 'm' }),
    request('e', { provider: 'house', requestModel: 'n' }),
    request('old', { requestModel: 'gpt-4o', at: nowMs - 8 * 24 * hourMs }),
  ])
  const now = engineOf({ rows: [row('n', '7')] })
  const then = engineOf({
    rows: [row('m', '2')],
    contracts: [
      {
        id: 'K',
        provider: 'openai',
        model_pattern: 'gpt-4o',
        discount_percent: '10',
        effective_from: '2024-01-01',
      },
    ],
  })
  const preview = await previewPrices(now, then, { clickhouse: server.clickhouse, nowMs })
  const sums = { unpriced_now: '0', unpriced_then: '0', newly_priced: '0', newly_unpriced: '0' }
  expect(preview).toMatchObject({ version_now: now.version, version_then: then.version, whole: true })
  expect(preview.models).toEqual([
    {
      ...sums,
      provider: 'house',
      model: 'n',
      charges: '1',
      changed: '1',
      cost_now: '7',
      cost_then: '0',
      unpriced_then: '1',
      newly_unpriced: '1',
    },
    {
      ...sums,
      provider: 'house',
      model: 'm',
      charges: '1',
      changed: '1',
      cost_now: '0',
      cost_then: '2',
      unpriced_now: '1',
      newly_priced: '1',
    },
    { ...sums, provider: 'openai', model: 'gpt-4o', charges: '2', changed: '2', cost_now: '5', cost_then: '4.5' },
  ]) // prettier-ignore
  expect(preview.total).toEqual({
    charges: '5',
    changed: '4',
    cost_now: '12.15',
    cost_then: '6.65',
    unpriced_now: '1',
    unpriced_then: '1',
    newly_priced: '1',
    newly_unpriced: '1',
  })
  const [{ rows } = { rows: '' }] = await server.clickhouse.query<{ rows: string }>(
    'SELECT count() AS rows FROM ledger',
  )
  expect(rows).toBe('6')
})

test('the same prices change nothing; of too many charges the newest are looked at, and that is said', async () => {
  await charge(
    Array.from({ length: 40 }, (_, index) =>
      request(`r${index}`, { requestModel: 'gpt-4o', at: nowMs - (index + 1) * hourMs }),
    ),
  )
  const engine = engineOf()
  const all = await previewPrices(engine, engine, { clickhouse: server.clickhouse, nowMs })
  expect(all).toMatchObject({ whole: true, models: [], total: { charges: '40', changed: '0' } })
  const some = await previewPrices(engine, engine, { clickhouse: server.clickhouse, nowMs, maxCharges: 10 })
  expect(some).toMatchObject({ whole: false, total: { charges: '10' } })
  expect(Date.parse(some.window.from)).toBeGreaterThan(nowMs - 12 * hourMs)
})
