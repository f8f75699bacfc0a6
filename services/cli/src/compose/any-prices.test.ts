import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createPriceEngine } from '@spanledger/ledger/pricing/engine'
import { type ConfigFile, parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { ConfigFileError } from '@spanledger/runtime/config-file/config-file-error'
import { priceableMeters } from '@spanledger/schemas/prices/meter-names'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const decimal = fc
  .tuple(fc.nat(99), optional(fc.stringMatching(/^\d{1,18}$/)))
  .map(([whole, fraction]) => (fraction === undefined ? `${whole}` : `${whole}.${fraction}`))
const moment = fc.constantFrom('2025-01-01', '2026-02-28', '2026-06-01T00:00:00+02:00', '2026-11-20T10:00:00.001Z')
const provider = fc.constantFrom('openai', 'azure.ai.openai', 'anthropic', 'house', 'vllm', 'aws.bedrock')
const model = fc.constantFrom('gpt-4o', 'claude-sonnet-4-5', 'm', '*', 'gpt-*', 'groß/Modell', 'o3')
const currency = fc.constantFrom('USD', 'EUR', 'JPY')
const unit = fc.record({ price: decimal, per: fc.constantFrom(1, 1000, 3600, 1_000_000) })
const meters = fc.dictionary(fc.constantFrom(...priceableMeters), unit, { minKeys: 1, maxKeys: 4 })
const tier = fc.constantFrom('batch', 'standard', 'Priority', 'fast', 'any other')

const both = ([one, other]: readonly [object, object]) => ({ ...one, ...other })
const terms = fc.oneof(
  fc.record({ discount_percent: fc.constantFrom('0', '12.5', '33.333333', '100') }),
  fc.record({ markup_percent: fc.constantFrom('0', '5.25') }),
  fc.record({ prices: meters, currency: optional(currency) }),
  fc.record({ trust_provider_cost: fc.constant(true) }),
)
const contract = fc.record({
  id: fc.uuid(),
  provider,
  model_pattern: model,
  scope: optional(
    fc.record({
      team: optional(fc.constant('search')),
      region: optional(fc.constant('eu')),
      service_tier: optional(tier),
    }),
  ),
  effective_from: moment,
  effective_to: optional(fc.constantFrom('2026-11-21', '2027-01-01T00:00:00Z')),
})
const price = fc.oneof(fc.record({ meters, currency: optional(currency) }), fc.record({ free: fc.constant(true) }))
const row = fc.record({
  provider,
  model,
  region: optional(fc.constantFrom('eu', 'global', 'eu-west-1')),
  service_tier: optional(tier),
  from: optional(moment),
  to: optional(fc.constantFrom('2026-11-21', '2027-01-01T00:00:00Z')),
  schedule: optional(
    fc.record({
      windows: fc.constant([['22:00', '06:00']]),
      weekdays: optional(fc.constant([1, 7])),
      utc_offset: optional(fc.constantFrom('+08:00', '-14:59')),
    }),
  ),
  band: optional(fc.constantFrom({ gt: 0 }, { gte: 200_000 })),
  minimum: optional(fc.constantFrom({ audio_seconds: 10 }, { input_tokens: 5 }, { requests: 1 })),
})
const alias = fc.record({ provider, model, to: fc.record({ provider, model }) })
const prices = fc.record({
  aliases: fc.array(alias, { maxLength: 2 }),
  contracts: fc.array(fc.tuple(contract, terms).map(both), { maxLength: 3 }),
  rows: fc.array(fc.tuple(row, price).map(both), { maxLength: 3 }),
  rates: fc.constant([
    { base: 'EUR', quote: 'USD', date: '2026-01-01', rate: '1.1', source: 'x' },
    { base: 'USD', quote: 'JPY', date: '2025-01-01', rate: '155.123456789', source: 'x' },
  ]),
})

/** Undefined where it is refused. */
function accepted(section: object): ConfigFile['prices'] | undefined {
  try {
    return parseConfigFile(JSON.stringify({ prices: section }), 'f.yaml').prices
  } catch (error) {
    if (error instanceof ConfigFileError) return undefined
    throw error
  }
}

test('whatever prices the configuration file is accepted with, requests can be priced with, to the last digit', () => {
  let tried = 0
  fc.assert(
    fc.property(prices, provider, model, tier, ({ rates, ...section }, ofProvider, ofModel, serviceTier) => {
      const used = JSON.stringify(section)
      const overrides = accepted({
        ...section,
        rates: rates.filter(({ base, quote }) => used.includes(base === 'USD' ? quote : base)),
      }) // prettier-ignore
      if (overrides === undefined) return
      tried++
      const engine = createPriceEngine({ catalogue: loadCatalogue(), overrides })
      for (const at of [Date.UTC(2025, 5, 1), Date.UTC(2026, 1, 28), Date.UTC(2026, 10, 20, 23)]) {
        const request = {
          provider: ofProvider,
          requestModel: ofModel,
          at,
          serviceTier,
          team: 'search',
          region: 'eu',
          usage: { input_tokens: 300_000, cache_read_tokens: 100, output_tokens: 7, audio_microseconds: 1_500_000 },
        }
        const { costAtto, state } = engine.price(request)
        const lines = engine.lines(request)
        expect(lines.reduce((sum, line) => sum + line.amountAtto, 0n)).toBe(costAtto)
        if (state === 'free') expect(costAtto).toBe(0n)
      }
    }),
    { numRuns: Number(process.env['FC_RUNS'] ?? 60) },
  )
  expect(tried).toBeGreaterThan(20)
})
