import { decimalFromAtto } from '@spanledger/schemas/money'
import type { ExchangeRate, ManualRow, PriceContract, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'
import { createRateTable } from './rates.ts'
import type { PriceRequest } from './types.ts'

const catalogue = loadCatalogue()
const rate = (date: string, value: string, base = 'EUR', quote = 'USD'): ExchangeRate => {
  return { base, quote, date, rate: value, source: 'ECB' }
}
const euros = (more: Partial<ManualRow> = {}): ManualRow => ({
  provider: 'mistral',
  model: 'ours',
  meters: { input_tokens: { usd: '2', per: 1_000_000 } },
  currency: 'EUR',
  ...more,
})
const request: PriceRequest = {
  provider: 'mistral',
  requestModel: 'ours',
  at: Date.parse('2026-11-02T12:00:00Z'),
  usage: { input_tokens: 1000 },
}

function priced(overrides: PriceOverrides, at = '2026-11-02T12:00:00Z', more: Partial<PriceRequest> = {}) {
  const engine = createPriceEngine({ catalogue, overrides })
  const asked = { ...request, at: Date.parse(at), ...more }
  const { costAtto, listAtto, state, warnings } = engine.price(asked)
  return {
    usd: decimalFromAtto(costAtto),
    list: decimalFromAtto(listAtto),
    state,
    warnings,
    lines: engine.lines(asked),
  }
}

describe('a price in another currency', () => {
  it('is converted at the rate of the UTC date of the event, and the line has both amounts and the rate', () => {
    const rates = [rate('2026-11-01', '1.1'), rate('2026-11-02', '1.085'), rate('2026-11-03', '1.2')]
    const overrides = { rows: [euros()], rates }
    expect(priced(overrides, '2026-11-01T23:59:59.999Z').usd).toBe('0.0022')
    expect(priced(overrides, '2026-11-03T00:00:00.000Z').usd).toBe('0.0024')
    const { lines, ...result } = priced(overrides, '2026-11-02T23:59:59.999Z')
    expect(result).toEqual({ usd: '0.00217', list: '0.00217', state: 'priced', warnings: [] })
    expect(lines).toMatchObject([
      {
        unitPrice: '2',
        currency: 'EUR',
        nativeAtto: 2_000_000_000_000_000n,
        rate: { id: 'EUR/USD@2026-11-02 ECB', rate: '1.085', divides: false },
        amountAtto: 2_170_000_000_000_000n,
      },
    ])
  })

  it('takes the latest rate before a day without one, and says when that is more than seven days old', () => {
    const overrides = { rows: [euros()], rates: [rate('2026-11-01', '1.1')] }
    expect(priced(overrides, '2026-11-08T23:59:59.999Z')).toMatchObject({ state: 'priced', warnings: [] })
    expect(priced(overrides, '2026-11-09T00:00:00.000Z')).toMatchObject({
      usd: '0.0022',
      state: 'estimated',
      warnings: ['FX_STALE'],
    }) // prettier-ignore
  })

  it('is unpriced before the first rate, or without any', () => {
    const nothing = { usd: '0', state: 'unpriced', warnings: ['FX_MISSING'], lines: [] }
    expect(priced({ rows: [euros()], rates: [rate('2026-11-03', '1.1')] })).toMatchObject(nothing)
    expect(priced({ rows: [euros()] })).toMatchObject(nothing)
    expect(priced({ rows: [euros()], rates: [rate('2026-11-01', '1.1', 'GBP')] })).toMatchObject(nothing)
  })

  it('is divided by the rate only where the table has the pair the other way round alone', () => {
    const inverse = rate('2026-11-02', '0.8', 'USD', 'EUR')
    const { usd, lines } = priced({ rows: [euros()], rates: [inverse] })
    expect(usd).toBe('0.0025')
    expect(lines[0]?.rate).toEqual({ id: 'USD/EUR@2026-11-02 ECB', rate: '0.8', divides: true })
    // the older one of the direct pair goes before
    expect(priced({ rows: [euros()], rates: [inverse, rate('2026-10-30', '1.1')] }).usd).toBe('0.0022')
  })

  it('is rounded once: not at the end of the native amount, and again at the end of the dollars', () => {
    const hourly = euros({ meters: { audio_seconds: { usd: '0.111', per: 3600 } } })
    const overrides = { rows: [hourly], rates: [rate('2026-11-02', '1.085')] }
    const { usd, lines } = priced(overrides, undefined, { usage: { audio_microseconds: 37_000_000 } })
    // 37 x 0.111 / 3600 = 0.0011408333...; x 1.085 = 0.00123780416666...
    expect(usd).toBe('0.001237804166666667')
    expect(lines[0]?.nativeAtto).toBe(1_140_833_333_333_333n)
  })

  it('may come from a contract, with a rate of its own that neither the table nor time changes', () => {
    const contract: PriceContract = {
      id: 'K',
      provider: 'openai',
      model_pattern: '*',
      effective_from: '2020-01-01',
      currency: 'EUR',
      prices: { input_tokens: { usd: '2', per: 1_000_000 } },
    }
    const agreed = { ...contract, rate: rate('2020-01-01', '1.25') }
    const rates = [rate('2026-11-01', '1.1')]
    const gpt = { requestModel: 'gpt-4o', provider: 'openai' }
    expect(priced({ contracts: [contract], rates }, undefined, gpt)).toMatchObject({ usd: '0.0022', list: '0.0025' })
    const fixed = priced({ contracts: [agreed], rates }, undefined, gpt)
    expect(fixed).toMatchObject({ usd: '0.0025', list: '0.0025', state: 'priced', warnings: [] })
    expect(fixed.lines[0]?.rate?.id).toBe('EUR/USD@contract K')
    expect(priced({ contracts: [agreed] }, undefined, gpt).usd).toBe('0.0025')
    expect(priced({ contracts: [contract] }, undefined, gpt)).toMatchObject({
      state: 'unpriced',
      warnings: ['FX_MISSING'],
    })
    expect(() => priced({ contracts: [{ ...agreed, currency: 'GBP' }] })).toThrow('is not between GBP and USD')
  })

  it('keeps its discount exact', () => {
    const contracts = [
      { id: 'K', provider: 'mistral', model_pattern: '*', effective_from: '2026-01-01', discount_percent: '7.5' },
    ] // prettier-ignore
    const { usd, list, lines } = priced({ rows: [euros()], contracts, rates: [rate('2026-11-02', '1.085')] })
    expect([usd, list]).toEqual(['0.00200725', '0.00217'])
    expect(lines[0]).toMatchObject({ unitPrice: '1.85', adjustment: '-7.5%', listPrice: '2', currency: 'EUR' })
  })
})

describe('the table of rates', () => {
  it('answers the same from one edge to the next', () => {
    const table = createRateTable([rate('2026-11-01', '1.1'), rate('2026-11-03', '1.2'), rate('2026-12-01', '1.3')])
    const day = (text: string) => Date.parse(text)
    const edges = (at: string) => {
      const { from, to, stale } = table('EUR', day(at))
      return [from, to, stale]
    }
    expect(edges('2026-10-01')).toEqual([-Infinity, day('2026-11-01'), false])
    expect(edges('2026-11-02')).toEqual([day('2026-11-01'), day('2026-11-03'), false])
    expect(edges('2026-11-05')).toEqual([day('2026-11-03'), day('2026-11-11'), false])
    expect(edges('2026-11-11')).toEqual([day('2026-11-11'), day('2026-12-01'), true])
    expect(edges('2027-11-11')).toEqual([day('2026-12-09'), Infinity, true])
  })

  it('refuses what is no rate', () => {
    expect(() => createRateTable([rate('2026-11-01', '0')])).toThrow('is 0')
    expect(() => createRateTable([rate('2026-11-01', '-1')])).toThrow('exchange rate EUR/USD')
    expect(() => createRateTable([rate('yesterday', '1')])).toThrow('exchange rate EUR/USD')
  })
})
