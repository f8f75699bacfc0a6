import { expect, test } from 'vitest'
import type { Observation } from '../observation.ts'
import { observation, somePrice } from '../testing/observations.ts'
import { chargeOf } from './charge.ts'

const usage = { input_tokens: 1000, cache_read_tokens: 200, cache_write_tokens: 50, output_tokens: 100 }
const options = { identity: 'i'.repeat(16), identityKeys: ['k'.repeat(16)], recordedAt: 5, sources: ['usage_event'] }
const priced = (fields: Partial<Observation>) => chargeOf(observation(fields), somePrice, options)
const withoutPrice = (fields: Partial<Observation>) =>
  chargeOf(
    observation(fields),
    (request) => ({
      ...somePrice(request),
      state: 'unpriced',
      costAtto: 7n,
      costInputAtto: 7n,
      costOutputAtto: 0n,
      unpricedTokens: 1100,
    }),
    options,
  ) // prettier-ignore

test('a request with usage is a charge whose parts sum to it', () => {
  const entry = priced({ usage })
  expect(entry).toMatchObject({ kind: 'charge', requests: 1, priceState: 'priced', unpricedRequests: 0 })
  expect(entry).toMatchObject({ inputTokens: 1000, uncachedTokens: 750, cacheReadTokens: 200, outputTokens: 100 })
  expect(entry.cost).toBeGreaterThan(0n)
  expect(entry.costInput + entry.costCacheRead + entry.costCacheWrite + entry.costOutput + entry.costOther).toBe(
    entry.cost,
  )
})

test('a request whose price is not known is counted as unpriced with its tokens, and keeps the part that has a price', () => {
  const entry = withoutPrice({ usage })
  expect(entry).toMatchObject({
    kind: 'charge',
    priceState: 'unpriced',
    unpricedRequests: 1,
    unpricedTokens: 1100,
    cost: 7n,
  })
})

test.each(['ok', 'aborted'] as const)('a request that ended %s without usage is an accrual, never a zero', (status) => {
  const entry = priced({ status })
  expect(entry).toMatchObject({ kind: 'accrual', requests: 1, inputTokens: 0, cost: 0n })
  expect(entry).toMatchObject({ priceState: 'unpriced', unpricedRequests: 1, warnings: ['USAGE_MISSING'] })
})

test('a refused request without usage is free', () => {
  expect(priced({ status: 'error' })).toMatchObject({
    kind: 'charge',
    requests: 1,
    priceState: 'free',
    unpricedRequests: 0,
    warnings: [],
  }) // prettier-ignore
})

test('an error with usage is billed', () => {
  expect(priced({ status: 'error', usage }).cost).toBeGreaterThan(0n)
})

test.each(['exact_hit', 'semantic_hit'] as const)(
  'an %s of a result cache is free, and shows what it avoided',
  (resultCache) => {
    const entry = priced({ usage, resultCache })
    expect(entry).toMatchObject({
      kind: 'charge',
      requests: 1,
      priceState: 'free',
      inputTokens: 0,
      outputTokens: 0,
      cost: 0n,
    })
    expect(entry.costWithoutCache).toBe(somePrice({ provider: 'openai', at: entry.at, usage }).withoutCacheAtto)
  },
)

test('a missing team or feature is untagged', () => {
  expect(priced({ usage, attribution: { team: 'search' } }).attribution).toEqual({
    team: 'search',
    feature: 'untagged',
  })
})

test('meters without a column of their own are kept in millionths, and what was not reported is not 0', () => {
  const entry = priced({ usage: { output_tokens: 1, web_searches: 3, audio_microseconds: 1_500_000 } })
  expect(entry.otherUnits).toEqual({ web_searches: 3_000_000n, audio_seconds: 1_500_000n })
  expect(entry.reportedUnits).toBe(
    priced({ usage: { output_tokens: 0, web_searches: 0, audio_microseconds: 0 } }).reportedUnits,
  )
  expect(entry.reportedUnits).not.toBe(priced({ usage: { input_tokens: 0 } }).reportedUnits)
})

test('an accrual is estimated by the lengths that were sent and answered, never in its cost', () => {
  const entry = priced({ inputCharacters: 4001, outputCharacters: 400, operation: 'chat' })
  const same = somePrice({ provider: 'openai', at: entry.at, usage: { input_tokens: 1001, output_tokens: 100 } })
  expect(entry).toMatchObject({ kind: 'accrual', cost: 0n, inputTokens: 0, outputTokens: 0, priceState: 'unpriced' })
  expect(entry.accruedCost).toBe(same.costAtto)
  expect(JSON.parse(entry.accrualBasis)).toEqual({
    by: 'characters',
    input_characters: 4001,
    output_characters: 400,
    characters: 4,
    tokens: 1,
  })
  const claude = priced({ provider: 'anthropic', inputCharacters: 3500, outputCharacters: 35 })
  expect(claude.accruedCost).toBe(
    somePrice({ provider: 'anthropic', at: entry.at, usage: { input_tokens: 1000, output_tokens: 10 } }).costAtto,
  )
})

test('of an embedding only the input is estimated, and nothing where neither a length nor a price is known', () => {
  const entry = priced({ inputCharacters: 400, outputCharacters: 9000, operation: 'embeddings' })
  expect(entry.accruedCost).toBe(somePrice({ provider: 'openai', at: entry.at, usage: { input_tokens: 100 } }).costAtto)
  for (const none of [priced({}), withoutPrice({ inputCharacters: 400, outputCharacters: 4 })])
    expect(none).toMatchObject({ kind: 'accrual', accruedCost: 0n, accrualBasis: '', unpricedRequests: 1 })
})

test('what is free or has usage has no estimate, whatever its lengths', () => {
  const lengths = { inputCharacters: 400, outputCharacters: 40 }
  for (const entry of [
    priced({ ...lengths, status: 'error' }),
    priced({ ...lengths, resultCache: 'exact_hit' }),
    priced({ ...lengths, usage }),
  ])
    expect(entry).toMatchObject({ kind: 'charge', accruedCost: 0n, accrualBasis: '' })
})
