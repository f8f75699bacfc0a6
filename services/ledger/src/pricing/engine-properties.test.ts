import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Usage } from '@spanledger/schemas/events/usage'
import type { Catalogue, ModelSheet, PriceRow } from '@spanledger/schemas/prices/catalogue'
import type { PriceContract } from '@spanledger/schemas/prices/overrides'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine, type PriceEngine } from './engine.ts'
import { arbitraryUsage } from './testing/arbitrary-usage.ts'
import type { PriceLine, PriceRequest } from './types.ts'

/** What must hold of every price, whatever is used, of whom, when and where. */

const catalogue = loadCatalogue()
const engine = createPriceEngine({ catalogue })
const models = Object.entries(catalogue.providers).flatMap(([provider, sheet]) =>
  Object.entries(sheet.models).map(([requestModel, of]) => ({ provider, requestModel, of })),
)
/** The models at which most can go wrong: bands, tiers, hours, regions, history. */
const manyRows = models.filter(({ of }) => of.rows.length > 1)

const times = fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2026-11-21') })
const requests: fc.Arbitrary<PriceRequest> = fc
  .record({
    model: fc.oneof(fc.constantFrom(...models), fc.constantFrom(...manyRows)),
    usage: arbitraryUsage(),
    at: times,
    serviceTier: fc.constantFrom('standard', 'batch', 'flex', 'priority', 'fast', ''),
    region: fc.constantFrom('', 'global', 'us', 'eu', 'us-east-1', 'europe-west4', 'ap-southeast-2'),
  })
  .map(({ model: { provider, requestModel }, ...rest }) => ({ provider, requestModel, ...rest }))

const amounts = (of: PriceEngine, request: PriceRequest) => {
  const { priceVersion: _, ...result } = of.price(request)
  return { result, lines: of.lines(request) }
}
const sum = (lines: readonly PriceLine[], read: (line: PriceLine) => bigint) =>
  lines.reduce((total, line) => total + read(line), 0n)

describe('a price', () => {
  it('is never negative, and never zero where a meter with a price was used', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { result, lines } = amounts(engine, request)
        for (const { quantity, unitPrice, amountAtto } of lines) {
          expect(quantity).toBeGreaterThan(0n)
          expect(amountAtto > 0n).toBe(Number(unitPrice) > 0)
        }
        expect(result.costAtto > 0n).toBe(lines.some(({ unitPrice }) => Number(unitPrice) > 0))
        if (result.state === 'free') expect(result.costAtto).toBe(0n)
        expect(result.listAtto).toBe(result.costAtto)
      }),
      { numRuns: 1000 },
    )
  })

  it('has one line for a meter, at the prices of one row', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const lines = engine.lines(request)
        expect(new Set(lines.map(({ meter }) => meter)).size).toBe(lines.length)
        expect(new Set(lines.map(({ priceRow }) => priceRow)).size).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1000 },
    )
  })

  it('takes its context band from the whole input, cached or not', () => {
    const banded = models.filter(({ of }) => of.rows.some(({ band }) => band))
    fc.assert(
      fc.property(
        fc.constantFrom(...banded),
        fc.nat({ max: 600_000 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        times,
        (model, input, share, at) => {
          const { provider, requestModel } = model
          const ofUsage = (usage: Usage) => engine.price({ provider, requestModel, at, usage }).contextBand
          const cached = Math.floor(input * share)
          const plain = ofUsage({ input_tokens: input, output_tokens: 1 })
          expect(ofUsage({ input_tokens: input, cache_read_tokens: cached, output_tokens: 1 })).toBe(plain)
          expect(ofUsage({ input_tokens: input, cache_write_tokens: cached, output_tokens: 900_000 })).toBe(plain)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never falls when more of any meter is used', () => {
    fc.assert(
      fc.property(
        requests,
        fc.constantFrom(...Object.keys(within)),
        fc.integer({ min: 1, max: 5000 }),
        (request, meter, more) => {
          const grown = { ...request, usage: moreOf(request.usage ?? {}, meter, more) }
          const [before, after] = [engine.price(request), engine.price(grown)]
          if (before.contextBand !== after.contextBand) return
          expect(after.costAtto).toBeGreaterThanOrEqual(before.costAtto)
          expect(after.unpricedTokens).toBeGreaterThanOrEqual(before.unpricedTokens)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

/** Totals that a meter is part of. */
const within: Readonly<Record<string, readonly (keyof Usage)[]>> = {
  input: ['input_tokens'],
  cacheRead: ['cache_read_tokens', 'input_tokens'],
  cacheWrite: ['cache_write_tokens', 'input_tokens'],
  cacheWrite1h: ['cache_write_1h_tokens', 'cache_write_tokens', 'input_tokens'],
  audio: ['input_audio_tokens', 'input_tokens'],
  image: ['input_image_tokens', 'input_tokens'],
  audioRead: ['cache_audio_read_tokens', 'cache_read_tokens', 'input_audio_tokens', 'input_tokens'],
  output: ['output_tokens'],
  reasoning: ['output_reasoning_tokens', 'output_tokens'],
  audioOut: ['output_audio_tokens', 'output_tokens'],
  searches: ['web_searches'],
  pages: ['document_pages'],
  seconds: ['audio_microseconds'],
}

/** What is not reported is what the others make of it, so a total is written out before it grows. */
function moreOf(usage: Usage, meter: string, more: number): Usage {
  const writes = (usage.cache_write_5m_tokens ?? 0) + (usage.cache_write_1h_tokens ?? 0)
  const totals = {
    cache_read_tokens: (usage.cache_audio_read_tokens ?? 0) + (usage.cache_image_read_tokens ?? 0),
    cache_write_tokens: writes,
    input_audio_tokens: usage.cache_audio_read_tokens ?? 0,
    input_image_tokens: usage.cache_image_read_tokens ?? 0,
    ...usage,
  }
  const grown = (within[meter] ?? []).map((field) => [field, (totals[field as keyof typeof totals] ?? 0) + more])
  return { ...totals, ...Object.fromEntries(grown) }
}

describe('the catalogue', () => {
  it('of a later day, with rows that end and begin then, changes no earlier amount', () => {
    const day = '2026-07-01'
    const later = createPriceEngine({
      catalogue: mapRows((rows) => [
        ...rows.map((row) => (isOpen(row, day) ? { ...row, to: day } : row)),
        ...rows.filter((row) => isOpen(row, day)).map((row) => dearer(row, day)),
        { id: 'later-batch', service_tier: 'batch', from: day, meters: { input_tokens: { price: '9', per: 1 } } },
        { id: 'later-eu', region: 'eu', from: day, meters: { input_tokens: { price: '9', per: 1 } } },
      ]),
    })
    fc.assert(
      fc.property(requests, (request) => {
        if (request.at < Date.parse(day)) expect(amounts(later, request)).toEqual(amounts(engine, request))
      }),
      { numRuns: 1000 },
    )
  })

  it('says the same in whatever order its rows are', () => {
    const backwards = createPriceEngine({ catalogue: mapRows((rows) => rows.toReversed()) })
    const rotated = createPriceEngine({ catalogue: mapRows((rows) => [...rows.slice(1), ...rows.slice(0, 1)]) })
    fc.assert(
      fc.property(requests, (request) => {
        const expected = amounts(engine, request)
        expect(amounts(backwards, request)).toEqual(expected)
        expect(amounts(rotated, request)).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })
})

function mapRows(change: (rows: readonly PriceRow[]) => readonly PriceRow[]): Catalogue {
  const changed = (sheets: Readonly<Record<string, ModelSheet>>) =>
    Object.fromEntries(Object.entries(sheets).map(([model, of]) => [model, { ...of, rows: change(of.rows) }]))
  const providers = Object.entries(catalogue.providers).map(([provider, sheet]) => {
    return [provider, { ...sheet, models: changed(sheet.models) }] as const
  })
  return { ...catalogue, providers: Object.fromEntries(providers) }
}

function isOpen({ from, to }: PriceRow, day: string): boolean {
  return to === undefined && (from === undefined || Date.parse(from) < Date.parse(day))
}

function dearer(row: PriceRow, from: string): PriceRow {
  const meters = Object.entries(row.meters).map(([meter, { per }]) => [meter, { price: '99', per }] as const)
  return { ...row, id: `${row.id}-later`, from, meters: Object.fromEntries(meters) }
}

describe('contracts', () => {
  const anyContract = fc.record(
    {
      model_pattern: fc.constantFrom('*', 'gpt*', 'gpt-4o', 'claude-*', '*mini'),
      terms: fc.oneof(
        fc.record({ discount_percent: fc.constantFrom('0.5', '12.5', '33.333333', '100') }),
        fc.record({ prices: fc.constant({ input_tokens: { usd: '0.0123', per: 1000 } }) }),
        fc.record({
          prices: fc.constant({ output_tokens: { usd: '7', per: 1_000_000 }, web_searches: { usd: '1', per: 9 } }),
        }),
      ),
      scope: fc.record(
        { region: fc.constantFrom('eu', 'us-east-1'), service_tier: fc.constant('batch') },
        { requiredKeys: [] },
      ),
      priority: fc.nat({ max: 2 }),
      effective_from: fc.constantFrom('2024-06-01', '2026-02-28T12:00:00Z'),
      effective_to: fc.constantFrom('2025-01-01', '2026-09-30'),
    },
    { requiredKeys: ['model_pattern', 'terms', 'effective_from'] },
  )
  const contractsOf = (some: readonly { readonly terms: object }[]) =>
    ['openai', 'anthropic'].flatMap((provider) =>
      some.map(
        ({ terms, ...rest }, place) => ({ id: `${provider}-${place}`, provider, ...rest, ...terms }) as PriceContract,
      ),
    )
  const theirs = requests.filter(({ provider }) => provider === 'openai' || provider === 'anthropic')

  it('never stack: each line is what one of them alone makes of it, or the list', () => {
    fc.assert(
      fc.property(
        fc.array(anyContract, { minLength: 2, maxLength: 4 }),
        fc.array(theirs, { minLength: 10, maxLength: 10 }),
        (some, asked) => {
          const contracts = contractsOf(some)
          const all = createPriceEngine({ catalogue, overrides: { contracts } })
          const alone = contracts.map((contract) =>
            createPriceEngine({ catalogue, overrides: { contracts: [contract] } }),
          )
          for (const request of asked) {
            const single = [engine, ...alone].flatMap((each) => each.lines(request)).map(keyOf)
            for (const line of all.lines(request)) expect(single).toContain(keyOf(line))
          }
        },
      ),
      { numRuns: 15 },
    )
  })

  it('that are discounts never cost more than the list, which they leave as it is', () => {
    const discounts = contractsOf([
      { terms: { discount_percent: '12.5' }, model_pattern: '*', effective_from: '2025-01-01' } as never,
    ])
    const discounted = createPriceEngine({ catalogue, overrides: { contracts: discounts } })
    fc.assert(
      fc.property(theirs, (request) => {
        const { result, lines } = amounts(discounted, request)
        expect(result.listAtto).toBe(engine.price(request).costAtto)
        expect(result.costAtto).toBeLessThanOrEqual(result.listAtto)
        expect(sum(lines, ({ amountAtto }) => amountAtto)).toBe(result.costAtto)
        expect(sum(lines, ({ listAtto }) => listAtto)).toBe(result.listAtto)
      }),
      { numRuns: 500 },
    )
  })
})

function keyOf({ meter, quantity, unitPrice, per }: PriceLine): string {
  return [meter, quantity, unitPrice, per].join()
}
