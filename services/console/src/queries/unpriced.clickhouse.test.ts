import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { unpricedSchema } from '@spanledger/schemas/api/unpriced'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertRows, ledgerRow, replacementOf, reversalOf } from '../testing/ledger-rows.ts'
import { readUnpriced } from './unpriced.ts'

let engine: TestClickHouse
const now = Date.now()
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString()
const noMoney = {
  cost: '0',
  cost_input: '0',
  cost_cache_read: '0',
  cost_output: '0',
  list_cost: '0',
  matched_by: 'none',
}
const unpriced = (change: Readonly<Record<string, unknown>>) =>
  ledgerRow({
    ...noMoney,
    model: 'mystery',
    price_state: 'unpriced',
    unpriced_requests: 1,
    unpriced_tokens: 1115,
    warnings: ['TTL_ASSUMED', 'MODEL_UNKNOWN'],
    ...change,
  })

beforeAll(async () => {
  engine = await startTestClickHouse()
  const settled = unpriced({ at: hoursAgo(90) })
  const price = { price_state: 'priced', unpriced_requests: 0, unpriced_tokens: 0, warnings: [], model: 'gpt-4o' }
  await insertRows(engine.clickhouse, [
    ledgerRow({ at: hoursAgo(1) }),
    ledgerRow({ at: hoursAgo(2) }),
    unpriced({ at: hoursAgo(3) }),
    unpriced({ at: hoursAgo(50) }),
    // Priced since: neither counted nor the first of its kind.
    settled,
    reversalOf(settled),
    replacementOf(settled, {
      ...price,
      cost: '0.0034',
      cost_input: '0.002',
      cost_cache_read: '0.00025',
      cost_output: '0.00115',
    }),
    unpriced({
      at: hoursAgo(4),
      provider: 'vllm',
      model: 'llama',
      warnings: ['SELF_HOSTED_NO_COST_POOL'],
      tenant: 'umbrella',
    }),
    unpriced({ at: hoursAgo(24 * 60), model: 'long ago' }),
    unpriced({
      at: hoursAgo(5),
      kind: 'accrual',
      model: 'gpt-4o',
      input_tokens: 0,
      output_tokens: 0,
      unpriced_tokens: 0,
      accrued_cost: '0.5',
      warnings: ['USAGE_MISSING'],
    }),
  ])
})
afterAll(() => engine?.stop())

test('what has no price is a queue by tenant, provider, model and reason, the most at risk first, without what got a price', async () => {
  const found = await readUnpriced(engine.clickhouse, {
    days: 35,
    near: (_, model) => [{ provider: 'openai', model: `${model}-1` }],
  })
  expect(unpricedSchema.parse(found)).toEqual(found)
  expect(found.items.map(({ tenant, model, warning, requests }) => [tenant, model, warning, requests])).toEqual([
    ['default', 'gpt-4o', 'USAGE_MISSING', '1'],
    ['default', 'mystery', 'MODEL_UNKNOWN', '2'],
    ['umbrella', 'llama', 'SELF_HOSTED_NO_COST_POOL', '1'],
  ])
  const [accrued, mystery, llama] = found.items
  expect(accrued?.at_risk).toEqual({ usd: '0.5', low_usd: null, high_usd: null, basis: 'accrued', models: 1 })
  // As gpt-4o: 1000 input at 0.00225 and 115 output at 0.00115, each of the two.
  expect(mystery?.at_risk).toEqual({
    usd: '0.0068',
    low_usd: '0.0068',
    high_usd: '0.0068',
    basis: 'provider',
    models: 1,
  })
  expect(mystery).toMatchObject({ unpriced_tokens: '2230', input_tokens: '2000', output_tokens: '230' })
  expect(mystery?.first_seen).toBe(hoursAgo(50))
  expect(mystery?.last_seen).toBe(hoursAgo(3))
  expect(mystery?.snippets[0]?.yaml).toContain('model: "mystery-1"')
  expect(llama?.at_risk).toMatchObject({ basis: 'ledger', usd: '0.0034' })
  expect(found.total).toEqual({
    requests: '4',
    unpriced_tokens: '3345',
    at_risk_usd: '0.5102',
    requests_without_estimate: '0',
  })
})

test('it is narrowed by tenant, and where nothing lacks a price it is empty', async () => {
  const { items } = await readUnpriced(engine.clickhouse, { days: 35, only: { tenant: 'umbrella' } })
  expect(items.map(({ model }) => model)).toEqual(['llama'])
  expect(await readUnpriced(engine.clickhouse, { days: 35, only: { tenant: 'nobody' } })).toMatchObject({
    items: [],
    total: { requests: '0', at_risk_usd: '0' },
  })
})
