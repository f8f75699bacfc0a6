import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createEngines } from './engines.ts'
import { type PriceCase, priceCase } from '@spanledger/ledger/pricing/price-case'

const engineFor = createEngines()
const nowMs = Date.parse('2026-11-21T00:00:00Z')
const gpt4o = { id: 'x', provider: 'openai', model: 'gpt-4o', at: '2026-11-02T12:00:00Z' }

function price(input: PriceCase) {
  return priceCase(input, engineFor, nowMs)
}

test('a priced case says what each meter costs, and the meters sum to the total', () => {
  const usage = { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 }
  expect(price({ ...gpt4o, usage })).toMatchObject({
    id: 'x',
    status: 'priced',
    usd: '0.00325',
    list_usd: '0.00325',
    meters: expect.arrayContaining([
      { meter: 'cache_read_tokens', quantity: '200', unit_price_usd: '1.25', per: 1_000_000, usd: '0.00025' },
    ]),
    warnings: [],
  })
})

test('an unknown model has no dollars, which is not zero', () => {
  const unknown = price({ ...gpt4o, model: 'gpt-99-ultra', usage: { input_tokens: 1 } })
  expect(unknown).toMatchObject({ status: 'unpriced', usd: null, warnings: ['MODEL_UNKNOWN'] })
})

test.each([
  ['negative tokens', { usage: { input_tokens: -1 } }, 'USAGE_NEGATIVE'],
  ['a subset above its total', { usage: { input_tokens: 1, cache_read_tokens: 2 } }, 'USAGE_SUBSET_EXCEEDS_TOTAL'],
  ['a time without a zone', { usage: {}, at: '2026-11-02T12:00:00' }, 'TIME_INVALID'],
  ['a time in the far future', { usage: {}, at: '2027-11-02T12:00:00Z' }, 'TIME_FUTURE'],
  ['an unknown usage format', { usage: {}, usage_format: 'homemade' }, 'USAGE_FORMAT_UNKNOWN'],
  ['no provider', { usage: {}, provider: ' ' }, 'PROVIDER_MISSING'],
])('%s is rejected with its code', (_what, change, code) => {
  expect(price({ ...gpt4o, ...change })).toMatchObject({ status: 'rejected', usd: null, warnings: [code] })
})

test('aliases of a case hold for that case alone', () => {
  const to = { provider: 'openai', model: 'gpt-4o' }
  const usage = { input_tokens: 1_000_000 }
  const overrides = { aliases: [{ provider: 'openai', model: 'our-model', to }] }
  expect(price({ ...gpt4o, model: 'our-model', usage, overrides })).toMatchObject({ status: 'priced', usd: '2.5' })
  expect(price({ ...gpt4o, model: 'our-model', usage })).toMatchObject({ status: 'unpriced' })
})

/** Cases whose price row the catalogue does not have yet: they must say so instead of agreeing. */
const withoutRow: Readonly<Record<string, string>> = { 'azure-gpt4o-eu-datazone': 'REGION_UNPRICED' }
const publicCases = new URL('../../../../../shared/fixtures/pricing/cases.jsonl', import.meta.url)

test.skipIf(!existsSync(publicCases))('the public price cases agree, but for those with contracts', () => {
  const cases = readFileSync(publicCases, 'utf8').trim().split('\n')
  const skipped: string[] = []
  for (const line of cases) {
    const { expected_status, expected_usd, expected_warnings = [], expected_list_usd, ...input } = JSON.parse(line)
    const priced = price(input)
    if (priced.status === 'skipped') {
      skipped.push(input.id)
      continue
    }
    if (input.id in withoutRow) {
      expect.soft(priced).toMatchObject({ status: 'estimated', warnings: [withoutRow[input.id]] })
      continue
    }
    expect
      .soft({ ...priced, meters: undefined })
      .toMatchObject({ id: input.id, status: expected_status, usd: expected_usd })
    for (const code of expected_warnings) expect.soft(priced.warnings, input.id).toContain(code)
    if (expected_list_usd !== undefined) expect.soft(priced.list_usd, input.id).toBe(expected_list_usd)
  }
  expect(skipped.every((id) => id.startsWith('contract-'))).toBe(true)
  expect(skipped.length).toBeLessThan(6)
})
