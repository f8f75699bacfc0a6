import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { chargeOf } from '../landing/charge.ts'
import { reversalOf } from '../landing/reversal.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import { arbitraryUsage } from '../pricing/testing/arbitrary-usage.ts'
import { observation } from '../testing/observations.ts'
import { explainLines } from './explain-lines.ts'

const Exact = Decimal.clone({ precision: 80, rounding: Decimal.ROUND_HALF_EVEN })
const catalogue = loadCatalogue()
const engine = createPriceEngine({ catalogue })
const contract = { provider: 'openai', model_pattern: '*', effective_from: '2026-01-01' }
/** Discounts of many digits, a fixed price in euros, a model in yen that is not listed, and costs taken as reported. */
const agreed = createPriceEngine({
  catalogue,
  overrides: {
    contracts: [
      { ...contract, id: 'less', discount_percent: '7.123456789' },
      { ...contract, id: 'more', provider: 'anthropic', markup_percent: '0.1' },
      { ...contract, id: 'fixed', prices: { output_tokens: { usd: '7.77', per: 1_000_000 } }, currency: 'EUR' },
      { ...contract, id: 'slow', provider: 'groq', discount_percent: '33.3' },
      { ...contract, id: 'reported', provider: 'deepseek', trust_provider_cost: true },
    ],
    rows: [
      {
        provider: 'perplexity',
        model: 'sonar-deep-research',
        meters: { input_tokens: { price: '301.7', per: 1_000_000 }, output_tokens: { price: '1', per: 3 } },
        currency: 'JPY',
      },
    ],
    rates: [
      { base: 'EUR', quote: 'USD', date: '2026-11-20', rate: '1.0853', source: 'ECB' },
      { base: 'USD', quote: 'JPY', date: '2026-11-19', rate: '151.37', source: 'ECB' },
    ],
  },
})
const id = '0123456789abcdef'
const charge = (fields: Parameters<typeof observation>[0], pricing = engine) =>
  chargeOf(observation(fields), pricing.price, { identity: id, identityKeys: [id], recordedAt: 0, sources: ['test'] })

const chargesBy = (pricing: typeof engine) =>
  fc
    .record({
      model: fc.constantFrom(
        ['openai', 'gpt-6-sol'],
        ['openai', 'gpt-realtime'],
        ['anthropic', 'claude-haiku-4-5'],
        ['google', 'gemini-2.5-pro'],
        ['groq', 'whisper-large-v3'],
        ['perplexity', 'sonar-deep-research'],
        ['deepseek', 'deepseek-v4-pro'],
        ['openai', 'text-embedding-3-small'],
      ),
      serviceTier: fc.constantFrom('batch', 'default'),
      usage: arbitraryUsage(),
      reportedCostAtto: fc.bigInt({ min: 0n, max: 10n ** 21n }),
    })
    .map(({ model: [provider = '', responseModel = ''], ...rest }) =>
      charge({ provider, responseModel, ...rest }, pricing),
    )
const charges = chargesBy(engine)

describe('the lines of an entry', () => {
  it.each([
    ['at list prices', engine],
    ['with contracts, in other currencies, and as reported', agreed],
  ])('alone suffice to recompute its cost, %s', (_, pricing) => {
    fc.assert(
      fc.property(chargesBy(pricing), (entry) => {
        let total = new Exact(0)
        let list = new Exact(0)
        for (const line of explainLines(entry, pricing)) {
          const native = new Exact(line.quantity).mul(line.unit_price).div(line.per)
          expect(line.native_amount).toBe(native.toDecimalPlaces(18).toFixed())
          const { fx } = line
          const usd = !fx ? native : fx.divides ? native.div(fx.rate) : native.mul(fx.rate)
          const amount = usd.toDecimalPlaces(18)
          expect(line.amount).toBe(amount.toFixed())
          expect(fx === null).toBe(line.currency === 'USD')
          if (line.adjustment !== '') {
            const percent = new Exact(line.adjustment.slice(0, -1))
            expect(line.unit_price).toBe(new Exact(line.list_price).mul(percent.add(100)).div(100).toFixed())
          }
          total = total.add(amount)
          list = list.add(line.list_amount)
        }
        expect(total.toFixed()).toBe(decimalFromAtto(entry.cost))
        expect(list.toFixed()).toBe(decimalFromAtto(entry.listCost))
        const parts = entry.costInput + entry.costCacheRead + entry.costCacheWrite + entry.costOutput + entry.costOther
        expect(parts).toBe(entry.cost)
      }),
      { numRuns: 500 },
    )
  })

  it('of a reversal are those of what it takes back', () => {
    fc.assert(
      fc.property(charges, (entry) => {
        expect(explainLines(reversalOf(entry, 'duplicate', 1), engine)).toEqual(explainLines(entry, engine))
      }),
      { numRuns: 30 },
    )
    fc.assert(
      fc.property(chargesBy(agreed), (entry) => {
        expect(explainLines(reversalOf(entry, 'duplicate', 1), agreed)).toEqual(explainLines(entry, agreed))
      }),
      { numRuns: 30 },
    )
  })

  it('are in seconds where the meter is', () => {
    const entry = charge({
      provider: 'groq',
      requestModel: 'whisper-large-v3',
      usage: { audio_microseconds: 37_500_000 },
    })
    expect(explainLines(entry, engine)).toEqual([
      {
        meter: 'audio_seconds',
        quantity: '37.5',
        unit_price: '0.111',
        per: 3600,
        currency: 'USD',
        fx: null,
        native_amount: '0.00115625',
        amount: '0.00115625',
        list_amount: '0.00115625',
        price_row: 'groq/whisper-large-v3',
        contract_id: '',
        adjustment: '',
        list_price: '',
      },
    ])
  })

  it('are none for what costs nothing or has no price', () => {
    expect(explainLines(charge({ requestModel: 'gpt-99', usage: { input_tokens: 1 } }), engine)).toEqual([])
    expect(explainLines(charge({ requestModel: 'gpt-4o', status: 'error' }), engine)).toEqual([])
    const hit = charge({ requestModel: 'gpt-4o', usage: { input_tokens: 5 }, resultCache: 'exact_hit' })
    expect(explainLines(hit, engine)).toEqual([])
  })

  it('that do not sum to the cost are refused', () => {
    const entry = charge({ requestModel: 'gpt-4o', usage: { input_tokens: 1000 } })
    expect(() => explainLines({ ...entry, cost: entry.cost + 1n }, engine)).toThrow('the ledger has')
  })
})
