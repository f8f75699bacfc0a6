import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { type Comparison, compareTokens, type Counted, type Held, type Tolerance } from '../token-metrics/compare.ts'
import type { TokenPoint } from '../token-metrics/token-point.ts'

/** Milliseconds since the epoch, `from` inclusive, `to` exclusive. */
export interface Window {
  readonly from: number
  readonly to: number
}

export interface TokenMetricsStore {
  /** Writing the same points again changes nothing. */
  insert(points: readonly TokenPoint[]): Promise<void>
  /** What services counted in a window beside what the ledger holds of it. */
  compare(window: Window, tolerance: Tolerance): Promise<readonly Comparison[]>
}

/**
 * A request counts in a metric when it ends, and shows at the next export; in the ledger it stands at its start. So near
 * the edges of a window a count may be of a request inside or outside of it.
 */
export const edgeMs = 5 * 60_000
/** How long before a window a series' last point may lie for its growth to be told from its beginning. */
const lookBackMs = 2 * 3_600_000

export function createClickHouseTokenMetrics(clickhouse: ClickHouse): TokenMetricsStore {
  return {
    async insert(points) {
      await clickhouse.insertRows(
        'token_metrics',
        points.map(({ tokenType, cumulative, startedAt, at, ...rest }) => ({
          ...rest,
          token_type: tokenType,
          cumulative: cumulative ? 1 : 0,
          started_at: dateTime64(startedAt ?? 0),
          at: dateTime64(at),
        })),
      )
    },
    async compare(window, tolerance) {
      const counted = await readCounted(clickhouse, window)
      if (counted.length === 0) return []
      const services = [...new Set(counted.map(({ service }) => service))]
      return compareTokens(counted, await readHeld(clickhouse, window, services), tolerance)
    },
  }
}

/**
 * Every point as what was counted in an interval: since the point before it (cumulative), or since it says (delta). A
 * count that fell began anew. An interval counts for sure when nothing of it can lie outside of the window, and perhaps
 * when something of it can lie inside.
 */
async function readCounted(clickhouse: ClickHouse, { from, to }: Window): Promise<Counted[]> {
  const rows = await clickhouse.query<Record<keyof Counted, string>>(
    `WITH
       fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS window_from,
       fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS window_to,
       toIntervalMillisecond({edge:UInt32}) AS edge,
       points AS (
         SELECT tenant, service, provider, model, metric, scope, token_type, stream, cumulative, started_at, at,
           any(token_metrics.tokens) AS tokens
         FROM token_metrics
         WHERE at > window_from - toIntervalMillisecond({lookBack:UInt32}) AND at <= window_to + edge + edge
         GROUP BY tenant, service, provider, model, metric, scope, token_type, stream, cumulative, started_at, at
       ),
       placed AS (
         SELECT *, row_number() OVER series AS place, lagInFrame(at) OVER series AS at_before,
           lagInFrame(tokens) OVER series AS tokens_before
         FROM points
         WINDOW series AS (PARTITION BY tenant, stream, cumulative ORDER BY at, started_at
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
       ),
       intervals AS (
         SELECT tenant, service, provider, model, metric, scope, token_type, at,
           cumulative AND place > 1 AS follows,
           if(follows, at_before, started_at) AS since,
           if(follows AND tokens >= tokens_before, tokens - tokens_before, tokens) AS grown
         FROM placed
       )
     SELECT tenant, service, provider, model, concat(metric, ' ', scope) AS reporter, token_type AS tokenType,
       sumIf(grown, since >= window_from + edge AND at <= window_to) AS least,
       sumIf(grown, at > window_from AND since < window_to + edge) AS most
     FROM intervals
     GROUP BY tenant, service, provider, model, reporter, tokenType
     HAVING most > 0
     ORDER BY tenant, service, provider, model, reporter, tokenType`,
    { from, to, edge: edgeMs, lookBack: lookBackMs },
  )
  return rows.map(({ least, most, ...rest }) => ({ ...rest, least: Number(least), most: Number(most) }) as Counted)
}

async function readHeld(clickhouse: ClickHouse, { from, to }: Window, services: readonly string[]): Promise<Held[]> {
  const rows = await clickhouse.query<Record<string, string> & { models: readonly string[] }>(
    `SELECT tenant, service, provider, [model, request_model, response_model] AS models,
       toFloat64(sum(input_tokens)) AS input, toFloat64(sum(uncached_tokens)) AS uncached_input,
       toFloat64(sum(cache_read_tokens)) AS cache_read, toFloat64(sum(cache_write_tokens)) AS cache_write,
       toFloat64(sum(output_tokens)) AS output, toFloat64(sum(reasoning_tokens)) AS reasoning
     FROM ledger
     WHERE hour >= toStartOfHour(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
       AND hour <= toStartOfHour(fromUnixTimestamp64Milli({to:Int64}, 'UTC'))
       AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
       AND service IN {services:Array(String)}
     GROUP BY tenant, service, provider, models`,
    { from, to, services },
  )
  return rows.map(({ tenant = '', service = '', provider = '', models, ...tokens }) => ({
    tenant,
    service,
    provider,
    models,
    tokens: Object.fromEntries(Object.entries(tokens).map(([type, count]) => [type, Number(count)])) as Held['tokens'],
  }))
}

/** In UTC, with microseconds. */
function dateTime64(ms: number): string {
  const seconds = new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  const micros = Math.round((ms - Math.floor(ms / 1000) * 1000) * 1000)
  return `${seconds}.${String(Math.min(micros, 999_999)).padStart(6, '0')}`
}
