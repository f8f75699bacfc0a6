import type { Usage } from '@spanledger/schemas/events/usage'
import { attoFromDecimal, attoPerUsd } from '@spanledger/schemas/money'
import type { CostPool, TokenWeights } from '@spanledger/schemas/prices/overrides'

/** What is known of a request that ran on a pool. */
export interface PoolUse {
  readonly model: string
  readonly usage: Usage
  /** How long it ran; absent: not known. */
  readonly runningMs?: number | undefined
  /** KV-cache tokens held x seconds, in millionths, where an inference server's own metrics tell. */
  readonly tokenMicroseconds?: bigint
}

/**
 * What a request weighs, scaled by 10^18; undefined where what its pool weighs by is not known of it.
 *
 * `token_seconds` without a measurement is an approximation: its input stays in the cache for as long as it runs, and its
 * output grows evenly, so on average half of that does.
 */
export function weigh(
  pool: Pick<CostPool, 'weigh' | 'weights' | 'weights_by_model'>,
  use: PoolUse,
): bigint | undefined {
  const { usage, runningMs } = use
  const { input_tokens: input = 0, cache_read_tokens: cacheRead = 0, output_tokens: output = 0 } = usage
  switch (pool.weigh) {
    case 'tokens': {
      const weights = weightsOf(pool, use.model)
      return (
        BigInt(input - cacheRead) * attoFromDecimal(weights.input ?? '1') +
        BigInt(cacheRead) * attoFromDecimal(weights.cache_read ?? '0.1') +
        BigInt(output) * attoFromDecimal(weights.output ?? '4')
      )
    }
    case 'request_seconds':
      return runningMs === undefined ? undefined : BigInt(Math.round(runningMs)) * attoPerMs
    case 'token_seconds':
      if (use.tokenMicroseconds !== undefined) return use.tokenMicroseconds * attoPerMicro
      return runningMs === undefined
        ? undefined
        : (BigInt(2 * input + output) * BigInt(Math.round(runningMs)) * attoPerMs) / 2n
  }
}

const attoPerMs = attoPerUsd / 1_000n
const attoPerMicro = attoPerUsd / 1_000_000n

function weightsOf({ weights = {}, weights_by_model: byModel = {} }: Partial<CostPool>, model: string): TokenWeights {
  const wanted = model.trim().toLowerCase()
  for (const [name, own] of Object.entries(byModel)) if (name.trim().toLowerCase() === wanted) return own
  return weights
}
