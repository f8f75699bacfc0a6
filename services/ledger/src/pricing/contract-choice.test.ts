import fc from 'fast-check'
import type { ProviderSheet } from '@spanledger/schemas/prices/catalogue'
import type { PriceContract } from '@spanledger/schemas/prices/overrides'
import { expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'
import { arbitraryUsage } from './testing/arbitrary-usage.ts'

const whole = loadCatalogue()
/** Of the models that are asked for, so that an engine of its own for every set of contracts is quickly made. */
const catalogue = { ...whole, providers: { openai: few(whole.providers.openai), azure: few(whole.providers.azure) } }
function few(sheet: ProviderSheet | undefined): ProviderSheet {
  const models = Object.entries(sheet?.models ?? {}).filter(([model]) => /^gpt-4(?:o|o-mini|\.1)$/.test(model))
  return { ...sheet, models: Object.fromEntries(models) }
}
const day = (n: number) => Date.UTC(2026, 9, 1 + n)
const date = (n: number) => new Date(day(n)).toISOString()
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const accounts = fc.constantFrom('a-1', 'a-2')
const teams = fc.constantFrom('search', 'support')
const tiers = fc.constantFrom('batch', 'standard')

const contract = fc.record(
  {
    provider: fc.constantFrom('openai', 'azure.ai.openai'),
    model_pattern: fc.constantFrom('*', 'gpt-*', 'gpt-4o*', 'gpt-4o', '*-mini', 'gpt-4o-mini'),
    scope: fc.record({ billing_account: accounts, team: teams, service_tier: tiers }, { requiredKeys: [] }),
    discount_percent: maybe(fc.constantFrom('1', '12.5', '33.333')),
    prices: maybe(
      fc.dictionary(
        fc.constantFrom('input_tokens', 'cache_read_tokens', 'output_tokens', 'web_searches'),
        fc.nat({ max: 9 }).map((usd) => ({ usd: `${usd}.5`, per: 1_000_000 })),
      ),
    ),
    effective_from: fc.nat({ max: 30 }).map(date),
    effective_to: maybe(fc.integer({ min: 31, max: 60 }).map(date)),
    priority: maybe(fc.constantFrom(0, 1)),
  },
  { requiredKeys: ['provider', 'model_pattern', 'effective_from'] },
)
const contracts = fc
  .array(contract, { maxLength: 8 })
  .map((some) => some.map((each, n) => ({ ...each, id: `K-${n}` }) as PriceContract))
const request = fc.record({
  provider: fc.constantFrom('openai', 'azure'),
  requestModel: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'gpt-4.1'),
  billingAccount: fc.constantFrom('a-1', 'a-2', 'a-3'),
  team: fc.constantFrom('search', 'support', 'untagged'),
  serviceTier: fc.constantFrom('batch', 'default'),
  at: fc.nat({ max: 70 }).map(day),
  usage: arbitraryUsage(100_000),
})
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never

/** The rules of section 8 once more, without haste: everything that covers the request, the best one last. */
function covering(all: readonly PriceContract[], asked: Request): PriceContract[] {
  const covers = (one: PriceContract) => {
    const { billing_account, team, service_tier } = one.scope ?? {}
    const [head = '', tail] = one.model_pattern.split('*')
    const name = asked.requestModel
    return (
      (one.provider === 'openai') === (asked.provider === 'openai') &&
      (tail === undefined ? name === head : name.startsWith(head) && name.endsWith(tail)) &&
      (billing_account === undefined || billing_account === asked.billingAccount) &&
      (team === undefined || team === asked.team) &&
      (service_tier === undefined || service_tier === (asked.serviceTier === 'batch' ? 'batch' : 'standard')) &&
      Date.parse(one.effective_from) <= asked.at &&
      (one.effective_to === undefined || asked.at < Date.parse(one.effective_to))
    )
  }
  const rank = (one: PriceContract) => [
    one.model_pattern.includes('*') ? 0 : 1,
    one.model_pattern.length,
    Object.keys(one.scope ?? {}).length,
    one.priority ?? 0,
    Date.parse(one.effective_from),
    -Number(one.id.slice(2)),
  ]
  return all.filter(covers).toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    const differs = x.findIndex((value, place) => value !== y[place])
    return differs < 0 ? 0 : (x[differs] as number) - (y[differs] as number)
  })
}

test('of any set of contracts, in any order, each line is priced by the one that section 8 says', () => {
  fc.assert(
    fc.property(contracts, fc.array(request, { minLength: 1, maxLength: 5 }), (all, requests) => {
      const engine = createPriceEngine({ catalogue, overrides: { contracts: all.toReversed() } })
      for (const asked of requests) {
        const candidates = covering(all, asked)
        const lines = engine.lines(asked)
        for (const { meter, contractId, adjustment, unitPrice } of lines) {
          const fixing = candidates.findLast(({ prices }) => prices && meter in prices)
          const percent = candidates.findLast(({ discount_percent }) => discount_percent !== undefined)
          expect(contractId).toBe((fixing ?? percent)?.id ?? '')
          if (fixing) expect(unitPrice).toBe(fixing.prices?.[meter]?.usd)
          else expect(adjustment).toBe(percent ? `-${percent.discount_percent}%` : '')
        }
        const { costAtto, listAtto, contractId } = engine.price(asked)
        expect(lines.reduce((sum, line) => sum + line.amountAtto, 0n)).toBe(costAtto)
        expect(lines.reduce((sum, line) => sum + line.listAtto, 0n)).toBe(listAtto)
        const used = new Set(lines.map((line) => line.contractId).filter(Boolean))
        expect(new Set(contractId.split(',').filter(Boolean))).toEqual(used)
      }
    }),
    { numRuns: 300 },
  )
})

test('a list price is the same, whatever contracts there are', () => {
  const plain = createPriceEngine({ catalogue })
  fc.assert(
    fc.property(contracts, request, (all, asked) => {
      const percents = all.map((each) => ({ ...each, prices: {} }))
      const engine = createPriceEngine({ catalogue, overrides: { contracts: percents } })
      expect(engine.price(asked).listAtto).toBe(plain.price(asked).costAtto)
      expect(engine.price(asked).costAtto <= plain.price(asked).costAtto).toBe(true)
    }),
    { numRuns: 200 },
  )
})
