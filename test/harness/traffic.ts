import { bodiesOf } from '@spanledger/cli/replay/bodies'
import { rebasedRequests, type TimedRequest } from '@spanledger/cli/traces/rebase'
import { openTrace } from '@spanledger/cli/traces/trace-file'
import { type OracleTotals, oracleTotals } from './oracle.ts'
import type { Sql } from './sql.ts'

export interface TrafficOptions {
  readonly seed?: number
  readonly limit?: number
  readonly endAtMs?: number
}

/** The requests of a bundled trace as `spanledger replay` would send them. */
export async function traffic(trace: string, options: TrafficOptions = {}): Promise<TimedRequest[]> {
  const { seed = 1, limit, endAtMs = Date.now() } = options
  const requests: TimedRequest[] = []
  const rebase = { seed, endAtMs, ...(limit !== undefined && { limit }) }
  for await (const request of rebasedRequests(await openTrace(trace), rebase)) requests.push(request)
  return requests
}

/** What the requests cost by the oracle, worked out from the bytes of their usage events. */
export function expectedOf(requests: readonly TimedRequest[]): OracleTotals {
  return oracleTotals(bodiesOf(requests, 'events').map((body) => body.bytes as string))
}

/** The same totals from the ledger, every digit. */
export async function ledgerTotals(sql: Sql, where = '1'): Promise<OracleTotals> {
  const [totals] = await sql<{ [key in keyof OracleTotals]: string }>(`
    SELECT toString(sum(requests)) AS requests, toString(sum(cost)) AS cost,
      toString(sum(unpriced_requests)) AS unpricedRequests, toString(sum(input_tokens)) AS inputTokens,
      toString(sum(cache_read_tokens)) AS cacheReadTokens, toString(sum(cache_write_tokens)) AS cacheWriteTokens,
      toString(sum(output_tokens)) AS outputTokens
    FROM ledger WHERE ${where}`)
  return totals as OracleTotals
}
