import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { type LedgerRow, ledgerRow, replacementOf, reversalOf } from './ledger-rows.ts'

/** Dollars per million tokens, in the order input, cache read, output. */
const models = [
  ['openai', 'gpt-4o', [2.5, 1.25, 10], 0.3],
  ['anthropic', 'claude-sonnet-4-5', [3, 0.3, 15], 0.2],
  ['openai', 'gpt-4o-mini', [0.15, 0.075, 0.6], 0.24],
  ['google', 'gemini-2.5-flash', [0.3, 0.075, 2.5], 0.18],
  ['self-hosted', 'llama-3.3-70b-instruct', null, 0.04],
  ['mistral', 'mistral-large-latest', [2, 2, 6], 0.04],
] as const
const teams = ['search', 'support', 'growth', 'platform', 'untagged'] as const
const services = {
  search: 'search-api',
  support: 'support-bot',
  growth: 'web-chat',
  platform: 'doc-extract',
  untagged: 'nightly-evaluation',
} as const
const features = ['summaries', 'chat', 'ranking', 'triage', 'untagged'] as const
const shares = [0.4, 0.28, 0.17, 0.1, 0.05] as const

/** Thirty days of plausible traffic up to now, denser towards the end: for looking at the page, not for judging sums. */
export function sampleLedger(nowMs: number, charges: number, seed = 1): LedgerRow[] {
  const random = createRandom(seed)
  return Array.from({ length: charges }, () => sampleCharge(nowMs, random)).flat()
}

function sampleCharge(nowMs: number, random: () => number): LedgerRow[] {
  const recent = random() < 0.5
  const age = recent ? random() ** 2 * 86_400_000 : random() * 30 * 86_400_000
  const hour = new Date(nowMs - age).getUTCHours()
  const ageMs = hour < 6 && random() < 0.7 ? age / 3 : age
  const at = new Date(nowMs - ageMs).toISOString()
  const [provider, model, prices] = pick(
    models,
    models.map((one) => one[3]),
    random,
  )
  const input = Math.round(200 + 6_000 * random() ** 3)
  const cached = random() < 0.6 ? Math.floor((input * (0.3 + 0.6 * random())) / 128) * 128 : 0
  const output = Math.round(20 + 900 * random() ** 2)
  const team = pick(teams, shares, random)
  const who = {
    team,
    feature: pick(features, shares, random),
    customer: input % 4 === 0 ? `customer-${input % 9}` : '',
    user: team === 'support' || input % 3 === 0 ? `user-${input % 97}` : '',
    service: input % 5 === 0 ? 'llm-gateway' : services[team],
  }
  const usage = {
    at,
    provider,
    model,
    request_model: model,
    response_model: model,
    ...who,
    input_tokens: input,
    uncached_tokens: input - cached,
    cache_read_tokens: cached,
    output_tokens: output,
  }
  if (prices === null) {
    const unpriced = {
      price_state: 'unpriced',
      unpriced_requests: 1,
      unpriced_tokens: input + output,
      matched_by: 'none',
    }
    return [ledgerRow({ ...usage, ...noMoney, ...unpriced, warnings: ['SELF_HOSTED_NO_COST_POOL'] })]
  }
  const row = ledgerRow({ ...usage, ...moneyOf(prices, input - cached, cached, output) })
  if (random() > 0.95) return [accrualOf(row)]
  if (random() > 0.98) return [row, reversalOf(row), replacementOf(row, { reason: 'USAGE_SETTLED' })]
  return [random() > 0.97 ? { ...row, warnings: ['SEMANTICS_ASSUMED'] } : row]
}

const noMoney = {
  cost: '0',
  cost_input: '0',
  cost_cache_read: '0',
  cost_output: '0',
  list_cost: '0',
  cost_without_cache: '0',
}

/** The same request, whose usage nobody reported. */
function accrualOf(row: LedgerRow): LedgerRow {
  const basis = {
    by: 'series',
    same: ['request_model', 'feature', 'operation'],
    from: '2026-01-03',
    to: '2026-01-17',
    requests: '1',
    cost: row.cost,
  }
  return {
    ...row,
    ...noMoney,
    kind: 'accrual',
    input_tokens: 0,
    uncached_tokens: 0,
    cache_read_tokens: 0,
    output_tokens: 0,
    accrued_cost: row.cost,
    accrual_basis: JSON.stringify(basis),
    price_state: 'unpriced',
    unpriced_requests: 1,
    warnings: ['USAGE_MISSING'],
  }
}

function moneyOf(prices: readonly [number, number, number], uncached: number, cached: number, output: number) {
  const [perInput, perCached, perOutput] = prices.map((dollars) => BigInt(Math.round(dollars * 1e12))) as [
    bigint,
    bigint,
    bigint,
  ]
  const [forInput, forCached, forOutput] = [
    perInput * BigInt(uncached),
    perCached * BigInt(cached),
    perOutput * BigInt(output),
  ] as const
  const cost = decimalFromAtto(forInput + forCached + forOutput)
  return {
    cost,
    cost_input: decimalFromAtto(forInput),
    cost_cache_read: decimalFromAtto(forCached),
    cost_output: decimalFromAtto(forOutput),
    list_cost: cost,
    cost_without_cache: decimalFromAtto(forInput + perInput * BigInt(cached) + forOutput),
  }
}

function pick<T>(from: readonly T[], weights: readonly number[], random: () => number): T {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0)
  return from.find((_, place) => (left -= weights[place] as number) < 0) ?? (from[0] as T)
}
