import { decimalFromAtto } from '@spanledger/schemas/money'
import type { CostPool, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import type { PriceRequest } from '../pricing/types.ts'
import { createPoolBook } from './pool-book.ts'
import type { PoolRate } from './pool-price.ts'
import { createPooledPrices } from './pooled-prices.ts'

const pool = (fields: Partial<CostPool> = {}): CostPool => ({
  id: 'gpus',
  provider: 'vllm',
  models: ['Llama-3.3-70b'],
  units: 1,
  per_unit_hour: '3.6',
  from: '2026-11-01',
  to: '2026-12-01',
  weigh: 'request_seconds',
  ...fields,
})
const request = (fields: Partial<PriceRequest> = {}): PriceRequest => ({
  provider: 'self-hosted',
  requestModel: 'llama-3.3-70b',
  at: Date.UTC(2026, 10, 20, 10),
  usage: { input_tokens: 100, output_tokens: 10 },
  latencyMs: 2500,
  ...fields,
})
const served = (overrides: PriceOverrides, asked: PriceRequest) => createPoolBook(overrides).find(asked)?.pool.config.id
const catalogue = loadCatalogue()
const priced = (overrides: PriceOverrides, asked: PriceRequest, rateOf: () => PoolRate | undefined = () => undefined) =>
  createPooledPrices(createPriceEngine({ catalogue, overrides }), rateOf).price(asked)

test.each([
  ['the model that was asked for, whatever the case', {}, {}, true],
  ['the model that answered', {}, { requestModel: 'alias', responseModel: 'LLAMA-3.3-70B' }, true],
  ['another model', {}, { requestModel: 'llama-3.3-70b-instruct' }, false],
  ['every model', { models: ['*'] }, { requestModel: 'gpt-4o' }, true],
  ['another provider', {}, { provider: 'openai' }, false],
  ['a private host behind an OpenAI client', {}, { provider: 'openai-compatible:gpu-1.internal' }, true],
  ['a public host', {}, { provider: 'openai-compatible:gpu.example.com' }, false],
  [
    'that host by its name',
    { provider: 'openai-compatible:gpu.example.com' },
    { provider: 'openai-compatible:gpu.example.com' },
    true,
  ],
  ['its region', { region: 'eastus' }, { region: 'EastUS' }, true],
  ['another region', { region: 'eastus' }, { region: 'westus' }, false],
  ['the first moment', {}, { at: Date.UTC(2026, 10, 1) }, true],
  ['one millisecond before it', {}, { at: Date.UTC(2026, 10, 1) - 1 }, false],
  ['its end', {}, { at: Date.UTC(2026, 11, 1) }, false],
  ['a tier that says nothing', {}, { serviceTier: 'default' }, true],
  ['overflow', {}, { serviceTier: 'On_Demand' }, false],
  ['the tier that it is for', { service_tiers: ['scale'] }, { serviceTier: 'scale' }, true],
  ['another tier than it is for', { service_tiers: ['scale'] }, { serviceTier: 'default' }, false],
])('a pool serves: %s', (_what, config, asked, isServed) => {
  expect(served({ pools: [pool(config)] }, request(asked)) === 'gpus').toBe(isServed)
})

test('an alias of the operator says what a name stands for', () => {
  const aliases = [{ provider: 'azure', model: 'prod-chat', to: { provider: 'azure', model: 'gpt-4o' } }]
  const asked = request({ provider: 'azure.ai.openai', requestModel: 'Prod-Chat', responseModel: 'gpt-4o-2024-11-20' })
  expect(served({ aliases, pools: [pool({ provider: 'azure', models: ['gpt-4o'] })] }, asked)).toBe('gpus')
})

test('of self-hosted models only those without a pool are unpriced for want of one', () => {
  const overrides = { pools: [pool()] }
  expect(priced(overrides, request({ requestModel: 'gpt-4o' }))).toMatchObject({
    state: 'unpriced',
    warnings: ['SELF_HOSTED_NO_COST_POOL'],
  })
  expect(priced(overrides, request())).toMatchObject({ state: 'estimated', matchedBy: 'pool:gpus', priceRows: [] })
})

test('before any hour is settled a request costs its part of a whole hour, then its part of the last one', () => {
  const cost = (rate?: PoolRate) => decimalFromAtto(priced({ pools: [pool()] }, request(), () => rate).costAtto)
  expect(cost()).toBe('0.0025')
  expect(cost({ window: '2026-11-20T09:00:00.000Z', weights: 10n * 10n ** 18n, usedAtto: 4n * 10n ** 18n })).toBe('1')
})

test('without any hour to go by, without a weight, or without a rate of its currency it is unpriced, never free', () => {
  const unpriced = (config: Partial<CostPool>, asked: Partial<PriceRequest> = {}) =>
    priced({ pools: [pool(config)] }, request(asked))
  const { latencyMs: _, ...silent } = request()
  for (const result of [
    unpriced({ weigh: 'tokens' }),
    unpriced({ currency: 'EUR' }),
    priced({ pools: [pool()] }, silent),
  ])
    expect(result).toMatchObject({ state: 'unpriced', costAtto: 0n, unpricedTokens: 110, matchedBy: 'pool:gpus' })
})
