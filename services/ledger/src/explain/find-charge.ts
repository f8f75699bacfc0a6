import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { uuidFromBytes } from '@spanledger/schemas/uuid'
import { type EntryRow, entryColumns, readEntries } from '../adapters/ledger-entry-rows.ts'
import { eventKey } from '../identity/keys.ts'

/** A charge with every entry it has. `asked`: the entry itself, where its own id was given. */
export interface FoundCharge {
  readonly entries: readonly LedgerEntry[]
  readonly asked?: LedgerEntry
}

interface Place {
  readonly identity: string
  readonly hour: string
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
/** Of several charges with one id the live ones come first, of those the newest. */
const best = 'GROUP BY identity, hour ORDER BY sum(requests) > 0 DESC, max(at) DESC LIMIT 1'
const place = 'SELECT toString(identity) AS identity, toString(toUnixTimestamp(hour)) AS hour FROM ledger'

/** By entry id, else response id, else event id. Event ids are stored as hashes with their tenant, so all are tried. */
export async function findCharge(clickhouse: ClickHouse, id: string): Promise<FoundCharge | null> {
  const found =
    (await byEntryId(clickhouse, id)) ?? (await byResponseId(clickhouse, id)) ?? (await byEventId(clickhouse, id))
  if (!found) return null
  // every entry of a charge carries the charge's own time
  const rows = await clickhouse.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger
     WHERE hour = toDateTime({hour:UInt32}, 'UTC') AND identity = {identity:UUID}`,
    { hour: Number(found.hour), identity: found.identity },
  )
  const entries = readEntries(rows)
  const asked = entries.find((entry) => uuidFromBytes(entry.entryId) === id.toLowerCase())
  return asked ? { entries, asked } : { entries }
}

async function byEntryId(clickhouse: ClickHouse, id: string): Promise<Place | undefined> {
  if (!uuid.test(id)) return undefined
  return (await clickhouse.query<Place>(`${place} WHERE entry_id = {id:UUID} ${best}`, { id }))[0]
}

async function byResponseId(clickhouse: ClickHouse, id: string): Promise<Place | undefined> {
  if (id === '') return undefined
  return (await clickhouse.query<Place>(`${place} WHERE response_id = {id:String} ${best}`, { id }))[0]
}

async function byEventId(clickhouse: ClickHouse, id: string): Promise<Place | undefined> {
  const tenants = await clickhouse.query<{ tenant: string }>('SELECT DISTINCT tenant FROM ledger')
  const keys = tenants.map(({ tenant }) => uuidFromBytes(eventKey(tenant, id)))
  if (keys.length === 0) return undefined
  const sql = `${place} WHERE hasAny(identity_keys, {keys:Array(UUID)}) ${best}`
  return (await clickhouse.query<Place>(sql, { keys }))[0]
}
