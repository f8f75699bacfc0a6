import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTokens, type Counted, type Held } from './compare.ts'
import type { TokenType } from './token-point.ts'

const tolerance = { ratio: 0.05, minTokens: 1_000 }
const counted = (fields: Partial<Counted> = {}): Counted => ({
  tenant: 'acme',
  service: 'shop',
  provider: 'openai',
  model: 'gpt-4o',
  reporter: 'one',
  tokenType: 'input',
  least: 10_000,
  most: 10_000,
  ...fields,
})
const none = { input: 0, uncached_input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 }
const held = (tokens: Partial<Record<TokenType, number>>, fields: Partial<Held> = {}): Held => ({
  tenant: 'acme',
  service: 'shop',
  provider: 'openai',
  models: ['gpt-4o', 'gpt-4o', ''],
  ...fields,
  tokens: { ...none, ...tokens },
})
const one = (counts: readonly Counted[], holds: readonly Held[]) => compareTokens(counts, holds, tolerance)[0]

test('anything between the least and the most that the metrics allow agrees', () => {
  const range = counted({ least: 8_000, most: 12_000 })
  for (const input of [8_000, 10_000, 12_000]) {
    expect(one([range], [held({ input })])).toMatchObject({ ratio: 0, metricTokens: input, differs: false })
  }
  expect(one([range], [held({ input: 6_000 })])).toMatchObject({ ratio: -0.25, metricTokens: 8_000, differs: true })
  expect(one([range], [held({ input: 16_000 })])).toMatchObject({ ratio: 0.25, metricTokens: 12_000, differs: true })
})

test('a difference within the tolerance, or of few tokens, is none', () => {
  expect(one([counted()], [held({ input: 9_600 })])).toMatchObject({ ratio: -0.04, differs: false })
  expect(one([counted({ least: 900, most: 900 })], [held({ input: 10 })])?.differs).toBe(false)
})

test('providers are compared each by itself where the ledger knows them all', () => {
  const counts = [counted(), counted({ provider: 'anthropic', least: 5_000, most: 5_000 })]
  const holds = [held({ input: 10_000 }), held({ input: 2_500 }, { provider: 'anthropic' })]
  expect(compareTokens(counts, holds, tolerance)).toMatchObject([
    { provider: 'openai', differs: false },
    { provider: 'anthropic', ratio: -0.5, differs: true },
  ])
})

test('where the metrics call a provider otherwise, only what the ledger lacks of the whole service is told', () => {
  const holds = [held({ input: 30_000 }, { provider: 'openai-compatible:proxy' })]
  expect(one([counted()], holds)).toMatchObject({ provider: '', ratio: 0, differs: false })
  expect(one([counted({ least: 40_000, most: 40_000 })], holds)).toMatchObject({ provider: '', differs: true })
})

test('instrumentations that count the same calls, or divide them, are both right', () => {
  const counts = [counted(), counted({ reporter: 'two', least: 9_000, most: 9_000 })]
  for (const input of [10_000, 19_000]) expect(one(counts, [held({ input })])).toMatchObject({ ratio: 0 })
  expect(one(counts, [held({ input: 5_000 })])).toMatchObject({ metricTokens: 10_000, differs: true })
  expect(one(counts, [held({ input: 38_000 })])).toMatchObject({ metricTokens: 19_000, differs: true })
})

test('the model that differs most is named, by whichever of its names', () => {
  const counts = [counted(), counted({ model: 'o3-2025-04-16', least: 20_000, most: 20_000 })]
  const holds = [held({ input: 9_000 }), held({ input: 5_000 }, { models: ['o3', 'o3', 'o3-2025-04-16'] })]
  expect(one(counts, holds)).toMatchObject({ differs: true, model: 'o3-2025-04-16' })
  expect(one(counts, [held({ input: 10_000 }), held({ input: 20_000 })])?.model).toBe('')
})

test('tenants and services are never mixed', () => {
  const holds = [held({ input: 10_000 }, { tenant: 'other' }), held({ input: 10_000 }, { service: 'other' })]
  expect(one([counted()], holds)).toMatchObject({ ledgerTokens: 0, differs: true })
})

test('the ratio says the side and is never more than all', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(1e9), (input, least, more) => {
      const compared = one([counted({ least, most: least + more })], [held({ input })])
      expect(Math.abs(compared?.ratio ?? 9)).toBeLessThanOrEqual(1)
      expect(Math.sign(compared?.ratio ?? 9)).toBe(input < least ? -1 : input > least + more ? 1 : 0)
    }),
  )
})
