import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { type Amounts, amountsOf, billedQuantities, completeQuantities, lineAmount, listOfLine } from './amounts.ts'
import type { PricedRow } from './contracted-row.ts'
import { createContractBook } from './contracts.ts'
import { decompose } from './decompose.ts'
import { ledgerCurrency, type MeterPrice, nativeAmountOf } from './exact-price.ts'
import { inputMeters, meterCount, meterNames, tokenMeters } from './meters.ts'
import { createPlanner, type Plan } from './plan.ts'
import { priceContent } from './price-version.ts'
import { createScopedPlans } from './scoped-plans.ts'
import { splitReported } from './trusted-cost.ts'
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
      return reported !== undefined && plan.trustedBy !== '' ? trusted(result, plan, reported, false) : result
    }
    completeQuantities(row, input)
    const amounts = amountsOf(row, input)
    const result = resultOf(plan, row, amounts, version)
    if (reported === undefined) return result
    const differs = !amounts.meterUnpriced && farApart(amounts.cost, reported)
    if (plan.trustedBy !== '') return trusted(result, plan, reported, differs)
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
    return billedQuantities(row.billed, input).map(([meter, quantity]) => lineOf(row, meter, quantity, input))
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

function lineOf(row: PricedRow, meter: number, quantity: bigint, input: Float64Array): PriceLine {
  const { text, per, currency, rate, contract, row: priceRow } = row.prices[meter] as MeterPrice
  const amountAtto = lineAmount(row, meter, quantity)
  return {
    meter: meterNames[meter] as string,
    quantity,
    unitPrice: text,
    per,
    currency,
    nativeAtto: nativeAmountOf(row.prices[meter] as MeterPrice, quantity),
    ...(rate && { rate: { id: rate.id, rate: rate.rate, divides: rate.divides } }),
    amountAtto,
    listAtto: row.list ? listOfLine(row, row.list, meter, input) : amountAtto,
    priceRow,
    contractId: contract?.id ?? '',
    adjustment: contract?.adjustment ?? '',
    listPrice: contract?.adjustment ? contract.listText : '',
  }
}

/** What the provider reports is the cost. What we make of it is kept as the list price, where there is one. */
function trusted(computed: PriceResult, plan: Plan, reported: bigint, differs: boolean): PriceResult {
  const hasPrice = computed.state !== 'unpriced'
  const { costInputAtto, costCacheReadAtto, costCacheWriteAtto, costOutputAtto, costOtherAtto } = computed
  const parts = [costInputAtto, costCacheReadAtto, costCacheWriteAtto, costOutputAtto, costOtherAtto] as const
  const [input, cacheRead, cacheWrite, output, other] = splitReported(reported, parts)
  return {
    ...computed,
    state: reported === 0n ? 'free' : 'priced',
    costAtto: reported,
    costInputAtto: input,
    costCacheReadAtto: cacheRead,
    costCacheWriteAtto: cacheWrite,
    costOutputAtto: output,
    costOtherAtto: other,
    listAtto: hasPrice ? computed.listAtto : reported,
    withoutCacheAtto: withoutCache(computed, reported),
    unpricedTokens: 0,
    priceRows: [`contract:${plan.trustedBy}`],
    contractId: plan.trustedBy,
    matchedBy: computed.matchedBy === 'none' ? `contract:${plan.trustedBy}` : computed.matchedBy,
    warnings: differs ? ['PROVIDER_COST_DIFFERS'] : [],
  }
}

/** In the proportion of what was computed, rounded down. */
function withoutCache({ costAtto, withoutCacheAtto }: PriceResult, reported: bigint): bigint {
  return costAtto === 0n ? reported : (reported * withoutCacheAtto) / costAtto
}

function reportedLine(contractId: string, reported: bigint, listAtto: bigint): PriceLine {
  return {
    meter: 'reported_cost',
    quantity: 1n,
    unitPrice: decimalFromAtto(reported),
    per: 1,
    currency: ledgerCurrency,
    nativeAtto: reported,
    amountAtto: reported,
    listAtto,
    priceRow: `contract:${contractId}`,
    contractId,
    adjustment: '',
    listPrice: '',
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
