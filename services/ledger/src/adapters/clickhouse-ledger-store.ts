import { randomUUID } from 'node:crypto'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { bytesFromUuid, uuidFromBytes } from '@spanledger/schemas/uuid'
import { hourOf } from '../identity/identity-filter.ts'
import type { Key } from '../identity/keys.ts'
import { capacityDialect } from '../landing/pool-correction.ts'
import { collisionsAtOnce, identityDays, type KeyPart, type LedgerStore, sharedKeysAtOnce } from '../ports.ts'
import { createAccrualQueries } from './accrual-queries.ts'
import { createInsertFences } from './insert-fences.ts'
import { createKeyReader } from './key-reader.ts'
import { encodeEntries } from './ledger-entry-block.ts'
import { entryColumns, type EntryRow, readEntries } from './ledger-entry-rows.ts'
import { type Charge, newestOf } from './newest-of.ts'
import { createTwinQueries } from './twin-queries.ts'

export interface ClickHouseLedgerStoreOptions {
  readonly clickhouse: ClickHouse
  /** Decides `day`. */
  readonly timeZone: string
  /** Names the ledgers that share the work, and starts the query id of their inserts, so that these can be found. */
  readonly group: string
  /** Names this ledger among the others of its group; two that were given one name are told apart nevertheless. */
  readonly instance: string
}

/** A text of a few megabytes for the keys of a batch; a ledger's own batch goes in as one block, one part a month. */
const settings = { max_query_size: '67108864', max_partitions_per_insert_block: '0' }

export function createClickHouseLedgerStore(options: ClickHouseLedgerStoreOptions): LedgerStore {
  const { clickhouse, timeZone, group } = options
  // Containers may share a host name, and have the same process id.
  const instance = `${options.instance}-${randomUUID().slice(0, 8)}`
  const fences = createInsertFences(clickhouse, `${group}-`, instance)
  return {
    async loadKeys(from, to, onKey) {
      await clickhouse.readBytes(keysWhere(inHours), hoursOf(from, to), createKeyReader(onKey))
    },

    async findCharges(keys, fromHour, toHour) {
      const charges = await readCharges(clickhouse, keys, fromHour, toHour)
      // What stands for a charge that was taken back may have been taken back since, for one still further away.
      const asked = new Set<Key>()
      for (;;) {
        const dead = [...charges.values()].filter(({ requests }) => requests < 1)
        const wanted = dead.filter(({ newest }) => !asked.has(newest.identity)).map(({ newest }) => newest)
        if (wanted.length === 0) break
        for (const { identity } of wanted) asked.add(identity)
        const hours = wanted.map(({ at }) => hourOf(at))
        const from = hours.reduce((a, b) => Math.min(a, b)) - identityDays * 24
        const to = hours.reduce((a, b) => Math.max(a, b)) + identityDays * 24
        const wider = [...new Set(wanted.flatMap(({ identityKeys }) => identityKeys))]
        for (const [identity, charge] of await readCharges(clickhouse, wider, from, to)) charges.set(identity, charge)
      }
      return [...charges.values()].flatMap(({ requests, newest }) => (requests < 1 ? [] : [newest]))
    },

    async insert(entries, insertId) {
      await clickhouse.insertNative('ledger', encodeEntries(entries, { timeZone, writer: instance }), {
        settings,
        ...fences.guard(insertId),
      })
    },

    settle: (insertId) => fences.giveUp(insertId),

    claim: (partitions) => fences.claim(partitions.map(({ topic, partition }) => `${topic}/${partition}`)),

    async loadOthersKeys(sinceMs, onKey) {
      await clickhouse.readBytes(
        keysWhere(`recorded_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND writer != {instance:String}`),
        { since: Math.floor(sinceMs), instance },
        createKeyReader(onKey),
      )
    },

    async findSharedKeys(days, part) {
      const rows = await clickhouse.query<{ key: string }>(
        `SELECT toString(key) AS key FROM (
           SELECT key, identity FROM ledger ARRAY JOIN identity_keys AS key
           WHERE day >= today() - {days:UInt32} AND cityHash64(key) % {shards:UInt32} = {shard:UInt32}
             AND key > {after:UUID} AND NOT has(warnings, 'ID_REUSED')
             AND result_cache NOT IN ('exact_hit', 'semantic_hit')
           GROUP BY key, identity HAVING sum(requests) > 0
         ) AS held GROUP BY held.key HAVING count() > 1 ORDER BY held.key LIMIT {limit:UInt32}`,
        { days, ...paramsOf(part), limit: sharedKeysAtOnce },
      )
      return rows.map(({ key }) => bytesFromUuid(key))
    },

    async findCollided(days, part) {
      const found = await clickhouse.query<{ identity: string }>(
        `SELECT toString(charge) AS identity FROM (
           SELECT any(ledger.identity) AS charge FROM ledger
           WHERE day >= today() - {days:UInt32} AND cityHash64(ledger.identity) % {shards:UInt32} = {shard:UInt32}
             AND ledger.identity > {after:UUID} AND dialect != {capacity:String}
           GROUP BY entry_id HAVING count() > 1
         ) AS repeated GROUP BY charge ORDER BY charge LIMIT {limit:UInt32}`,
        { days, ...paramsOf(part), limit: collisionsAtOnce, capacity: capacityDialect },
      )
      const collided = new Map<Key, LedgerEntry[]>(found.map(({ identity }) => [bytesFromUuid(identity), []]))
      if (collided.size === 0) return collided
      const rows = await clickhouse.query<EntryRow>(
        `SELECT ${entryColumns} FROM ledger WHERE day >= today() - {days:UInt32}
           AND identity IN (${found.map(({ identity }) => `'${identity}'`).join(',')})`,
        { days },
        { settings },
      )
      for (const entry of readEntries(rows)) collided.get(entry.identity)?.push(entry)
      return collided
    },

    async countCharges(days) {
      const [row] = await clickhouse.query<{ charges: string }>(
        'SELECT sum(requests) AS charges FROM spend WHERE day >= today() - {days:UInt32}',
        { days },
      )
      return Number(row?.charges ?? 0)
    },

    ...createAccrualQueries(clickhouse),
    ...createTwinQueries(clickhouse, settings),

    async insertRejected(records) {
      await clickhouse.insertRows(
        'rejected',
        records.map(({ receivedAt, recordIndex, ...rest }) => ({
          ...rest,
          received_at: dateTime64(receivedAt),
          record_index: recordIndex,
        })),
      )
    },

    async recordPriceVersion(version, content) {
      const known = await clickhouse.query(
        'SELECT price_version FROM price_versions WHERE price_version = {version:String} LIMIT 1',
        { version },
      )
      if (known.length > 0) return
      // As a row, not as parameters: the content is larger than a URL may be.
      await clickhouse.insertRows('price_versions', [
        { price_version: version, loaded_at: dateTime64(Date.now()), content },
      ])
    },
  }
}

/** By the parameters of `hoursOf`. */
const inHours = `hour >= toDateTime({from:UInt32} * 3600, 'UTC') AND hour <= toDateTime({to:UInt32} * 3600, 'UTC')`

/** Both inclusive, hours since the epoch. */
function hoursOf(from: number, to: number) {
  return { from: Math.max(0, from), to: Math.max(0, to) }
}

/** The keys of live charges and of the parents of their spans with their hour, for `createKeyReader`. */
function keysWhere(condition: string): string {
  return `SELECT toUInt32(intDiv(toUnixTimestamp(hour), 3600)), key
    FROM ledger ARRAY JOIN arrayConcat(identity_keys, parent_keys) AS key
    WHERE ${condition} AND requests > 0
    FORMAT RowBinary`
}

/** Seconds with milliseconds, as text: ClickHouse refuses a fraction in a JSON number. */
function dateTime64(ms: number): string {
  return (ms / 1000).toFixed(3)
}

/** Of what the auditor asks for some at a time. */
function paramsOf({ shard, shards, after = '\0'.repeat(16) }: KeyPart = { shard: 0, shards: 1 }) {
  return { shard, shards, after: uuidFromBytes(after) }
}

/** The charges, live or taken back, that hold a key, or have a span inside one with such a key, and lie in these hours. */
async function readCharges(
  clickhouse: ClickHouse,
  keys: readonly Key[],
  from: number,
  to: number,
): Promise<Map<Key, Charge>> {
  const rows = await clickhouse.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger
     WHERE ${inHours} AND identity IN (
       SELECT identity FROM ledger ARRAY JOIN arrayConcat(identity_keys, parent_keys) AS key
       WHERE ${inHours} AND key IN (${keys.map((key) => `'${uuidFromBytes(key)}'`).join(',')})
     )`,
    hoursOf(from, to),
    { settings },
  )
  return newestOf(readEntries(rows))
}
