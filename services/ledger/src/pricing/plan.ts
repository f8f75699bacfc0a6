import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { chooseRows, type RowAlternative } from './choose-rows.ts'
import { contractedRow, type PricedRow } from './contracted-row.ts'
import type { ContractBook } from './contracts.ts'
import { createConversion } from './conversion.ts'
import { createRateTable } from './rates.ts'
import { regionOf } from './region.ts'
import { createResolver } from './resolve.ts'
import { createRowCompiler } from './row-compiler.ts'
import { normaliseTier } from './tier.ts'

/** Everything about a price that does not depend on the quantities, for one span of time. */
export interface Plan {
  readonly from: number
  readonly to: number
  readonly provider: string
  readonly model: string
  readonly matchedBy: string
  readonly state: 'priced' | 'estimated' | 'unpriced'
  readonly warnings: readonly PriceWarning[]
  /** What of `warnings` is left where contracts fix every price that is used. */
  readonly contractWarnings: readonly PriceWarning[]
  /** In order: the first row of the first one that holds and whose band is reached is the row. */
  readonly alternatives: readonly PricedAlternative[]
  /** The contract by which what the provider reports is the cost. */
  readonly trustedBy: string
}

export interface PricedAlternative {
  /** Absent: at any hour. */
  readonly holds?: (at: number) => boolean
  /** Highest band first. */
  readonly bands: readonly PricedRow[]
}

export interface PlanQuery {
  readonly provider: string
  readonly requestModel: string
  readonly responseModel: string
  readonly serviceTier: string
  readonly region: string
  readonly billingAccount: string
  readonly team: string
  readonly at: number
}

/** They sell zones of their own and no regions: `us-east-1` is where their caller runs, and no residency that was asked for. */
const ownZones: ReadonlySet<string> = new Set(['openai', 'anthropic'])

/** Slow and exact: what the cache is filled from. */
export function createPlanner(
  catalogue: Catalogue,
  overrides: PriceOverrides,
  book: ContractBook,
): (query: PlanQuery) => Plan {
  const resolve = createResolver(catalogue, overrides)
  const rates = createRateTable(overrides.rates ?? [])
  const compile = createRowCompiler()

  return (query) => {
    const { at, billingAccount, team, requestModel, responseModel } = query
    const region = regionOf(query.region, [requestModel, responseModel])
    const activeOf = (provider: string) => {
      const tier = normaliseTier(provider, query.serviceTier)
      return book.active({ provider, tier, region, billingAccount, team, at })
    }
    const resolution = resolve(query.provider, requestModel, responseModel, (provider, names) => {
      return activeOf(provider).contracts.find(({ prices, covers }) => prices.size > 0 && names.some(covers))?.id
    })
    const { provider, model, names } = resolution
    const active = activeOf(provider)
    const contracts = active.contracts.filter(({ covers }) => names.some(covers))
    const trustedBy = contracts[0]?.trusts ? contracts[0].id : ''
    const known = { provider, model, trustedBy }
    if (resolution.kind === 'unresolved') {
      return { ...unpriced, ...known, from: active.from, to: active.to, warnings: [resolution.warning] }
    }

    const tier = normaliseTier(provider, query.serviceTier)
    const choice = chooseRows({
      rows: resolution.rows,
      tier,
      region,
      regional: resolution.regional,
      zoned: !ownZones.has(provider),
      at,
    })
    const listConversion = createConversion(rates, at)
    const contractConversion = createConversion(rates, at)
    const alternatives: PricedAlternative[] = choice.alternatives.map(({ holds, rows }) => {
      const context = { siblings: rows, contracts, listConversion, contractConversion }
      return { ...(holds && { holds }), bands: rows.flatMap((row) => compile(row, context) ?? []) }
    })
    const own = contractedRow(undefined, contracts, contractConversion)
    if (own) alternatives.push({ bands: [own] })

    const from = Math.max(choice.from, active.from, listConversion.from, contractConversion.from)
    const to = Math.min(choice.to, active.to, listConversion.to, contractConversion.to)
    if (contractConversion.missing || alternatives.every(({ bands }) => bands.length === 0)) {
      const missing = contractConversion.missing || listConversion.missing
      return { ...unpriced, ...known, from, to, warnings: [missing ? 'FX_MISSING' : 'NO_PRICE_AT_TIME'] }
    }
    const contractWarnings: PriceWarning[] = [...resolution.warnings]
    if (contractConversion.stale) contractWarnings.push('FX_STALE')
    const warnings: PriceWarning[] = [...contractWarnings]
    if (listConversion.stale && !contractConversion.stale) warnings.push('FX_STALE')
    if (choice.regionMissing) warnings.push('REGION_UNPRICED')
    if (choice.tierMissing) warnings.push('SERVICE_TIER_UNPRICED')
    const state = warnings.length > 0 ? 'estimated' : 'priced'
    const matchedBy = matched(resolution.matchedBy, choice.alternatives, own)
    return { ...known, from, to, matchedBy, state, warnings, contractWarnings, alternatives }
  }
}

/** A name that was found as it is says little: rather whose rows they are. */
function matched(by: string, alternatives: readonly RowAlternative[], own: PricedRow | undefined): string {
  if (by !== 'catalogue') return by
  const first = alternatives[0]
  if (!first) return own?.id ?? by
  return first.rows.some((row) => row.manual) ? 'manual' : by
}

const unpriced = {
  matchedBy: 'none',
  state: 'unpriced',
  contractWarnings: [],
  alternatives: [],
} as const
