import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { uuidFromBytes } from '@spanledger/schemas/uuid'
import { createPriceEngine, type PriceEngine } from '../pricing/engine.ts'
import { engineVersion, type PriceContent } from '../pricing/price-version.ts'
import { explainEstimate } from './explain-estimate.ts'
import { explainLines } from './explain-lines.ts'
import { currentOf, explanationOf } from './explanation-of.ts'
import { findCharge } from './find-charge.ts'

/** Each is a whole catalogue; charges of more versions than this are seldom looked at together. */
const keptVersions = 4

/**
 * How a charge came to its amount, by entry id, response id or event id; null when there is none. Recomputed from the
 * ledger's row and the prices it was made with, whatever the prices are now. An entry id explains that entry, every
 * other id what is current. Throws PRICE_VERSION_MISSING or EXPLANATION_DIFFERS rather than lines that do not add up.
 */
export function createExplainer(options: { clickhouse: ClickHouse }): (id: string) => Promise<Explanation | null> {
  const { clickhouse } = options
  const engines = new Map<string, PriceEngine>()

  return async (id) => {
    const found = await findCharge(clickhouse, id.trim())
    const entry = found?.asked ?? currentOf(found?.entries ?? [])
    if (!found || !entry) return null
    const { lines, estimate } = await partsOf(entry)
    return explanationOf(entry, lines, estimate, found.entries)
  }

  async function partsOf(entry: LedgerEntry) {
    if (entry.priceRows.length === 0 && entry.accrualBasis === '') return { lines: [], estimate: null }
    const engine = await engineOf(entry)
    try {
      return { lines: explainLines(entry, engine), estimate: explainEstimate(entry, engine) }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new SpanledgerError('EXPLANATION_DIFFERS', `entry ${uuidFromBytes(entry.entryId)}: ${error.message}`, {
        retryable: false,
        hint: 'the row was changed after it was written, or by another program; compare it with its observations',
        cause: error,
      })
    }
  }

  async function engineOf(entry: LedgerEntry): Promise<PriceEngine> {
    const { priceVersion } = entry
    const known = engines.get(priceVersion)
    if (known) return known
    const [row] = await clickhouse.query<{ content: string }>(
      'SELECT content FROM price_versions WHERE price_version = {priceVersion:String} LIMIT 1',
      { priceVersion },
    )
    if (!row) throw missing(priceVersion, 'is not in the table price_versions', 'restore that table from a backup')
    const content = JSON.parse(row.content) as PriceContent
    if (content.engine_version !== engineVersion) {
      const what = `was made by engine ${content.engine_version}, this is engine ${engineVersion}`
      throw missing(priceVersion, what, 'explain it with the release that wrote it')
    }
    const engine = createPriceEngine(content)
    const oldest = engines.keys().next()
    if (engines.size >= keptVersions && !oldest.done) engines.delete(oldest.value)
    engines.set(priceVersion, engine)
    return engine
  }
}

function missing(version: string, what: string, hint: string): SpanledgerError {
  return new SpanledgerError('PRICE_VERSION_MISSING', `price version ${version} ${what}`, { retryable: false, hint })
}
