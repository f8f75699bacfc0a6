import type { CompiledRow } from './compiled-row.ts'
import type { PricedRow } from './contracted-row.ts'
import { amountOf, type MeterPrice } from './exact-price.ts'
import { cacheMeters, meterCount, partOf, requestsMeter, tokenMeters } from './meters.ts'

/** What a row makes of quantities. `parts` are input, cache read, cache write, output, other: together the charge. */
export interface Amounts {
  readonly parts: Parts
  readonly cost: bigint
  readonly list: bigint
  readonly withoutCache: bigint
  readonly unpricedTokens: number
  /** A used meter has no price and no parent that has one. */
  readonly meterUnpriced: boolean
  /** A cache meter was billed at its parent's price. */
  readonly cacheFallback: boolean
  readonly anyQuantity: boolean
  /** The bits of the prices that were used: see `PricedRow`. */
  readonly used: number
}

export type Parts = readonly [bigint, bigint, bigint, bigint, bigint]

const parts = new Float64Array(5)

/** Adds the row's own quantities: the fee per request, and minimum quantities of what was used at all. In place. */
export function completeQuantities(row: CompiledRow, quantities: Float64Array): void {
  if (row.perRequest) quantities[requestsMeter] = 1
  for (const [billing, least] of row.minimums) {
    let sum = 0
    for (let meter = 0; meter < meterCount; meter++) {
      if (row.billed[meter] === billing) sum += quantities[meter] as number
    }
    if (sum > 0 && sum < least) quantities[billing] = (quantities[billing] as number) + least - sum
  }
}

/**
 * Numbers while everything is a whole number of the row's unit below 2^53 (at pico-USD about 9,000 USD per request), which
 * is exact; otherwise BigInt. A price that is not whole is NaN here and so falls through to BigInt by itself.
 */
export function amountsOf(row: PricedRow, quantities: Float64Array): Amounts {
  parts.fill(0)
  let cost = 0
  let withoutCache = 0
  let unpricedTokens = 0
  let meterUnpriced = false
  let cacheFallback = false
  let anyQuantity = false
  let used = 0
  for (let meter = 0; meter < meterCount; meter++) {
    const quantity = quantities[meter] as number
    if (quantity === 0) continue
    anyQuantity = true
    const billed = row.billed[meter] as number
    if (billed < 0) {
      meterUnpriced = true
      if (meter < tokenMeters) unpricedTokens += quantity
    } else {
      const amount = quantity * (row.whole[billed] as number)
      parts[partOf[billed] as number] = (parts[partOf[billed] as number] as number) + amount
      cost += amount
      used |= row.bits[billed] as number
      if (meter < cacheMeters && billed !== meter) cacheFallback = true
    }
    const uncached = row.uncached[meter] as number
    if (uncached >= 0) withoutCache += quantity * (row.whole[uncached] as number)
    else if (billed >= 0) withoutCache += quantity * (row.whole[billed] as number)
  }
  const flags = { unpricedTokens, meterUnpriced, cacheFallback, anyQuantity, used }
  if (cost <= Number.MAX_SAFE_INTEGER && withoutCache <= Number.MAX_SAFE_INTEGER) {
    const unit = row.attoPerWhole
    const [a, b, c, d, e] = parts as unknown as readonly [number, number, number, number, number]
    const exact: Parts = [atto(a, unit), atto(b, unit), atto(c, unit), atto(d, unit), atto(e, unit)]
    const total = exact[0] + exact[1] + exact[2] + exact[3] + exact[4]
    const uncached = withoutCache === cost ? total : atto(withoutCache, unit)
    return { parts: exact, cost: total, list: listAmount(row, quantities, total), withoutCache: uncached, ...flags }
  }
  const sums = exactParts(row, quantities)
  const total = sums[0] + sums[1] + sums[2] + sums[3] + sums[4]
  const list = row.list ? exactList(row, row.list, quantities) : total
  return { parts: sums, cost: total, list, withoutCache: exactUncached(row, quantities), ...flags }
}

function atto(units: number, attoPerUnit: bigint): bigint {
  return units === 0 ? 0n : BigInt(units) * attoPerUnit
}

function listAmount(row: PricedRow, quantities: Float64Array, cost: bigint): bigint {
  const { list } = row
  if (!list) return cost
  let sum = 0
  for (let meter = 0; meter < meterCount; meter++) {
    const quantity = quantities[meter] as number
    const billed = list.billed[meter] as number
    if (quantity > 0 && billed >= 0) sum += quantity * (list.whole[billed] as number)
  }
  return sum <= Number.MAX_SAFE_INTEGER ? atto(sum, list.attoPerWhole) : exactList(row, list, quantities)
}

function exactParts(row: PricedRow, quantities: Float64Array): Parts {
  const sums: [bigint, bigint, bigint, bigint, bigint] = [0n, 0n, 0n, 0n, 0n]
  for (const [meter, quantity] of billedQuantities(row.billed, quantities)) {
    const part = partOf[meter] as number
    sums[part] = (sums[part] as bigint) + lineAmount(row, meter, quantity)
  }
  return sums
}

function exactList(row: PricedRow, list: CompiledRow, quantities: Float64Array): bigint {
  let sum = 0n
  for (const [meter] of billedQuantities(row.billed, quantities)) sum += listOfLine(row, list, meter, quantities)
  return sum
}

/** What the tokens of one line would have cost by the list, which may have several prices for them. */
export function listOfLine(row: PricedRow, list: CompiledRow, line: number, quantities: Float64Array): bigint {
  const ofLine = quantities.map((quantity, meter) => (row.billed[meter] === line ? quantity : 0))
  let sum = 0n
  for (const [meter, quantity] of billedQuantities(list.billed, ofLine)) sum += lineAmount(list, meter, quantity)
  return sum
}

function exactUncached(row: PricedRow, quantities: Float64Array): bigint {
  let sum = 0n
  const fallback = row.uncached.map((meter, index) => (meter < 0 ? (row.billed[index] as number) : meter))
  for (const [meter, quantity] of billedQuantities(fallback, quantities)) sum += lineAmount(row, meter, quantity)
  return sum
}

/** By meter that bills, in meter order; tokens without a price of their own are in their parent's quantity. */
export function billedQuantities(billed: Int8Array, quantities: Float64Array): [meter: number, quantity: bigint][] {
  const sums = new Float64Array(meterCount)
  for (let meter = 0; meter < meterCount; meter++) {
    const by = billed[meter] as number
    if (by >= 0) sums[by] = (sums[by] as number) + (quantities[meter] as number)
  }
  const found: [number, bigint][] = []
  for (let meter = 0; meter < meterCount; meter++) {
    if ((sums[meter] as number) > 0) found.push([meter, BigInt(sums[meter] as number)])
  }
  return found
}

/** quantity x price / per, one division, half to even. */
export function lineAmount(row: CompiledRow, meter: number, quantity: bigint): bigint {
  return amountOf(row.prices[meter] as MeterPrice, quantity)
}
