import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { amountsOf, billedQuantities, completeQuantities, lineAmount } from './amounts.ts'
import type { CompiledRow } from './compiled-row.ts'
import { decompose } from './decompose.ts'
import { inputMeters, meterCount, meterNames, tokenMeters } from './meters.ts'
import { createPlanner, type Plan } from './plan.ts'
import { createPlanCache } from './plan-cache.ts'
import { priceContent } from './price-version.ts'
import type { PriceLine, PriceRequest, PriceResult } from './types.ts'

export interface PriceEngine {
  /** Hash of catalogue, overrides and engine: equal versions give equal prices. */
  readonly version: string
  /** The JSON behind `version`, for `price_versions`. */
  readonly content: string
  /** `usage` must have passed `checkUsage`; contradictory usage throws RangeError. Bad names and times never throw. */
  price(request: PriceRequest): PriceResult
  /** The charge as lines whose amounts sum to `price(request).costAtto`; empty where nothing has a price. */
  lines(request: PriceRequest): PriceLine[]
}

/** Room for this many distinct (provider, models, tier, region) at least, and twice as many at most. */
const cachedPlans = 10_000

/** The pricing specification, sections 3 to 7 and 13. Pure: the same request always gives the same result. */
export function createPriceEngine(options: { catalogue: Catalogue; overrides?: PriceOverrides }): PriceEngine {
  const overrides = options.overrides ?? {}
  const plan = createPlanner(options.catalogue, overrides)
  const { version, content } = priceContent(options.catalogue, overrides)
  const plans = createPlanCache<Plan[]>(cachedPlans)
  const quantities = new Float64Array(meterCount)

  // contracts will add the billing account to the key
  function planOf(request: PriceRequest): Plan {
    const { provider, requestModel = '', responseModel = '', serviceTier = '', region = '', at } = request
    const known = plans.get(provider, requestModel, responseModel, serviceTier, region)
    if (known) for (const candidate of known) if (candidate.from <= at && at < candidate.to) return candidate
    const made = plan({ provider, requestModel, responseModel, serviceTier, region, at })
    if (known) known.push(made)
    else plans.set(provider, requestModel, responseModel, serviceTier, region, [made])
    return made
  }

  function price(request: PriceRequest): PriceResult {
    const chosen = planOf(request)
    const { usage } = request
    if (!usage || isEmpty(usage)) return nothing(chosen, version, ['USAGE_MISSING'], 0)
    const input = decompose(usage, quantities)
    const row = chosen.state === 'unpriced' ? undefined : rowFor(chosen, request.at, sumBelow(input, inputMeters))
    if (!row) return nothing(chosen, version, chosen.warnings, sumBelow(input, tokenMeters))
    completeQuantities(row, input)
    const { parts, cost, withoutCache, unpricedTokens, meterUnpriced, cacheFallback, anyQuantity } = amountsOf(
      row,
      input,
    )
    const differs = request.reportedCostAtto !== undefined && !meterUnpriced && farApart(cost, request.reportedCostAtto)
    let { warnings } = chosen
    if (meterUnpriced || cacheFallback || differs) {
      const more: PriceWarning[] = [...warnings]
      if (cacheFallback) more.push('METER_FALLBACK')
      if (meterUnpriced) more.push('METER_UNPRICED')
      if (differs) more.push('PROVIDER_COST_DIFFERS')
      warnings = more
    }
    const free = cost === 0n && anyQuantity && chosen.state === 'priced'
    return {
      state: meterUnpriced ? 'unpriced' : free ? 'free' : chosen.state,
      provider: chosen.provider,
      model: chosen.model,
      costAtto: cost,
      costInputAtto: parts[0],
      costCacheReadAtto: parts[1],
      costCacheWriteAtto: parts[2],
      costOutputAtto: parts[3],
      costOtherAtto: parts[4],
      listAtto: cost,
      withoutCacheAtto: withoutCache,
      unpricedTokens,
      priceVersion: version,
      priceRows: row.ids,
      contractId: '',
      contextBand: row.contextBand,
      matchedBy: chosen.matchedBy,
      warnings,
    }
  }

  function lines(request: PriceRequest): PriceLine[] {
    const chosen = planOf(request)
    const { usage } = request
    if (!usage || isEmpty(usage) || chosen.state === 'unpriced') return []
    const input = decompose(usage)
    const row = rowFor(chosen, request.at, sumBelow(input, inputMeters))
    if (!row) return []
    completeQuantities(row, input)
    return billedQuantities(row.billed, input).map(([meter, quantity]) => {
      const amountAtto = lineAmount(row, meter, quantity)
      return {
        meter: meterNames[meter] as string,
        quantity,
        unitPrice: row.priceText[meter] as string,
        per: row.per[meter] as number,
        amountAtto,
        listAtto: amountAtto,
        priceRow: row.id,
      }
    })
  }

  return { version, content, price, lines }
}

/** The row of the hour and of the size of the request. Undefined: outside every schedule of a model that has only those. */
function rowFor(plan: Plan, at: number, input: number): CompiledRow | undefined {
  let { bands } = plan
  for (const scheduled of plan.scheduled) {
    if (scheduled.holds(at)) {
      bands = scheduled.bands
      break
    }
  }
  for (const row of bands) if (input >= row.leastInput) return row
  return undefined
}

function isEmpty(usage: Usage): boolean {
  for (const field in usage) if (usage[field as keyof Usage] !== undefined) return false
  return true
}

function sumBelow(quantities: Float64Array, end: number): number {
  let sum = 0
  for (let meter = 0; meter < end; meter++) sum += quantities[meter] as number
  return sum
}

/** More than 1% of what we computed. */
function farApart(computed: bigint, reported: bigint): boolean {
  const difference = computed > reported ? computed - reported : reported - computed
  return difference * 100n > computed
}

function nothing(plan: Plan, version: string, warnings: readonly PriceWarning[], unpricedTokens: number): PriceResult {
  return {
    state: 'unpriced',
    provider: plan.provider,
    model: plan.model,
    costAtto: 0n,
    costInputAtto: 0n,
    costCacheReadAtto: 0n,
    costCacheWriteAtto: 0n,
    costOutputAtto: 0n,
    costOtherAtto: 0n,
    listAtto: 0n,
    withoutCacheAtto: 0n,
    unpricedTokens,
    priceVersion: version,
    priceRows: [],
    contractId: '',
    contextBand: '',
    matchedBy: plan.state === 'unpriced' ? 'none' : plan.matchedBy,
    warnings: warnings.length > 0 ? warnings : ['NO_PRICE_AT_TIME'],
  }
}
