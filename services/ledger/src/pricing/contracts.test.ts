import type { PriceContract, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'
import type { PriceRequest } from './types.ts'

const catalogue = loadCatalogue()
const engineOf = (overrides: PriceOverrides) => createPriceEngine({ catalogue, overrides })
const from = '2026-01-01T00:00:00Z'
const contract = (id: string, more: Partial<PriceContract>): PriceContract => {
  return { id, provider: 'openai', model_pattern: '*', effective_from: from, ...more }
}
/** gpt-4o: 2.5 in, 1.25 cached, 10 out. List: 0.00325. */
const request: PriceRequest = {
  provider: 'openai',
  requestModel: 'gpt-4o',
  at: Date.parse('2026-11-02T12:00:00Z'),
  usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 },
}

/** What the contracts make of a request, and who did. */
function priced(contracts: readonly PriceContract[], more: Partial<PriceRequest> = {}) {
  const engine = engineOf({ contracts })
  const { costAtto, listAtto, contractId, state, warnings } = engine.price({ ...request, ...more })
  return { usd: decimalFromAtto(costAtto), list: decimalFromAtto(listAtto), by: contractId, state, warnings }
}

describe('a discount', () => {
  it('is exact, whatever digits it adds', () => {
    expect(priced([contract('K', { discount_percent: '12.5' })])).toMatchObject({ usd: '0.00284375', list: '0.00325' })
    expect(priced([contract('K', { discount_percent: '33.333333' })]).usd).toBe('0.0021666666775')
    expect(priced([contract('K', { discount_percent: '0.00000000000000000001' })]).usd).toBe('0.00325')
  })

  it('is rounded once a line, not by unit price', () => {
    const engine = engineOf({ contracts: [contract('K', { discount_percent: '12.3456789012345' })] })
    const usage = { input_tokens: 1_234_567, output_tokens: 7 }
    const [input, output] = engine.lines({ ...request, usage })
    expect(input?.unitPrice).toBe('2.1913580274691375')
    expect(output?.unitPrice).toBe('8.76543210987655')
    // 1234567 x 2.1913580274691375 / 10^6
    expect(decimalFromAtto(input?.amountAtto ?? 0n)).toBe('2.705378305898490676')
  })

  it('may be all of it: what is left is free', () => {
    expect(priced([contract('K', { discount_percent: '100' })])).toMatchObject({
      usd: '0',
      list: '0.00325',
      state: 'free',
    })
  })

  it('above 100 percent is refused, and so is one with a markup', () => {
    expect(() => priced([contract('K', { discount_percent: '100.01' })])).toThrow('contract K: discount_percent')
    expect(() => priced([contract('K', { discount_percent: '1', markup_percent: '1' })])).toThrow('contract K')
  })

  it('has the other sign as a markup', () => {
    expect(priced([contract('K', { markup_percent: '5.5' })])).toMatchObject({ usd: '0.00342875', list: '0.00325' })
  })

  it('is on the line with what it was taken of', () => {
    const [line] = engineOf({ contracts: [contract('K', { discount_percent: '12.5' })] }).lines(request)
    expect(line).toMatchObject({
      meter: 'cache_read_tokens',
      unitPrice: '1.09375',
      contractId: 'K',
      adjustment: '-12.5%',
      listPrice: '1.25',
      amountAtto: attoFromDecimal('0.00021875'),
      listAtto: attoFromDecimal('0.00025'),
      priceRow: 'openai/gpt-4o',
    })
  })
})

describe('the contract that counts', () => {
  const off = (id: string, percent: string, more: Partial<PriceContract> = {}) =>
    contract(id, { discount_percent: percent, ...more })
  const by = (contracts: readonly PriceContract[], more: Partial<PriceRequest> = {}) => {
    const forwards = priced(contracts, more)
    expect(priced(contracts.toReversed(), more)).toEqual(forwards)
    return forwards.by
  }

  it('is that with the whole name, then with the longer pattern, then any', () => {
    const all = off('all', '1')
    const short = off('short', '2', { model_pattern: 'gpt-*' })
    const long = off('long', '3', { model_pattern: 'gpt-4o*' })
    const whole = off('whole', '4', { model_pattern: 'gpt-4o' })
    expect(by([all, short, long, whole])).toBe('whole')
    expect(by([all, short, long])).toBe('long')
    expect(by([all, short])).toBe('short')
    expect(by([all])).toBe('all')
  })

  it('is that with more scope, whatever its priority', () => {
    const wide = off('wide', '1', { priority: 9 })
    const narrow = off('narrow', '2', { scope: { team: 'search' } })
    const both = off('both', '3', { scope: { team: 'search', billing_account: 'acct' } })
    expect(by([wide, narrow, both], { team: 'search', billingAccount: 'acct' })).toBe('both')
    expect(by([wide, narrow, both], { team: 'search' })).toBe('narrow')
    expect(by([wide, narrow, both], { team: 'other', billingAccount: 'acct' })).toBe('wide')
    expect(by([wide, narrow, both])).toBe('wide')
    expect(by([narrow, off('long', '4', { model_pattern: 'gpt-4*' })], { team: 'search' })).toBe('long')
  })

  it('is that of higher priority, then the one that started last', () => {
    const old = off('old', '1')
    const newer = off('newer', '2', { effective_from: '2026-02-01T00:00:00Z' })
    expect(by([old, newer])).toBe('newer')
    expect(by([{ ...old, priority: 1 }, newer])).toBe('old')
  })

  it('is by meter that with a fixed price, however specific a discount is; the rest keeps the discount', () => {
    const fixed = contract('fixed', { prices: { output_tokens: { usd: '8', per: 1_000_000 } } })
    const whole = off('whole', '10', { model_pattern: 'gpt-4o' })
    // (800 x 2.5 + 200 x 1.25) x 0.9 + 100 x 8
    expect(priced([fixed, whole])).toMatchObject({ usd: '0.002825', list: '0.00325', by: 'whole,fixed' })
    expect(priced([fixed])).toMatchObject({ usd: '0.00305', by: 'fixed' })
    expect(priced([fixed], { usage: { input_tokens: 1000 } }).by).toBe('')
    expect(engineOf({ contracts: [fixed] }).price(request).priceRows).toEqual(['openai/gpt-4o', 'contract:fixed'])
  })

  it('never stacks on another', () => {
    expect(priced([off('a', '10'), off('b', '10')]).usd).toBe('0.002925')
  })

  it('holds from its first to before its last instant', () => {
    const short = off('K', '10', { effective_from: '2026-11-02T12:00:00.000Z', effective_to: '2026-11-02T13:00:00Z' })
    const engine = engineOf({ contracts: [short] })
    const at = (time: string) => engine.price({ ...request, at: Date.parse(time) }).contractId
    expect(at('2026-11-02T11:59:59.999Z')).toBe('')
    expect(at('2026-11-02T12:00:00.000Z')).toBe('K')
    expect(at('2026-11-02T12:59:59.999Z')).toBe('K')
    expect(at('2026-11-02T13:00:00.000Z')).toBe('')
    expect(at('2026-11-02T12:00:00.000Z')).toBe('K')
  })

  it('may be renewed under its id with other terms', () => {
    const first = off('K', '10', { effective_to: '2026-11-01' })
    const second = off('K', '20', { effective_from: '2026-11-01' })
    const usd = (time: string) => priced([first, second], { at: Date.parse(time) }).usd
    const engine = engineOf({ contracts: [first, second] })
    const costs = ['2026-10-31T23:59:59.999Z', '2026-11-01T00:00:00.000Z'].map((time) => {
      return decimalFromAtto(engine.price({ ...request, at: Date.parse(time) }).costAtto)
    })
    expect(costs).toEqual(['0.002925', '0.0026'])
    expect(costs).toEqual([usd('2026-10-31T23:59:59.999Z'), usd('2026-11-01')])
  })

  it('is for its provider, tier and region', () => {
    expect(by([off('K', '1', { provider: 'azure' })])).toBe('')
    const batch = off('K', '1', { scope: { service_tier: 'batch' } })
    expect([by([batch]), by([batch], { serviceTier: 'batch' })]).toEqual(['', 'K'])
    const standard = off('K', '1', { scope: { service_tier: 'standard' } })
    expect([by([standard], { serviceTier: 'default' }), by([standard], { serviceTier: 'batch' })]).toEqual(['K', ''])
    const eu = off('K', '1', { scope: { region: 'EU' } })
    expect([by([eu], { region: 'eu' }), by([eu], { region: 'eu-west-1' })]).toEqual(['K', 'K'])
    expect([by([eu], { region: 'us-east-1' }), by([eu])]).toEqual(['', ''])
  })

  it('knows the priced model by its id and by the name it was found by, anchored at both ends', () => {
    const of = (pattern: string) => [off('K', '1', { model_pattern: pattern })]
    const snapshot = { requestModel: 'gpt-4o-2024-08-06' }
    expect([by(of('gpt-4o'), snapshot), by(of('GPT-4o-2024-*'), snapshot)]).toEqual(['K', 'K'])
    expect([by(of('gpt-4')), by(of('pt-4o')), by(of('gpt-4.')), by(of('*-mini'))]).toEqual(['', '', '', ''])
    // what answered is priced: a contract for what was asked for is not for it
    expect(by(of('gpt-4o'), { responseModel: 'gpt-4o-mini-2024-07-18' })).toBe('')
    const azure = [off('K', '1', { provider: 'azure', model_pattern: 'prod-chat' })]
    const deployed = { provider: 'azure', requestModel: 'prod-chat', responseModel: 'gpt-4.1-mini-2025-04-14' }
    expect(by(azure, deployed)).toBe('K')
  })
})

describe('a fixed price', () => {
  const million = (usd: string) => ({ usd, per: 1_000_000 })

  it('is found before the catalogue, for a model that it does not have too', () => {
    const K = contract('K', { model_pattern: 'gpt-next*', prices: { input_tokens: million('2') } })
    const next = { requestModel: 'gpt-next-1', usage: { input_tokens: 1000 } }
    expect(priced([K], next)).toMatchObject({ usd: '0.002', list: '0.002', by: 'K', state: 'priced', warnings: [] })
    const engine = engineOf({ contracts: [K] })
    expect(engine.price({ ...request, ...next })).toMatchObject({
      model: 'gpt-next-1',
      matchedBy: 'contract:K',
      priceRows: ['contract:K'],
    })
    // a used meter that it does not price is unpriced
    expect(priced([K], { requestModel: 'gpt-next-1' })).toMatchObject({
      usd: '0.002',
      state: 'unpriced',
      warnings: ['METER_FALLBACK', 'METER_UNPRICED'],
    })
    expect(priced([K], { requestModel: 'gpt-nex' })).toMatchObject({ state: 'unpriced', warnings: ['MODEL_UNKNOWN'] })
  })

  it('prices a model of its own before the model that was asked for', () => {
    const K = contract('K', {
      model_pattern: 'gpt-secret',
      prices: { input_tokens: million('1'), output_tokens: million('1') },
    })
    expect(priced([K], { responseModel: 'gpt-secret' })).toMatchObject({ usd: '0.0011', state: 'priced' })
  })

  it('leaves nothing to doubt where the list has no price for the tier', () => {
    const prices = { input_tokens: million('1'), cache_read_tokens: million('1'), output_tokens: million('1') }
    const scope = { service_tier: 'flex' }
    const K = contract('K', { prices, scope })
    expect(priced([], { serviceTier: 'flex' })).toMatchObject({
      state: 'estimated',
      warnings: ['SERVICE_TIER_UNPRICED'],
    })
    expect(priced([K], { serviceTier: 'flex' })).toMatchObject({ usd: '0.0011', state: 'priced', warnings: [] })
    const partly = contract('K', { prices: { output_tokens: million('1') }, scope })
    expect(priced([partly], { serviceTier: 'flex' })).toMatchObject({ state: 'estimated' })
  })

  it('of a kind of token that the list has no price for is compared with the list price of its general kind', () => {
    const K = contract('K', { prices: { cache_write_tokens: million('1') } })
    const usage = { input_tokens: 1000, cache_write_tokens: 400 }
    expect(priced([K], { usage })).toMatchObject({ usd: '0.0019', list: '0.0025', warnings: [] })
  })

  it('of a meter that does not exist, or that is no decimal, is refused by name', () => {
    expect(() => priced([contract('K', { prices: { tokens: million('1') } })])).toThrow('contract K: no such meter')
    expect(() => priced([contract('K', { prices: { input_tokens: million('-1') } })])).toThrow('contract K')
  })
})

describe('the cost that a provider reports', () => {
  const trusting = contract('K', { trust_provider_cost: true })
  const reported = (usd: string, more: Partial<PriceRequest> = {}) => {
    const engine = engineOf({ contracts: [trusting] })
    const whole = { ...request, reportedCostAtto: attoFromDecimal(usd), ...more }
    const lines = engine.lines(whole)
    return { ...engine.price(whole), lines, sum: lines.reduce((sum, line) => sum + line.amountAtto, 0n) }
  }

  it('is the cost where a contract says so, in parts that sum to it, and ours is the list price', () => {
    const result = reported('0.01')
    expect(result).toMatchObject({
      state: 'priced',
      costAtto: attoFromDecimal('0.01'),
      listAtto: attoFromDecimal('0.00325'),
      costInputAtto: attoFromDecimal('0.006153846153846154'),
      costCacheReadAtto: attoFromDecimal('0.000769230769230769'),
      costOutputAtto: attoFromDecimal('0.003076923076923077'),
      contractId: 'K',
      warnings: ['PROVIDER_COST_DIFFERS'],
    })
    expect(result.sum).toBe(result.costAtto)
    expect(reported('0.00325').warnings).toEqual([])
  })

  it('is the cost of a model without a price as well', () => {
    const result = reported('0.5', { requestModel: 'gpt-99' })
    expect(result).toMatchObject({
      state: 'priced',
      costAtto: attoFromDecimal('0.5'),
      costOtherAtto: attoFromDecimal('0.5'),
      listAtto: attoFromDecimal('0.5'),
      unpricedTokens: 0,
      warnings: [],
      priceRows: ['contract:K'],
    })
    expect(result.sum).toBe(result.costAtto)
  })

  it('is beside ours without such a contract, or where none is reported', () => {
    expect(priced([trusting])).toMatchObject({ usd: '0.00325', by: '' })
    const whole = contract('W', { model_pattern: 'gpt-4o', discount_percent: '1' })
    expect(priced([trusting, whole], { reportedCostAtto: 1n })).toMatchObject({ usd: '0.0032175', by: 'W' })
  })
})
