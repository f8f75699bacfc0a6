import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { type Amounts, amountsOf, completeQuantities } from './amounts.ts'
import type { PricedRow } from './contracted-row.ts'
import { createContractBook } from './contracts.ts'
import { decompose } from './decompose.ts'
import { inputMeters, meterCount, tokenMeters } from './meters.ts'
import { createPlanner, type Plan } from './plan.ts'
import { linesOf, reportedLine } from './price-lines.ts'
import { priceContent } from './price-version.ts'
import { createScopedPlans } from './scoped-plans.ts'
import { trusted } from './trusted-cost.ts'
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

/**
 * The pricing specification, sections 3 to 8, 10 and 13. Pure: the same request always gives the same result. Throws
 * RangeError for overrides that cannot be read.
 */
export function createPriceEngine(options: { catalogue: Catalogue; overrides?: PriceOverrides }): PriceEngine {
  const overrides = options.overrides ?? {}
  const book = createContractBook(overrides.contracts ?? [])
  const planOf = createScopedPlans(book, createPlanner(options.catalogue, overrides, book))
  const { version, content } = priceContent(options.catalogue, overrides)
  const quantities = new Float64Array(meterCount)

  function price(request: PriceRequest): PriceResult {
    const plan = planOf(request)
    const { usage, reportedCostAtto: reported } = request
    if (!usage || isEmpty(usage)) return nothing(plan, version, missingUsage, 0)
    const input = decompose(usage, quantities)
    const row = rowFor(plan, request.at, sumBelow(input, inputMeters))
    if (!row) {
      const result = nothing(plan, version, plan.warnings, sumBelow(input, tokenMeters))
      return reported !== undefined && plan.trustedBy !== '' ? trusted(result, plan.trustedBy, reported, false) : result
    }
    completeQuantities(row, input)
    const amounts = amountsOf(row, input)
    const result = resultOf(plan, row, amounts, version)
    if (reported === undefined) return result
    const differs = !amounts.meterUnpriced && farApart(amounts.cost, reported)
    if (plan.trustedBy !== '') return trusted(result, plan.trustedBy, reported, differs)
    return differs ? { ...result, warnings: [...result.warnings, 'PROVIDER_COST_DIFFERS'] } : result
  }

  function lines(request: PriceRequest): PriceLine[] {
    const plan = planOf(request)
    const { usage, reportedCostAtto } = request
    if (!usage || isEmpty(usage)) return []
    if (reportedCostAtto !== undefined && plan.trustedBy !== '') {
      return [reportedLine(plan.trustedBy, reportedCostAtto, price(request).listAtto)]
    }
    const input = decompose(usage)
    const row = rowFor(plan, request.at, sumBelow(input, inputMeters))
    if (!row) return []
    completeQuantities(row, input)
    return linesOf(row, input)
  }

  return { version, content, price, lines }
}

const missingUsage: readonly PriceWarning[] = ['USAGE_MISSING']

/** The row of the hour and of the size of the request. Undefined: outside every schedule of a model that has only those. */
function rowFor({ alternatives }: Plan, at: number, input: number): PricedRow | undefined {
  for (const { holds, bands } of alternatives) {
    if (holds && !holds(at)) continue
    for (const row of bands) if (input >= row.leastInput) return row
  }
  return undefined
}

function resultOf(plan: Plan, row: PricedRow, amounts: Amounts, version: string): PriceResult {
  const { parts, cost, meterUnpriced, cacheFallback } = amounts
  const { rows, contractId, fixedOnly } = row.usedOf(amounts.used)
  let warnings = fixedOnly ? plan.contractWarnings : plan.warnings
  const certain = warnings.length === 0
  if (meterUnpriced || cacheFallback) {
    const more: PriceWarning[] = [...warnings]
    if (cacheFallback) more.push('METER_FALLBACK')
    if (meterUnpriced) more.push('METER_UNPRICED')
    warnings = more
  }
  const free = cost === 0n && certain && (amounts.anyQuantity || row.free)
  return {
    state: meterUnpriced ? 'unpriced' : free ? 'free' : certain ? 'priced' : 'estimated',
    provider: plan.provider,
    model: plan.model,
    costAtto: cost,
    costInputAtto: parts[0],
    costCacheReadAtto: parts[1],
    costCacheWriteAtto: parts[2],
    costOutputAtto: parts[3],
    costOtherAtto: parts[4],
    listAtto: amounts.list,
    withoutCacheAtto: amounts.withoutCache,
    unpricedTokens: amounts.unpricedTokens,
    priceVersion: version,
    priceRows: rows,
    contractId,
    contextBand: row.contextBand,
    matchedBy: plan.matchedBy,
    warnings,
  }
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
