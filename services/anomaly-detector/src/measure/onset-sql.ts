import type { Frame, Range } from '../judge/judgement.ts'
import { isEligible } from '../series/sums.ts'
import { evidence, type Selection, selected } from './sql-text.ts'

/** One minute of evidence. */
export interface MinuteRow {
  readonly minute_ms: string
  /** Its first entry. */
  readonly first_ms: string
  /** Of `amount` and `volume`: cost and requests; cached and all input tokens of eligible traffic; requests without a price. */
  readonly amount: number
  readonly volume: number
}

export function minutesSql(selection: Selection, frame: Frame, range: Range): string {
  const is = frame.kind === 'cache_regression' ? isEligible(frame.minInputTokens) : '1'
  const [amount, volume] = {
    spend_spike: ['toFloat64(sum(cost))', 'toFloat64(sum(requests))'],
    cost_per_request: ['toFloat64(sum(cost))', 'toFloat64(sum(requests))'],
    cache_regression: ['toFloat64(sum(cache_read_tokens))', 'toFloat64(sum(input_tokens))'],
    unpriced: ['toFloat64(sum(unpriced_requests))', 'toFloat64(sum(requests))'],
  }[frame.kind]
  return `SELECT toString(toUnixTimestamp64Milli(toDateTime64(minute, 3, 'UTC'))) AS minute_ms,
  toString(toUnixTimestamp64Milli(min(at))) AS first_ms, ${amount} AS amount, ${volume} AS volume
FROM ledger
WHERE ${selected(selection)} AND ${evidence(selection, range)} AND ${is}
GROUP BY minute ORDER BY minute`
}

/**
 * Since when it is so: the moment from which on the surplus adds up to the most. Each minute's surplus is what it has
 * above a line midway between what is usual and what is too much.
 */
export function onsetOf(
  minutes: readonly { readonly firstMs: number; readonly surplus: number }[],
): number | undefined {
  let best: number | undefined
  let most = 0
  let sum = 0
  for (const { firstMs, surplus } of minutes.toReversed()) {
    sum += surplus
    if (sum >= most && surplus > 0) {
      most = sum
      best = firstMs
    }
  }
  return best
}
