import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import { type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InputSemantics, RawUsage } from '../dialects/dialect.ts'
import { normaliseUsage } from './span-usage.ts'

const read = (raw: RawUsage, semantics: InputSemantics = 'inclusive', byLifetime = false) => {
  const judged = normaliseUsage(raw, semantics, byLifetime)
  return judged.kind === 'ok' ? judged.value : judged.reason
}

test('an inclusive producer is taken at its word', () => {
  expect(read({ input_tokens: 5422, cache_read_tokens: 914, cache_write_tokens: 530, output_tokens: 492 })).toEqual({
    usage: { input_tokens: 5422, cache_read_tokens: 914, cache_write_tokens: 530, output_tokens: 492 },
    warnings: [],
  })
})

test('an exclusive producer’s cached tokens are added to its input', () => {
  const raw = { input_tokens: 972, cache_read_tokens: 2990, cache_write_tokens: 2884, output_tokens: 1002 }
  expect(read(raw, 'exclusive')).toMatchObject({ usage: { input_tokens: 6846 }, warnings: [] })
})

test('an unverified producer is read as inclusive and flagged', () => {
  const raw = { input_tokens: 100, cache_read_tokens: 50 }
  expect(read(raw, 'assumed')).toEqual({ usage: raw, warnings: ['SEMANTICS_ASSUMED'] })
})

test.each(['assumed', 'inclusive'] as const)(
  'more cached tokens than input prove that input excludes them, whatever was %s',
  (semantics) => {
    const raw = { input_tokens: 8, cache_read_tokens: 118_243, output_tokens: 1 }
    expect(read(raw, semantics)).toMatchObject({ usage: { input_tokens: 118_251 }, warnings: ['SEMANTICS_CONFLICT'] })
  },
)

test('more reasoning than output proves that output excludes it', () => {
  expect(read({ output_tokens: 10, output_reasoning_tokens: 25 })).toMatchObject({
    usage: { output_tokens: 35, output_reasoning_tokens: 25 },
    warnings: ['SEMANTICS_CONFLICT'],
  })
})

test.each<[string, RawUsage, RawUsage, string[]]>([
  ['no lifetime: all five minutes, flagged', {}, { cache_write_5m_tokens: 90 }, ['TTL_ASSUMED']],
  ['only the hour: the rest five minutes', { cache_write_1h_tokens: 40 }, { cache_write_5m_tokens: 50 }, []],
  ['both', { cache_write_5m_tokens: 30, cache_write_1h_tokens: 60 }, { cache_write_5m_tokens: 30 }, []],
  ['OpenAI’s lifetimes', { cache_write_30m_tokens: 60, cache_write_12h_tokens: 30 }, { cache_write_5m_tokens: 0 }, []],
])('Claude’s cache writes with %s', (_, split, expected, warnings) => {
  const raw = { input_tokens: 100, cache_write_tokens: 90, ...split }
  expect(read(raw, 'inclusive', true)).toMatchObject({ usage: expected, warnings })
})

test('writes of other models get no lifetime', () => {
  expect(read({ input_tokens: 100, cache_write_tokens: 90 })).toEqual({
    usage: { input_tokens: 100, cache_write_tokens: 90 },
    warnings: [],
  })
})

test('nothing reported is no usage, and a reported zero is one', () => {
  expect(read({})).toEqual({ usage: undefined, warnings: [] })
  expect(read({ input_tokens: 0 })).toMatchObject({ usage: { input_tokens: 0 } })
})

test.each<[AttributeValue, unknown]>([
  ['1200', 1200],
  [1200n, 1200],
  [1200.0, 1200],
  [-1, 'USAGE_NEGATIVE'],
  [-1n, 'USAGE_NEGATIVE'],
  [1.5, 'USAGE_NOT_INTEGER'],
  [Number.NaN, 'USAGE_NOT_NUMERIC'],
  [Number.POSITIVE_INFINITY, 'USAGE_NOT_NUMERIC'],
  ['1e3', 'USAGE_NOT_NUMERIC'],
  ['-5', 'USAGE_NOT_NUMERIC'],
  ['', 'USAGE_NOT_NUMERIC'],
  [true, 'USAGE_NOT_NUMERIC'],
  [[1], 'USAGE_NOT_NUMERIC'],
  [new Map([['a', 1]]), 'USAGE_NOT_NUMERIC'],
  [2 ** 60, 'USAGE_OUT_OF_RANGE'],
  [2n ** 62n, 'USAGE_OUT_OF_RANGE'],
])('a count sent as %o is %o', (value, expected) => {
  const judged = read({ input_tokens: value })
  expect(typeof judged === 'string' ? judged : judged.usage?.input_tokens).toBe(expected)
})

test('parts that exceed their whole are refused, never clamped', () => {
  expect(read({ input_tokens: 10, input_audio_tokens: 20 })).toBe('USAGE_SUBSET_EXCEEDS_TOTAL')
  const split = { cache_write_tokens: 10, cache_write_5m_tokens: 8, cache_write_1h_tokens: 8, input_tokens: 50 }
  expect(read(split)).toBe('USAGE_SUBSET_EXCEEDS_TOTAL')
})

const anyValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.nat(10_000),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string(),
  fc.nat(10_000).map(String),
  fc.boolean(),
)
const anyUsage = fc.dictionary(fc.constantFrom<UsageField>(...usageFields), anyValue) as fc.Arbitrary<RawUsage>

test('whatever the counts: no throw, never a negative bucket, and every reported token is still there', () => {
  fc.assert(
    fc.property(
      anyUsage,
      fc.constantFrom<InputSemantics>('inclusive', 'exclusive', 'assumed'),
      fc.boolean(),
      (raw, semantics, byLifetime) => {
        const judged = normaliseUsage(raw, semantics, byLifetime)
        if (judged.kind !== 'ok' || !judged.value.usage) return
        const usage = judged.value.usage
        for (const count of Object.values(usage)) expect(count).toBeGreaterThanOrEqual(0)
        const write = usage.cache_write_tokens ?? 0
        const uncached = (usage.input_tokens ?? 0) - (usage.cache_read_tokens ?? 0) - write
        expect(uncached).toBeGreaterThanOrEqual(0)
        expect(write - (usage.cache_write_5m_tokens ?? 0) - (usage.cache_write_1h_tokens ?? 0)).toBeGreaterThanOrEqual(
          0,
        )
        for (const field of ['input_tokens', 'output_tokens'] as const) {
          if (raw[field] !== undefined) expect(usage[field]).toBeGreaterThanOrEqual(Number(raw[field]))
        }
      },
    ),
    { numRuns: 500 },
  )
})
