import { decimalFromAtto } from '@spanledger/schemas/money'
import type { ManualRow, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'
import type { PriceRequest } from './types.ts'

const catalogue = loadCatalogue()
const million = (usd: string) => ({ usd, per: 1_000_000 })
const row = (more: Partial<ManualRow> = {}): ManualRow => {
  return {
    provider: 'openai',
    model: 'our-model',
    meters: { input_tokens: million('1'), output_tokens: million('2') },
    ...more,
  }
}
/** At the list of gpt-4o: 0.0035. At the row above: 0.0012. */
const request: PriceRequest = {
  provider: 'openai',
  requestModel: 'our-model',
  at: Date.parse('2026-11-02T12:00:00Z'),
  usage: { input_tokens: 1000, output_tokens: 100 },
}

function priced(overrides: PriceOverrides, more: Partial<PriceRequest> = {}) {
  const { costAtto, listAtto, ...rest } = createPriceEngine({ catalogue, overrides }).price({ ...request, ...more })
  return { ...rest, usd: decimalFromAtto(costAtto), list: decimalFromAtto(listAtto) }
}

describe('a row of the operator', () => {
  it('prices a model that no catalogue has', () => {
    expect(priced({ rows: [row()] })).toMatchObject({
      usd: '0.0012',
      list: '0.0012',
      state: 'priced',
      model: 'our-model',
      matchedBy: 'manual',
      priceRows: ['manual:openai/our-model'],
    })
    expect(priced({ rows: [row()] }, { requestModel: 'Our-Model ' }).usd).toBe('0.0012')
    expect(priced({ rows: [row()] }, { requestModel: 'our-model-2' })).toMatchObject({ state: 'unpriced' })
    expect(priced({ rows: [row()] }, { provider: 'azure' })).toMatchObject({ state: 'unpriced' })
  })

  it('goes before those of the catalogue, for every name of the model', () => {
    const overrides = { rows: [row({ model: 'gpt-4o' })] }
    for (const requestModel of ['gpt-4o', 'gpt-4o-2024-08-06']) {
      expect(priced(overrides, { requestModel })).toMatchObject({ usd: '0.0012', model: 'gpt-4o' })
    }
    expect(priced(overrides, { requestModel: 'gpt-4o-mini' }).model).toBe('gpt-4o-mini')
  })

  it('for one snapshot is for that snapshot only', () => {
    const overrides = { rows: [row({ model: 'gpt-4o-2024-08-06' })] }
    expect(priced(overrides, { requestModel: 'gpt-4o-2024-08-06' })).toMatchObject({ usd: '0.0012' })
    expect(priced(overrides, { requestModel: 'gpt-4o' })).toMatchObject({ usd: '0.0035' })
  })

  it('leaves to the catalogue the times, tiers and hours it does not hold at', () => {
    const at = (time: string) => ({ requestModel: 'gpt-4o', at: Date.parse(time) })
    const dated = { rows: [row({ model: 'gpt-4o', from: '2026-11-02T12:00:00.000Z', to: '2026-11-03' })] }
    expect(priced(dated, at('2026-11-02T11:59:59.999Z')).usd).toBe('0.0035')
    expect(priced(dated, at('2026-11-02T12:00:00.000Z')).usd).toBe('0.0012')
    expect(priced(dated, at('2026-11-02T23:59:59.999Z')).usd).toBe('0.0012')
    expect(priced(dated, at('2026-11-03T00:00:00.000Z')).usd).toBe('0.0035')
    const batch = { rows: [row({ model: 'gpt-4o', service_tier: 'batch' })] }
    expect(priced(batch, { requestModel: 'gpt-4o', serviceTier: 'batch' })).toMatchObject({
      usd: '0.0012',
      state: 'priced',
    })
    expect(priced(batch, { requestModel: 'gpt-4o' }).usd).toBe('0.0035')
    const nights = { rows: [row({ model: 'gpt-4o', schedule: { windows: [['22:00', '06:00']] } })] }
    expect(priced(nights, at('2026-11-02T21:59:59.999Z')).usd).toBe('0.0035')
    expect(priced(nights, at('2026-11-02T22:00:00.000Z')).usd).toBe('0.0012')
    expect(priced(nights, at('2026-11-03T05:59:59.999Z')).usd).toBe('0.0012')
    expect(priced(nights, at('2026-11-03T06:00:00.000Z')).usd).toBe('0.0035')
  })

  it('has bands of its own, and leaves smaller requests to the catalogue', () => {
    const overrides = { rows: [row({ model: 'gpt-4o', band: { gt: 2000 } })] }
    const used = (input: number) => ({ requestModel: 'gpt-4o', usage: { input_tokens: input } })
    expect(priced(overrides, used(2000)).usd).toBe('0.005')
    expect(priced(overrides, used(2001))).toMatchObject({ usd: '0.002001', contextBand: '' })
    const banded = { rows: [row(), row({ band: { gte: 1000 }, meters: { input_tokens: million('3') } })] }
    expect(priced(banded, { usage: { input_tokens: 999 } })).toMatchObject({ usd: '0.000999', contextBand: '<1000' })
    expect(priced(banded, { usage: { input_tokens: 1000 } })).toMatchObject({ usd: '0.003', contextBand: '>=1000' })
  })

  it('that is free is free, and says so with every meter', () => {
    const overrides = { rows: [row({ provider: 'vllm', meters: {}, free: true })] }
    const engine = createPriceEngine({ catalogue, overrides })
    const free = {
      ...request,
      provider: 'self-hosted',
      usage: { input_tokens: 5, cache_read_tokens: 3, web_searches: 1 },
    }
    expect(engine.price(free)).toMatchObject({
      state: 'free',
      costAtto: 0n,
      listAtto: 0n,
      warnings: [],
      unpricedTokens: 0,
    })
    expect(engine.lines(free).map(({ meter, unitPrice }) => [meter, unitPrice])).toEqual([
      ['cache_read_tokens', '0'],
      ['input_tokens', '0'],
      ['web_searches', '0'],
    ])
    const discounted = {
      ...overrides,
      contracts: [{ id: 'K', provider: 'vllm', model_pattern: '*', effective_from: '2026-01-01', markup_percent: '9' }],
    } // prettier-ignore
    expect(priced(discounted, free)).toMatchObject({ state: 'free', contractId: '' })
  })

  it('of one’s own machines has a price; what runs there under another name has none', () => {
    const overrides = {
      rows: [row({ provider: 'vllm', model: 'llama' })],
      aliases: [{ provider: 'vllm', model: 'gpt-4o', to: { provider: 'self-hosted', model: 'llama' } }],
    }
    expect(priced(overrides, { provider: 'ollama', requestModel: 'llama' })).toMatchObject({
      usd: '0.0012',
      provider: 'self-hosted',
    })
    expect(priced(overrides, { provider: 'vllm', requestModel: 'gpt-4o' })).toMatchObject({
      usd: '0.0012',
      matchedBy: 'alias:gpt-4o',
    })
    expect(priced(overrides, { provider: 'vllm', requestModel: 'gpt-5' }).warnings).toEqual([
      'SELF_HOSTED_NO_COST_POOL',
    ])
  })

  it('bills at least its minimum, of what was used at all', () => {
    const overrides = {
      rows: [
        row({ model: 'speech', meters: { audio_seconds: { usd: '0.36', per: 3600 } }, minimum: { audio_seconds: 10 } }),
        row({
          meters: { input_tokens: million('1'), document_pages: { usd: '1', per: 1 } },
          minimum: { input_tokens: 100, document_pages: 2 },
        }),
      ],
    }
    const speech = (audio_microseconds: number) => ({ requestModel: 'speech', usage: { audio_microseconds } })
    expect(priced(overrides, speech(1)).usd).toBe('0.001')
    expect(priced(overrides, speech(10_000_000)).usd).toBe('0.001')
    expect(priced(overrides, speech(20_000_000)).usd).toBe('0.002')
    expect(priced(overrides, { usage: { input_tokens: 90, cache_read_tokens: 60 } }).usd).toBe('0.0001')
    expect(priced(overrides, { usage: { input_tokens: 110, cache_read_tokens: 60 } }).usd).toBe('0.00011')
    expect(priced(overrides, { usage: { document_pages: 1 } }).usd).toBe('2')
    expect(priced(overrides, { usage: { input_tokens: 0 } }).usd).toBe('0')
  })

  it('is what an alias may lead to, before the catalogue has its say', () => {
    const overrides = {
      rows: [row()],
      aliases: [{ provider: 'openai', model: 'gpt-4o', to: { provider: 'openai', model: 'our-model' } }],
    }
    expect(priced(overrides, { requestModel: 'gpt-4o' })).toMatchObject({
      usd: '0.0012',
      model: 'our-model',
      matchedBy: 'alias:gpt-4o',
    }) // prettier-ignore
  })

  it('that cannot be read is refused at once, by its name', () => {
    const engine = (more: Partial<ManualRow>) => createPriceEngine({ catalogue, overrides: { rows: [row(more)] } })
    expect(() => engine({ meters: { input_tokens: million('1,5') } })).toThrow('manual:openai/our-model')
    expect(() => engine({ meters: { tokens: million('1') } })).toThrow('no such meter: tokens')
    expect(() => engine({ from: '2026-01-01T00:00:00' })).toThrow('not a UTC date or instant')
    expect(() => engine({ schedule: { windows: [['9', '17']] } })).toThrow('HH:MM')
    expect(() => engine({ meters: { input_tokens: { usd: '1', per: 0 } } })).toThrow('per of input_tokens')
  })

  it('is a list price for contracts', () => {
    const contracts = [
      { id: 'K', provider: 'openai', model_pattern: 'our-*', effective_from: '2026-01-01', discount_percent: '50' },
    ] // prettier-ignore
    expect(priced({ rows: [row()], contracts })).toMatchObject({ usd: '0.0006', list: '0.0012', contractId: 'K' })
  })
})
