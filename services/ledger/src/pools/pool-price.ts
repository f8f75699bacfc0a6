import type { PriceWarning } from '@spanledger/schemas/codes'
import { attoFromDecimal, attoPerUsd, decimalFromAtto } from '@spanledger/schemas/money'
import type { PriceRequest, PriceResult } from '../pricing/types.ts'
import { type PoolBasis, poolPrefix, type PoolWindowBasis } from './pool-basis.ts'
import type { Pool, PoolBook } from './pool-book.ts'
import { weigh } from './weigh.ts'

/** What the requests of an hour cost together, and weighed: what one costs until its own hour is settled. */
export interface PoolRate {
  /** ISO start of the hour; absent: no hour is settled yet, and these are what the pool costs and could serve in one. */
  readonly window?: string
  /** Scaled by 10^18, above 0. */
  readonly weights: bigint
  readonly usedAtto: bigint
  /** Of what nobody used, where that is spread. */
  readonly idleAtto?: bigint
}

export interface PoolPriceOptions {
  readonly version: string
  readonly book: PoolBook
  /** Of the last settled hour of a pool. */
  readonly rateOf: (pool: string) => PoolRate | undefined
}

/**
 * The provisional price of a request that runs on what is paid by the hour: `estimated`, or without any hour to go by
 * `unpriced`, never 0. Undefined: no pool serves it, and it is paid by the token. Source: the pricing specification, 9.
 */
export function poolPrice(request: PriceRequest, options: PoolPriceOptions): PriceResult | undefined {
  const { usage } = request
  const found = usage && options.book.find(request)
  if (!found || Object.values(usage).every((quantity) => quantity === undefined)) return undefined
  const { pool, model } = found
  const { config, provider } = pool
  const { latencyMs } = request
  const weight = weigh(config, { model, usage, runningMs: latencyMs })
  const rate = weight === undefined ? undefined : (options.rateOf(config.id) ?? wholeHour(pool, request.at, options))
  const [used, idle] = rate ? sharesOf(rate, weight ?? 0n) : [0n, 0n]
  const cost = used + idle
  const warnings: PriceWarning[] = [
    'POOL_PROVISIONAL',
    ...(weight === undefined ? (['POOL_WEIGHT_UNKNOWN'] as const) : []),
  ]
  const basis: PoolBasis = {
    by: 'pool',
    pool: config.id,
    ...(weight !== undefined && { weight: decimalFromAtto(weight) }),
    ...(latencyMs !== undefined && { running_ms: Math.round(latencyMs) }),
    ...(rate && {
      ...(rate.window !== undefined && { window: rate.window }),
      weights: decimalFromAtto(rate.weights),
      used: decimalFromAtto(rate.usedAtto),
      ...(rate.idleAtto !== undefined && { idle: decimalFromAtto(rate.idleAtto) }),
    }),
    settled: false,
  }
  return {
    state: rate ? 'estimated' : 'unpriced',
    provider,
    model,
    costAtto: cost,
    costInputAtto: 0n,
    costCacheReadAtto: 0n,
    costCacheWriteAtto: 0n,
    costOutputAtto: 0n,
    costOtherAtto: cost,
    listAtto: cost,
    withoutCacheAtto: cost,
    unpricedTokens: rate ? 0 : (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0),
    priceVersion: options.version,
    priceRows: [],
    contractId: '',
    contextBand: '',
    matchedBy: poolPrefix + config.id,
    warnings,
    poolBasis: basis,
  }
}

/** What requests cost in an hour that is settled; undefined where none ran. */
export function settledRate(basis: PoolWindowBasis, isSpread: boolean): PoolRate | undefined {
  const weights = attoFromDecimal(basis.weights)
  if (weights === 0n) return undefined
  return {
    window: basis.window,
    weights,
    usedAtto: attoFromDecimal(basis.used),
    ...(isSpread && { idleAtto: attoFromDecimal(basis.idle) }),
  }
}

function sharesOf({ weights, usedAtto, idleAtto = 0n }: PoolRate, weight: bigint): [used: bigint, idle: bigint] {
  return [(usedAtto * weight) / weights, (idleAtto * weight) / weights]
}

const hourMs = 3_600_000

/** As if everything that the pool can serve in an hour were used. */
function wholeHour(pool: Pool, at: number, { book }: PoolPriceOptions): PoolRate | undefined {
  const { config } = pool
  const weights =
    config.capacity_per_hour !== undefined
      ? attoFromDecimal(config.capacity_per_hour)
      : config.weigh === 'request_seconds'
        ? 3_600n * attoPerUsd
        : 0n
  const fromMs = Math.floor(at / hourMs) * hourMs
  const usedAtto = book.costOf(pool, { fromMs, toMs: fromMs + hourMs })
  return weights > 0n && usedAtto !== undefined ? { weights, usedAtto } : undefined
}
