import { divideHalfEven } from '@spanledger/schemas/money'
import type { CompiledRow } from './compiled-row.ts'
import { audioSeconds, cacheMeters, meterCount, partOf, requestsMeter, tokenMeters } from './meters.ts'

/** What a row makes of quantities. `parts` are input, cache read, cache write, output, other: together the charge. */
export interface Amounts {
  readonly parts: readonly [bigint, bigint, bigint, bigint, bigint]
  readonly cost: bigint
  readonly withoutCache: bigint
  readonly unpricedTokens: number
  /** A used meter has no price and no parent that has one. */
  readonly meterUnpriced: boolean
  /** A cache meter was billed at its parent's price. */
  readonly cacheFallback: boolean
  readonly anyQuantity: boolean
}

const attoPerPico = 1_000_000n
const parts = new Float64Array(5)

/** Adds the row's own quantities: the fee per request, and minimum quantities of what was used at all. In place. */
export function completeQuantities(row: CompiledRow, quantities: Float64Array): void {
  if (row.perRequest) quantities[requestsMeter] = 1
  const audio = quantities[audioSeconds] as number
  const least = row.minimum[audioSeconds] as number
  if (audio > 0 && audio < least) quantities[audioSeconds] = least
}

/**
 * Numbers while everything is a whole number of pico-USD below 2^53 (about 9,000 USD per request), which is exact;
 * otherwise BigInt. A price that is not whole pico-USD is NaN here and so falls through to BigInt by itself.
 */
export function amountsOf(row: CompiledRow, quantities: Float64Array): Amounts {
  parts.fill(0)
  let cost = 0
  let withoutCache = 0
  let unpricedTokens = 0
  let meterUnpriced = false
  let cacheFallback = false
  let anyQuantity = false
  for (let meter = 0; meter < meterCount; meter++) {
    const quantity = quantities[meter] as number
    if (quantity === 0) continue
    anyQuantity = true
    const billed = row.billed[meter] as number
    if (billed < 0) {
      meterUnpriced = true
      if (meter < tokenMeters) unpricedTokens += quantity
    } else {
      const amount = quantity * (row.pico[billed] as number)
      parts[partOf[billed] as number] = (parts[partOf[billed] as number] as number) + amount
      cost += amount
      if (meter < cacheMeters && billed !== meter) cacheFallback = true
    }
    const uncached = row.uncached[meter] as number
    if (uncached >= 0) withoutCache += quantity * (row.pico[uncached] as number)
    else if (billed >= 0) withoutCache += quantity * (row.pico[billed] as number)
  }
  const flags = { unpricedTokens, meterUnpriced, cacheFallback, anyQuantity }
  if (cost <= Number.MAX_SAFE_INTEGER && withoutCache <= Number.MAX_SAFE_INTEGER) {
    const [a, b, c, d, e] = [atto(parts[0]), atto(parts[1]), atto(parts[2]), atto(parts[3]), atto(parts[4])] as const
    const exact = a + b + c + d + e
    const uncached = withoutCache === cost ? exact : atto(withoutCache)
    return { parts: [a, b, c, d, e], cost: exact, withoutCache: uncached, ...flags }
  }
  return { ...exactAmounts(row, quantities), ...flags }
}

function atto(pico: number | undefined): bigint {
  return pico ? BigInt(pico) * attoPerPico : 0n
}

function exactAmounts(row: CompiledRow, quantities: Float64Array): Pick<Amounts, 'parts' | 'cost' | 'withoutCache'> {
  const sums: [bigint, bigint, bigint, bigint, bigint] = [0n, 0n, 0n, 0n, 0n]
  const billed = billedQuantities(row.billed, quantities)
  for (const [meter, quantity] of billed) {
    const part = partOf[meter] as number
    sums[part] = (sums[part] as bigint) + lineAmount(row, meter, quantity)
  }
  let withoutCache = 0n
  const fallback = row.uncached.map((meter, index) => (meter < 0 ? (row.billed[index] as number) : meter))
  for (const [meter, quantity] of billedQuantities(fallback, quantities)) {
    withoutCache += lineAmount(row, meter, quantity)
  }
  return { parts: sums, cost: sums[0] + sums[1] + sums[2] + sums[3] + sums[4], withoutCache }
}

/** By meter that bills, in meter order; tokens without a price of their own are in their parent's quantity. */
export function billedQuantities(billed: Int8Array, quantities: Float64Array): [meter: number, quantity: bigint][] {
  const sums = new Map<number, bigint>()
  for (let meter = 0; meter < meterCount; meter++) {
    const quantity = quantities[meter] as number
    const by = billed[meter] as number
    if (quantity > 0 && by >= 0) sums.set(by, (sums.get(by) ?? 0n) + BigInt(quantity))
  }
  return [...sums].sort(([a], [b]) => a - b)
}

/** quantity x price / per, one division, half to even. */
export function lineAmount(row: CompiledRow, meter: number, quantity: bigint): bigint {
  return divideHalfEven(quantity * (row.priceAtto[meter] as bigint), BigInt(row.per[meter] as number))
}
