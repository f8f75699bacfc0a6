import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createPoolQueries } from '../adapters/pool-queries.ts'
import { hourOf } from '../identity/identity-filter.ts'
import type { SettledWindow } from '../landing/pool-correction.ts'
import { createPooledPrices, type PooledPrices } from '../pools/pooled-prices.ts'
import { type PoolRate, settledRate } from '../pools/pool-price.ts'
import { identityDays } from '../ports.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import type { PriceContent } from '../pricing/price-version.ts'

/**
 * The prices that the ledgers of this database charge with now, made again from what they recorded of them.
 * Throws PRICES_NOT_KNOWN when there are none yet, or when this release would price otherwise.
 */
export async function loadPricesInUse(clickhouse: ClickHouse, nowMs: number): Promise<PooledPrices> {
  const [row] = await clickhouse.query<{ version: string; content: string }>(
    `SELECT price_version AS version, content FROM price_versions
     WHERE price_version = (SELECT argMax(price_version, used_at) FROM price_uses) LIMIT 1`,
  )
  if (!row)
    throw notKnown('no ledger has said which prices it charges with', 'start a ledger of this release, then try again')
  const engine = createPriceEngine(JSON.parse(row.content) as PriceContent)
  if (engine.version !== row.version) {
    const what = `the ledger charges with prices ${row.version}, of which this release makes ${engine.version}`
    throw notKnown(what, 'use the command line of the release that the ledger runs')
  }
  const windows = await createPoolQueries(clickhouse).settledWindows(hourOf(nowMs) - identityDays * 24)
  const prices = createPooledPrices(engine, (pool) => rateOf(pool, windows, prices))
  return prices
}

/** As the ledger has it: of the newest settled hour in which the pool served anything. */
function rateOf(pool: string, windows: readonly SettledWindow[], { book }: PooledPrices): PoolRate | undefined {
  const isSpread = book.get(pool)?.config.idle === 'spread'
  const newestFirst = windows.filter((window) => window.pool === pool).toSorted((a, b) => b.hour - a.hour)
  for (const { basis } of newestFirst) {
    const rate = settledRate(basis, isSpread)
    if (rate) return rate
  }
  return undefined
}

function notKnown(what: string, hint: string): SpanledgerError {
  return new SpanledgerError('PRICES_NOT_KNOWN', what, { retryable: false, hint })
}
