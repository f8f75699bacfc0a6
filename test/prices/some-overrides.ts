import type { PriceContract, PriceOverrides } from '@spanledger/schemas/prices/overrides'

/** Few, because every charge of a file of cases carries its contracts. */
export const contracted = ['anthropic', 'aws', 'azure', 'deepseek', 'google', 'groq', 'openai', 'perplexity']
const forAll = (contract: Omit<PriceContract, 'provider' | 'id' | 'effective_from'>, name: string): PriceContract[] =>
  contracted.map((provider) => ({ id: `${name}-${provider}`, provider, effective_from: '2023-01-01', ...contract }))

const everything = { model_pattern: '*' }
const discount = forAll({ ...everything, discount_percent: '12.5' }, 'discount')
const markup = forAll({ ...everything, markup_percent: '3.333333', scope: { region: 'eu' } }, 'markup')
const ofAcme = forAll({ ...everything, discount_percent: '33.3', scope: { billing_account: 'acme' } }, 'acme')
const batch = forAll({ ...everything, discount_percent: '0.000001', scope: { service_tier: 'batch' } }, 'batch')
const oneMeter = forAll({ ...everything, prices: { input_tokens: { usd: '0.123456789', per: 1_000_000 } } }, 'input')
const reads = forAll({ ...everything, prices: { cache_read_tokens: { usd: '0.000007', per: 7 } } }, 'read')
const ending = forAll({ ...everything, discount_percent: '50', effective_to: '2026-01-01T00:00:00Z' }, 'ending')
const inEuro = forAll(
  { ...everything, currency: 'EUR', prices: { output_tokens: { price: '0.0133', per: 1000 } } },
  'euro',
)

/** Every fifth day of the year, then none for a month: rates that hold, rates that are stale, and none at all. */
const days = Array.from({ length: 67 }, (_, place) =>
  new Date(Date.parse('2025-11-20') + place * 5 * 86_400_000).toISOString().slice(0, 10),
)
const euro = days.map((date, day) => {
  return {
    base: 'EUR',
    quote: 'USD',
    date,
    rate: `1.0${String((day * 7919) % 99_991).padStart(5, '0')}1`,
    source: 'test',
  }
})
const toEuro = days.map((date, day) => {
  return {
    base: 'USD',
    quote: 'EUR',
    date,
    rate: `0.9${String((day * 7919) % 99_991).padStart(5, '0')}1`,
    source: 'test',
  }
})

/** As operators have them: odd digits, single meters, scopes, ends, other currencies, and several at once. */
export const someOverrides: readonly PriceOverrides[] = [
  { contracts: discount },
  { contracts: [...discount, ...markup, ...ofAcme, ...batch] },
  { contracts: [...ofAcme, ...oneMeter, ...reads] },
  { contracts: [...ending, ...discount] },
  { contracts: inEuro, rates: euro },
  { contracts: [...inEuro, ...discount], rates: toEuro },
]
