import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createPriceEngine } from '@spanledger/ledger/pricing/engine'
import type { PriceRequest } from '@spanledger/ledger/pricing/types'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'

/**
 * What a price costs, by `npm run bench -- prices`: warm, on one thread, with CPU time
 * as the measure. Requests of a few dozen models with caches, tiers and bands, over a month, by ten teams.
 */
const count = 200_000
const rounds = 12
const catalogue = loadCatalogue()
const models = [
  ['openai', 'gpt-4o', 'gpt-4o-2024-08-06'],
  ['openai', 'gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['openai', 'gpt-5.4', ''],
  ['openai', 'o3', 'o3-2025-04-16'],
  ['openai', 'text-embedding-3-small', ''],
  ['anthropic', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
  ['anthropic', 'claude-sonnet-4-5', ''],
  ['google', 'gemini-2.5-pro', ''],
  ['google', 'gemini-2.5-flash', ''],
  ['aws', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', ''],
  ['azure', 'gpt-4o', 'gpt-4o-2024-08-06'],
  ['deepseek', 'deepseek-v4-pro', ''],
  ['groq', 'openai/gpt-oss-120b', ''],
] as const

function requestOf(n: number): PriceRequest {
  const [provider, requestModel, responseModel] = models[(n * 7) % models.length] as (typeof models)[number]
  const input = 200 + ((n * 7919) % 20_000)
  const isBig = n % 50 === 0
  const isCached = n % 3 === 0 && !requestModel.includes('embedding')
  return {
    provider,
    requestModel,
    responseModel,
    at: Date.UTC(2026, 9, 20) + n * 13_000,
    serviceTier: n % 10 === 0 ? 'batch' : '',
    region: provider === 'aws' ? 'us-east-1' : '',
    billingAccount: `account-${n % 3}`,
    team: `team-${n % 10}`,
    usage: {
      input_tokens: isBig ? input + 300_000 : input,
      ...(isCached && { cache_read_tokens: Math.floor(input / 2) }),
      ...(!requestModel.includes('embedding') && { output_tokens: 50 + (n % 700) }),
    },
  }
}

const requests = Array.from({ length: count }, (_, n) => requestOf(n))
const from = '2026-01-01'
const contracts = [
  { id: 'all', provider: 'openai', model_pattern: '*', effective_from: from, discount_percent: '12.5' },
  { id: 'claude', provider: 'anthropic', model_pattern: 'claude-*', effective_from: from, discount_percent: '7.25' },
  { id: 'aws', provider: 'aws', model_pattern: '*', effective_from: from, markup_percent: '3' },
  {
    id: 'fixed',
    provider: 'google',
    model_pattern: 'gemini-2.5-*',
    effective_from: from,
    prices: { input_tokens: { usd: '1.1', per: 1_000_000 } },
  },
]
const settings: readonly [string, PriceOverrides][] = [
  ['list prices', {}],
  ['contracts', { contracts }],
  [
    'contracts of teams',
    {
      contracts: [
        ...contracts,
        { ...contracts[0], id: 'team', scope: { team: 'team-3', billing_account: 'account-0' } } as never,
      ],
    },
  ],
  [
    'contracts in euros',
    {
      contracts: contracts.map((contract) => (contract.prices ? { ...contract, currency: 'EUR' } : contract)),
      rates: Array.from({ length: 60 }, (_, day) => {
        const date = new Date(Date.UTC(2026, 9, 1) + day * 86_400_000).toISOString().slice(0, 10)
        return { base: 'EUR', quote: 'USD', date, rate: `1.08${day % 10}`, source: 'bench' }
      }),
    },
  ],
]

/** The best round: what others do on the machine only ever adds. */
function cpuMicros(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

for (const [name, overrides] of settings) {
  const made = cpuMicros(() => void createPriceEngine({ catalogue, overrides }))
  const engine = createPriceEngine({ catalogue, overrides })
  let best = Number.POSITIVE_INFINITY
  let unpriced = 0
  for (let round = 0; round < rounds; round++) {
    unpriced = 0
    const micros = cpuMicros(() => {
      for (const request of requests) if (engine.price(request).state === 'unpriced') unpriced++
    })
    best = Math.min(best, micros / count)
  }
  const perSecond = `${(1 / best).toFixed(2)} million per CPU-second`
  console.log(
    `${name.padEnd(20)} ${best.toFixed(2)} µs, ${perSecond}  (engine ${(made / 1000).toFixed(1)} ms, unpriced ${unpriced})`,
  )
}
