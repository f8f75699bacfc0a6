import type { CostPool, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { compatiblePrefix, isPrivateHost, resolveProvider, selfHosted } from '../pricing/provider.ts'
import { createRateTable } from '../pricing/rates.ts'
import type { PriceRequest } from '../pricing/types.ts'
import { poolCost, type PoolWindow, termOf } from './pool-cost.ts'

/** A pool as it is configured, and what is worked out of it once. */
export interface Pool {
  readonly config: CostPool
  readonly term: PoolWindow
  /** Canonical. */
  readonly provider: string
}

export interface PoolBook {
  readonly pools: readonly Pool[]
  get(id: string): Pool | undefined
  /** The pool that a request ran on, and the name by which that serves its model; undefined for one that is paid by the token. */
  find(request: PriceRequest): { readonly pool: Pool; readonly model: string } | undefined
  /** Atto-USD; undefined where a currency has no rate. */
  costOf(pool: Pool, window: PoolWindow): bigint | undefined
}

/** What providers and proxies call a request that went beyond what was bought, and is paid by the token. */
const overflowed: ReadonlySet<string> = new Set([
  'on_demand',
  'on-demand',
  'overflow',
  'payg',
  'pay_as_you_go',
  'pay-as-you-go',
  'spillover',
])

/** Distinct (provider, models, tier, region) that are remembered. */
const maxRemembered = 10_000

/** Throws RangeError for pools whose times cannot be read. */
export function createPoolBook({ pools: configured = [], aliases = [], rates = [] }: PriceOverrides): PoolBook {
  const pools = configured.map((config): Pool => {
    return { config, term: termOf(config), provider: resolveProvider(config.provider) }
  })
  const table = createRateTable(rates)
  const targets = new Map(
    aliases.map(({ provider, model, to }) => [
      nameKey(resolveProvider(provider), model),
      { provider: resolveProvider(to.provider), model: to.model },
    ]),
  )
  let remembered = new Map<string, Served[]>()

  function candidates(request: PriceRequest): Served[] {
    const { provider, requestModel = '', responseModel = '', serviceTier = '', region = '' } = request
    const key = `${provider}\n${requestModel}\n${responseModel}\n${serviceTier}\n${region}`
    const known = remembered.get(key)
    if (known) return known
    const named = namesOf(resolveProvider(provider), [responseModel, requestModel])
    const found = pools.flatMap((pool): Served[] => {
      if (!takesTier(pool.config, serviceTier) || !takesRegion(pool.config, region)) return []
      const name = named.find((each) => serves(pool, each))
      return name ? [{ pool, model: name.model }] : []
    })
    if (remembered.size >= maxRemembered) remembered = new Map()
    remembered.set(key, found)
    return found
  }

  /** What the request may be served as: the operator's aliases come before its own names. */
  function namesOf(provider: string, models: readonly string[]): Named[] {
    const given = models.map((model) => model.trim()).filter((model) => model !== '')
    return given
      .flatMap((model): Named[] => {
        const target = targets.get(nameKey(provider, model))
        return target ? [target] : []
      })
      .concat(given.map((model) => ({ provider, model })))
  }

  return {
    pools,
    get: (id) => pools.find(({ config }) => config.id === id),
    find(request) {
      if (pools.length === 0) return undefined
      return candidates(request).find(({ pool: { term } }) => term.fromMs <= request.at && request.at < term.toMs)
    },
    costOf: ({ config }, window) => poolCost(config, window, (currency, at) => table(currency, at).rate),
  }
}

interface Served {
  readonly pool: Pool
  readonly model: string
}

interface Named {
  readonly provider: string
  readonly model: string
}

function serves({ config, provider }: Pool, named: Named): boolean {
  const isOwn = named.provider === provider || (provider === selfHosted && isWithinWalls(named.provider))
  const model = named.model.toLowerCase()
  return isOwn && config.models.some((each) => each.trim() === '*' || each.trim().toLowerCase() === model)
}

function isWithinWalls(provider: string): boolean {
  return provider.startsWith(compatiblePrefix) && isPrivateHost(provider.slice(compatiblePrefix.length))
}

function takesTier({ service_tiers: tiers }: CostPool, serviceTier: string): boolean {
  const tier = serviceTier.trim().toLowerCase()
  return tiers ? tiers.some((each) => each.trim().toLowerCase() === tier) : !overflowed.has(tier)
}

function takesRegion(config: CostPool, region: string): boolean {
  return config.region === undefined || config.region.trim().toLowerCase() === region.trim().toLowerCase()
}

function nameKey(provider: string, model: string): string {
  return `${provider}\n${model.trim().toLowerCase()}`
}
