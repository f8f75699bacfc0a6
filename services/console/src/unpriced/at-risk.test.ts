import { expect, test } from 'vitest'
import { atRiskOf, type PricedModel } from './at-risk.ts'

const usd = 10n ** 18n
/** Dollars for a million tokens. */
const model = (
  tenant: string,
  provider: string,
  name: string,
  input: bigint,
  output: bigint,
  share = 1n,
): PricedModel => ({
  tenant,
  provider,
  model: name,
  inputTokens: share * 1_000_000n,
  outputTokens: share * 1_000_000n,
  inputCost: share * input * usd,
  outputCost: share * output * usd,
})
const tokens = {
  tenant: 'acme',
  provider: 'openai',
  inputTokens: 2_000_000n,
  outputTokens: 1_000_000n,
  unpricedTokens: 3_000_000n,
}
const priced = [
  model('acme', 'openai', 'cheap', 1n, 4n, 3n),
  model('acme', 'openai', 'dear', 5n, 20n),
  model('acme', 'anthropic', 'other', 100n, 100n),
  model('umbrella', 'openai', 'cheap', 1n, 1n),
]

test('the tokens cost the mean of the same provider for the same tenant, by input and output, within the band of its models', () => {
  // Mean: input (3 x 1 + 5) / 4 = 2, output (3 x 4 + 20) / 4 = 8.
  expect(atRiskOf(tokens, priced)).toEqual({ usd: '12', low_usd: '6', high_usd: '30', basis: 'provider', models: 2 })
})

test('without such a model, others of the tenant say it, else those of everybody, else nobody', () => {
  expect(atRiskOf({ ...tokens, provider: 'groq' }, priced)).toMatchObject({
    basis: 'tenant',
    models: 3,
    high_usd: '300',
  })
  expect(atRiskOf({ ...tokens, tenant: 'new' }, priced)).toMatchObject({ basis: 'ledger', models: 3 })
  expect(atRiskOf(tokens, [])).toBeUndefined()
})

test('where a part has its price, the tokens that have none cost what a token costs', () => {
  const some = [model('acme', 'openai', 'only', 1n, 3n)]
  expect(atRiskOf({ ...tokens, unpricedTokens: 1_000_000n }, some)).toMatchObject({ usd: '2' })
})

test('a model that only embeds says nothing of requests with an answer, and something of those without', () => {
  const embeds = { ...model('acme', 'openai', 'embeds', 1n, 0n), outputTokens: 0n }
  expect(atRiskOf(tokens, [embeds])).toBeUndefined()
  expect(atRiskOf({ ...tokens, outputTokens: 0n, unpricedTokens: 2_000_000n }, [embeds])).toMatchObject({ usd: '2' })
})
