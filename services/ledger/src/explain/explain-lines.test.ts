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
const engine = createPriceEngine({ catalogue: loadCatalogue() })
const id = '0123456789abcdef'
const charge = (fields: Parameters<typeof observation>[0]) =>
  chargeOf(observation(fields), engine.price, { identity: id, identityKeys: [id], recordedAt: 0, sources: ['test'] })

const charges = fc
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
  })
  .map(({ model: [provider = '', responseModel = ''], ...rest }) => charge({ provider, responseModel, ...rest }))

describe('the lines of an entry', () => {
  it('alone suffice to recompute its cost', () => {
    fc.assert(
      fc.property(charges, (entry) => {
        let total = new Exact(0)
        for (const line of explainLines(entry, engine)) {
          const amount = new Exact(line.quantity).mul(line.unit_price).div(line.per).toDecimalPlaces(18)
          expect(line.amount).toBe(amount.toFixed())
          total = total.add(amount)
        }
        expect(total.toFixed()).toBe(decimalFromAtto(entry.cost))
      }),
    )
  })

  it('of a reversal are those of what it takes back', () => {
    fc.assert(
      fc.property(charges, (entry) => {
        expect(explainLines(reversalOf(entry, 'duplicate', 1), engine)).toEqual(explainLines(entry, engine))
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
        amount: '0.00115625',
        price_row: 'groq/whisper-large-v3',
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
