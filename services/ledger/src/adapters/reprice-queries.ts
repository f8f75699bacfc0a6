import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { uuidFromBytes } from '@spanledger/schemas/uuid'
import { hourMs } from '../identity/identity-filter.ts'
import type { ChargesWanted } from '../reprice/charges-wanted.ts'
import type { RepriceReader } from '../reprice/ports.ts'
import { entryColumns, type EntryRow, readEntries } from './ledger-entry-rows.ts'
import { newestOf } from './newest-of.ts'

const hours = `hour >= toDateTime({fromHour:UInt32} * 3600, 'UTC') AND hour <= toDateTime({toHour:UInt32} * 3600, 'UTC')`

/** Of ClickHouse's DateTime. */
const lastHour = Math.floor((2 ** 32 - 1) / 3_600)

/** Conditions on what an entry and its reversal have in common, so that the requests that meet them sum to those alive. */
const conditions: readonly [name: keyof ChargesWanted, sql: string, isInSpend: boolean][] = [
  ['tenant', 'tenant = {tenant:String}', true],
  ['team', 'team = {team:String}', true],
  ['provider', 'provider = {provider:String}', true],
  ['priceState', 'price_state = {priceState:String}', true],
  ['model', '(model = {model:String} OR request_model = {model:String})', false],
  ['priceVersion', 'price_version = {priceVersion:String}', false],
  ['otherThanVersion', 'price_version != {otherThanVersion:String}', false],
]

export function createRepriceQueries(clickhouse: ClickHouse): RepriceReader {
  return {
    async countByHour(wanted) {
      const [fromHour, toHour] = [wanted.fromMs, wanted.toMs - 1].map((ms) =>
        Math.min(Math.max(0, Math.floor(ms / hourMs)), lastHour),
      )
      const lately = wanted.recordedSinceMs !== undefined
      const where = conditionsOf(wanted, !lately).concat(lately ? [recordedSince] : [])
      const rows = await clickhouse.query<{ hour_number: number; charges: string }>(
        `SELECT toUInt32(intDiv(toUnixTimestamp(hour), 3600)) AS hour_number,
           ${lately ? 'countIf(requests > 0)' : 'sum(requests)'} AS charges
         FROM ${lately ? 'ledger' : 'spend'} WHERE ${[hours, ...where].join(' AND ')}
         GROUP BY hour HAVING charges > 0 ORDER BY hour`,
        { ...wanted, fromHour, toHour },
      )
      return rows.map(({ hour_number, charges }) => ({ hour: hour_number, charges: Number(charges) }))
    },

    async readLive(wanted, { fromHour, toHour, after = '\0'.repeat(16), limit }) {
      const where = [
        hours,
        `at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')`,
        'ledger.identity > {after:UUID}',
        ...conditionsOf(wanted, false),
      ]
      const having = wanted.recordedSinceMs === undefined ? '' : `AND max(${recordedSince})`
      const rows = await clickhouse.query<EntryRow>(
        `SELECT ${entryColumns} FROM ledger WHERE ${hours} AND identity IN (
           SELECT ledger.identity FROM ledger WHERE ${where.join(' AND ')}
           GROUP BY ledger.identity HAVING sum(requests) > 0 AND countIf(kind = 'capacity') = 0 ${having}
           ORDER BY ledger.identity LIMIT {limit:UInt32}
         ) ORDER BY ledger.identity`,
        { ...wanted, fromHour, toHour, after: uuidFromBytes(after), limit },
      )
      const charges = [...newestOf(readEntries(rows)).values()]
      return {
        // What is there more than once was written by two ledgers at the same moment: the auditor puts it right first.
        entries: charges.flatMap(({ requests, newest }) => (requests === 1 ? [newest] : [])),
        next: charges.length < limit ? undefined : charges.at(-1)?.newest.identity,
      }
    },
  }
}

const recordedSince = "recorded_at >= fromUnixTimestamp64Milli({recordedSinceMs:Int64}, 'UTC')"

function conditionsOf(wanted: ChargesWanted, onlyInSpend: boolean): string[] {
  return conditions.flatMap(([name, sql, isInSpend]) =>
    wanted[name] === undefined || (onlyInSpend && !isInSpend) ? [] : [sql],
  )
}
