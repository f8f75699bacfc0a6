import type { Status } from '@spanledger/schemas/api/status'
import type { CatalogueDate } from '@spanledger/schemas/prices/catalogue-date'
import type { LedgerReader } from '../ports.ts'
import { instant } from './instant.ts'

/** Whether there is anything yet; answered from the table's metadata, so it may be asked every second. */
export async function readStatus(
  reader: LedgerReader,
  about: {
    readonly nowMs: number
    readonly timeZone: string
    readonly doorUrl: string
    readonly prices?: CatalogueDate | undefined
  },
): Promise<Status> {
  const [row] = await reader.query<{ entries: string; latest_ms: string }>(
    'SELECT toString(count()) AS entries, toString(toUnixTimestamp64Milli(max(at))) AS latest_ms FROM ledger',
  )
  const { entries, latest_ms: latestMs } = row ?? { entries: '0', latest_ms: '0' }
  return {
    now: new Date(about.nowMs).toISOString(),
    time_zone: about.timeZone,
    door_url: about.doorUrl,
    entries,
    latest_at: entries === '0' ? null : instant(latestMs),
    prices: about.prices ? { ...about.prices, sources: [...about.prices.sources] } : null,
  }
}
