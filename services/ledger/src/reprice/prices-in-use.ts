import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createPriceEngine, type PriceEngine } from '../pricing/engine.ts'
import type { PriceContent } from '../pricing/price-version.ts'

/**
 * The prices that the ledgers of this database charge with now, made again from what they recorded of them.
 * Throws PRICES_NOT_KNOWN when there are none yet, or when this release would price otherwise.
 */
export async function loadPricesInUse(clickhouse: ClickHouse): Promise<PriceEngine> {
  const [row] = await clickhouse.query<{ version: string; content: string }>(
    `SELECT price_version AS version, content FROM price_versions
     WHERE price_version = (SELECT argMax(price_version, used_at) FROM price_uses) LIMIT 1`,
  )
  if (!row)
    throw notKnown('no ledger has said which prices it charges with', 'start a ledger of this release, then try again')
  const engine = createPriceEngine(JSON.parse(row.content) as PriceContent)
  if (engine.version === row.version) return engine
  const what = `the ledger charges with prices ${row.version}, of which this release makes ${engine.version}`
  throw notKnown(what, 'use the command line of the release that the ledger runs')
}

function notKnown(what: string, hint: string): SpanledgerError {
  return new SpanledgerError('PRICES_NOT_KNOWN', what, { retryable: false, hint })
}
