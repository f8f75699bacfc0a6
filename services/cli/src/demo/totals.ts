import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'

/** What the ledger holds, as exact strings. */
export interface Totals {
  readonly requests: number
  readonly tokens: string
  readonly cost: string
  readonly unpriced: number
  /** Share of input tokens that came from providers' prompt caches, 0..1. */
  readonly cacheHitRatio: number
}

const query = `
  SELECT sum(requests) AS requests, sum(input_tokens) + sum(output_tokens) AS tokens, toString(sum(cost)) AS cost,
    sum(unpriced_requests) AS unpriced,
    if(sum(input_tokens) = 0, 0, toFloat64(sum(cache_read_tokens)) / toFloat64(sum(input_tokens))) AS cacheHitRatio
  FROM spend`

export async function readTotals(clickhouse: ClickHouse): Promise<Totals> {
  const [row] = await clickhouse.query<Record<keyof Totals, string>>(query)
  return {
    requests: Number(row?.requests ?? 0),
    tokens: row?.tokens ?? '0',
    cost: row?.cost ?? '0',
    unpriced: Number(row?.unpriced ?? 0),
    cacheHitRatio: Number(row?.cacheHitRatio ?? 0),
  }
}
