import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'
import { arbitraryUsage } from './testing/arbitrary-usage.ts'
import type { PriceRequest, PriceResult } from './types.ts'

const Exact = Decimal.clone({ precision: 80, rounding: Decimal.ROUND_HALF_EVEN })
const catalogue = loadCatalogue()
const engine = createPriceEngine({ catalogue })
const models = Object.entries(catalogue.providers).flatMap(([provider, sheet]) =>
  Object.keys(sheet.models).map((requestModel) => ({ provider, requestModel })),
)
const rows = new Map(
  Object.values(catalogue.providers)
    .flatMap((sheet) => Object.values(sheet.models))
    .flatMap((model) => model.rows)
    .map((row) => [row.id, row]),
)

const requests = (max?: number): fc.Arbitrary<PriceRequest> =>
  fc
    .record({
      model: fc.constantFrom(...models),
      usage: arbitraryUsage(max),
      at: fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2027-06-01') }),
      serviceTier: fc.constantFrom('standard', 'batch', 'flex', 'priority', ''),
    })
    .map(({ model, ...rest }) => ({ ...model, ...rest }))

function partsOf(result: PriceResult): bigint[] {
  const { costInputAtto, costCacheReadAtto, costCacheWriteAtto, costOutputAtto, costOtherAtto } = result
  return [costInputAtto, costCacheReadAtto, costCacheWriteAtto, costOutputAtto, costOtherAtto]
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)

describe('a price', () => {
  it('is the sum of its lines, and each line is quantity x the sheet price / per, rounded half-even at 18 decimals', () => {
    fc.assert(
      fc.property(fc.oneof(requests(), requests(10 ** 13)), (request) => {
        const result = engine.price(request)
        const lines = engine.lines(request)
        for (const line of lines) {
          const { price, per } = rows.get(line.priceRow)?.meters[line.meter] ?? { price: 'none', per: 0 }
          expect(line.unitPrice).toBe(price)
          expect(line.per).toBe(line.meter === 'audio_seconds' ? per * 1_000_000 : per)
          const amount = new Exact(String(line.quantity)).mul(line.unitPrice).div(line.per).toDecimalPlaces(18)
          expect(decimalFromAtto(line.amountAtto)).toBe(amount.toFixed())
        }
        expect(result.costAtto).toBe(sum(lines.map((line) => line.amountAtto)))
      }),
      { numRuns: 2000 },
    )
  })

  it('splits into five parts that sum to it exactly, none of them negative', () => {
    fc.assert(
      fc.property(fc.oneof(requests(), requests(10 ** 13)), (request) => {
        const result = engine.price(request)
        expect(sum(partsOf(result))).toBe(result.costAtto)
        expect(partsOf(result).every((part) => part >= 0n)).toBe(true)
        expect(result.listAtto).toBe(result.costAtto)
      }),
    )
  })

  it('bills or reports as unpriced every single token', () => {
    fc.assert(
      fc.property(requests(), (request) => {
        const { input_tokens: input = 0, output_tokens: output = 0 } = request.usage ?? {}
        const billed = engine.lines(request).filter((line) => line.meter.endsWith('_tokens'))
        const tokens = sum(billed.map((line) => line.quantity))
        expect(tokens + BigInt(engine.price(request).unpricedTokens)).toBe(BigInt(input + output))
      }),
    )
  })

  it('never falls when more is used', () => {
    fc.assert(
      fc.property(requests(), fc.integer({ min: 1, max: 1000 }), (request, more) => {
        const grown = (field: 'input_tokens' | 'output_tokens') => {
          return { ...request, usage: { ...request.usage, [field]: (request.usage?.[field] ?? 0) + more } }
        }
        const before = engine.price(request)
        expect(engine.price(grown('output_tokens')).costAtto).toBeGreaterThanOrEqual(before.costAtto)
        const longer = engine.price(grown('input_tokens'))
        if (longer.contextBand === before.contextBand) expect(longer.costAtto).toBeGreaterThanOrEqual(before.costAtto)
      }),
    )
  })

  it('is the same whatever was priced before it', () => {
    fc.assert(
      fc.property(fc.array(requests(), { minLength: 2, maxLength: 20 }), (some) => {
        const fresh = createPriceEngine({ catalogue: { ...catalogue, providers: catalogue.providers } })
        const forwards = some.map((request) => engine.price(request))
        const backwards = some
          .toReversed()
          .map((request) => fresh.price(request))
          .toReversed()
        expect(forwards).toEqual(backwards)
      }),
      { numRuns: 5 },
    )
  })

  it('without caching is what the same tokens cost as plain input', () => {
    const at = Date.parse('2026-11-02')
    const usage = { input_tokens: 1000, cache_read_tokens: 600, cache_write_tokens: 200, output_tokens: 10 }
    const request = { provider: 'anthropic', requestModel: 'claude-haiku-4-5', at, usage }
    const plain = { ...request, usage: { input_tokens: 1000, output_tokens: 10 } }
    expect(engine.price(request).withoutCacheAtto).toBe(engine.price(plain).costAtto)
    expect(engine.price(plain).withoutCacheAtto).toBe(engine.price(plain).costAtto)
  })

  it('of cached audio without caching is the price of audio', () => {
    const at = Date.parse('2026-11-02')
    const usage = { input_tokens: 10, input_audio_tokens: 10, cache_read_tokens: 10, cache_audio_read_tokens: 10 }
    const result = engine.price({ provider: 'openai', requestModel: 'gpt-realtime', at, usage })
    expect(decimalFromAtto(result.costAtto)).toBe('0.000004')
    expect(decimalFromAtto(result.withoutCacheAtto)).toBe('0.00032')
  })
})

describe('a state', () => {
  const request = { provider: 'openai', requestModel: 'gpt-4o', at: Date.parse('2026-11-02') }
  const usage = { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 }

  it('says which tokens have no price', () => {
    expect(engine.price({ ...request, requestModel: 'gpt-99', usage })).toMatchObject({
      state: 'unpriced',
      unpricedTokens: 1100,
      costAtto: 0n,
      matchedBy: 'none',
      model: 'gpt-99',
      warnings: ['MODEL_UNKNOWN'],
    })
    expect(engine.price({ ...request, requestModel: 'text-embedding-3-small', usage })).toMatchObject({
      state: 'unpriced',
      unpricedTokens: 100,
      costAtto: attoFromDecimal('0.00002'),
      warnings: ['METER_FALLBACK', 'METER_UNPRICED'],
    })
  })

  it('is unpriced without usage, even of a known model', () => {
    expect(engine.price(request)).toMatchObject({ state: 'unpriced', warnings: ['USAGE_MISSING'], model: 'gpt-4o' })
    expect(engine.price({ ...request, usage: {} })).toMatchObject({ state: 'unpriced', warnings: ['USAGE_MISSING'] })
  })

  it('names a difference of more than 1% from what the provider reported', () => {
    const report = (usd: string) => engine.price({ ...request, usage, reportedCostAtto: attoFromDecimal(usd) }).warnings
    expect(report('0.00325')).toEqual([])
    expect(report('0.0032825')).toEqual([])
    expect(report('0.003282500000000001')).toEqual(['PROVIDER_COST_DIFFERS'])
    expect(report('0')).toEqual(['PROVIDER_COST_DIFFERS'])
  })

  it('carries the version of everything that made it', () => {
    const other = createPriceEngine({
      catalogue,
      overrides: { aliases: [{ provider: 'azure', model: 'x', to: { provider: 'azure', model: 'gpt-4o' } }] },
    })
    expect(engine.price({ ...request, usage }).priceVersion).toBe(engine.version)
    expect(other.version).not.toBe(engine.version)
    expect(engine.version).toMatch(/^[0-9a-f]{16}$/)
    expect(Object.keys(JSON.parse(engine.content) as object)).toEqual(['engine_version', 'overrides', 'catalogue'])
  })
})
