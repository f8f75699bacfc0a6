import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { chooseRows, standardTier } from './choose-rows.ts'
import type { CompiledRow } from './compiled-row.ts'
import { createResolver } from './resolve.ts'

/** Everything about a price that does not depend on the quantities, for one span of time. */
export interface Plan {
  readonly from: number
  readonly to: number
  readonly provider: string
  readonly model: string
  readonly matchedBy: string
  readonly state: 'priced' | 'estimated' | 'unpriced'
  readonly warnings: readonly PriceWarning[]
  readonly scheduled: readonly { readonly holds: (at: number) => boolean; readonly bands: readonly CompiledRow[] }[]
  readonly bands: readonly CompiledRow[]
}

export interface PlanQuery {
  readonly provider: string
  readonly requestModel: string
  readonly responseModel: string
  readonly serviceTier: string
  readonly region: string
  readonly at: number
}

/** Slow and exact: what the cache is filled from. */
export function createPlanner(catalogue: Catalogue, overrides: PriceOverrides): (query: PlanQuery) => Plan {
  const resolve = createResolver(catalogue, overrides)
  return ({ provider, requestModel, responseModel, serviceTier, region, at }) => {
    const resolution = resolve(provider, requestModel, responseModel)
    if (resolution.kind === 'unresolved') {
      const { model, warning } = resolution
      return { ...unpriced, provider: resolution.provider, model, warnings: [warning] }
    }
    const { found, matchedBy, regional } = resolution
    const tier = normaliseTier(resolution.provider, serviceTier)
    const usable = found.fallback?.standard_tier_only
      ? found.sheet.rows.filter((row) => row.service_tier === undefined)
      : found.sheet.rows
    const choice = chooseRows({ rows: usable, tier, region: region.trim().toLowerCase(), regional, at })
    const { from, to, scheduled, bands } = choice
    const known = { from, to, provider: resolution.provider, model: found.model, scheduled, bands }
    if (choice.none) {
      return { ...unpriced, ...known, matchedBy: 'none', warnings: ['NO_PRICE_AT_TIME'] }
    }
    const warnings: PriceWarning[] = [...resolution.warnings]
    if (choice.regionMissing) warnings.push('REGION_UNPRICED')
    if (choice.tierMissing) warnings.push('SERVICE_TIER_UNPRICED')
    return { ...known, matchedBy, state: warnings.length > 0 ? 'estimated' : 'priced', warnings }
  }
}

const unpriced = {
  from: -Infinity,
  to: Infinity,
  matchedBy: 'none',
  state: 'unpriced',
  scheduled: [],
  bands: [],
} as const

const standardNames: ReadonlySet<string> = new Set(['', 'default', 'standard', 'auto', 'on_demand', 'none'])

function normaliseTier(provider: string, raw: string): string {
  const tier = raw.trim().toLowerCase()
  if (standardNames.has(tier)) return standardTier
  // OpenAI calls one tier both
  return tier === 'fast' && (provider === 'openai' || provider === 'azure') ? 'priority' : tier
}
