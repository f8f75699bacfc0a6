import { attoFromDecimal, attoPerUsd, divideHalfEven } from '@spanledger/schemas/money'
import type { CostPool } from '@spanledger/schemas/prices/overrides'

/** Event time, milliseconds since the epoch; `toMs` exclusive. */
export interface PoolWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** One unit of a currency is num / den USD. */
export interface Rate {
  readonly num: bigint
  readonly den: bigint
}

/** By currency and event time; undefined where no rate is known. */
export type RateOf = (currency: string, atMs: number) => Rate | undefined

const hourMs = 3_600_000

/**
 * What a pool costs in a window, in atto-USD: hardware + electricity + overhead, each by one division, and its part of what
 * was paid in advance. Only the time within the pool's term counts. Undefined: a currency has no rate at the window's start.
 * Source: the pricing specification, 9 and 10.
 */
export function poolCost(pool: CostPool, window: PoolWindow, rateOf: RateOf): bigint | undefined {
  const { electricity, currency = 'USD' } = pool
  const term = termOf(pool)
  const fromMs = Math.max(window.fromMs, term.fromMs)
  const ms = Math.min(window.toMs, term.toMs) - fromMs
  if (ms <= 0) return 0n
  const parts: Part[] = []
  if (pool.per_unit_hour !== undefined)
    parts.push({ factors: [atto(pool.per_unit_hour)], times: BigInt(pool.units), currency })
  if (electricity) {
    const { kw, per_kwh: perKwh, pue = '1', currency: paidIn = currency } = electricity
    parts.push({ factors: [atto(perKwh), atto(kw), atto(pue)], times: 1n, currency: paidIn })
  }
  if (pool.overhead_per_hour !== undefined) parts.push({ factors: [atto(pool.overhead_per_hour)], times: 1n, currency })

  let cost = 0n
  for (const part of parts) {
    const rate = rateIn(part.currency, window.fromMs, rateOf)
    if (!rate) return undefined
    const scale = attoPerUsd ** BigInt(part.factors.length - 1)
    const product = part.factors.reduce((all, factor) => all * factor, part.times * BigInt(ms) * rate.num)
    cost += divideHalfEven(product, scale * BigInt(hourMs) * rate.den)
  }
  if (pool.prepaid === undefined) return cost
  const rate = rateIn(currency, term.fromMs, rateOf)
  if (!rate) return undefined
  return cost + amortised(divideHalfEven(atto(pool.prepaid) * rate.num, rate.den), term, window)
}

/**
 * The window's part of an amount that is spread evenly over the UTC hours that a term touches: all of them sum to it
 * exactly, for the first hours get what the division leaves. A part of an hour counts as the whole.
 */
export function amortised(total: bigint, term: PoolWindow, window: PoolWindow): bigint {
  const first = Math.floor(term.fromMs / hourMs)
  const hours = BigInt(Math.ceil(term.toMs / hourMs) - first)
  const each = total / hours
  const left = total % hours
  const upTo = (ms: number) => {
    const passed = BigInt(Math.max(0, Math.min(Number(hours), Math.ceil(ms / hourMs) - first)))
    return each * passed + (passed < left ? passed : left)
  }
  return upTo(window.toMs) - upTo(Math.floor(window.fromMs / hourMs) * hourMs)
}

/** When the pool is there; without an end, for ever. RangeError for what is no time. */
export function termOf(pool: Pick<CostPool, 'id' | 'from' | 'to'>): PoolWindow {
  const fromMs = Date.parse(pool.from)
  const toMs = pool.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(pool.to)
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) throw new RangeError(`pool ${pool.id}: from or to is not a UTC time`)
  return { fromMs, toMs }
}

interface Part {
  /** Atto-scaled decimals whose product is the cost of an hour. */
  readonly factors: readonly bigint[]
  readonly times: bigint
  readonly currency: string
}

const usd: Rate = { num: 1n, den: 1n }

function rateIn(currency: string, atMs: number, rateOf: RateOf): Rate | undefined {
  return currency === 'USD' ? usd : rateOf(currency, atMs)
}

function atto(text: string): bigint {
  return attoFromDecimal(text)
}
