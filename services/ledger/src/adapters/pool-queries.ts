import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { bytesFromUuid, uuidFromBytes } from '@spanledger/schemas/uuid'
import { poolChargesAtOnce, type PoolReader } from '../auditor/pool-reader.ts'
import { parseBasis } from '../landing/accrual-basis.ts'
import { capacityDialect } from '../landing/pool-correction.ts'
import { poolNameOf, poolPrefix } from '../pools/pool-basis.ts'

const hourNumber = 'toUInt32(intDiv(toUnixTimestamp(ledger.hour), 3600)) AS hour_number'
const sinceHour = "ledger.hour >= toDateTime({fromHour:UInt32} * 3600, 'UTC')"

export function createPoolQueries(clickhouse: ClickHouse): PoolReader {
  return {
    async settledWindows(fromHour) {
      const rows = await clickhouse.query<{
        matched_by: string
        tenant: string
        hour_number: number
        newest: string | number
        line: string
        basis: string
        settled_ms: string
        recorded_ms: string
      }>(
        `SELECT matched_by, tenant, ${hourNumber}, max(revision) AS newest, toString(sum(cost)) AS line,
           argMax(accrual_basis, revision) AS basis, toUnixTimestamp64Milli(min(recorded_at)) AS settled_ms,
           toUnixTimestamp64Milli(max(recorded_at)) AS recorded_ms
         FROM ledger WHERE ${sinceHour} AND dialect = {dialect:String}
         GROUP BY identity, matched_by, tenant, ledger.hour`,
        { fromHour, dialect: capacityDialect },
      )
      return rows.flatMap((row) => {
        const basis = parseBasis(row.basis)
        if (basis?.by !== 'pool_window') return []
        return [
          {
            pool: poolNameOf(row.matched_by),
            hour: row.hour_number,
            tenant: row.tenant,
            revision: Number(row.newest),
            line: attoFromDecimal(row.line),
            basis,
            settledAtMs: Number(row.settled_ms),
            recordedAtMs: Number(row.recorded_ms),
          },
        ]
      })
    },

    async touchedWindows(recordedSinceMs, fromHour) {
      const rows = await clickhouse.query<{ matched_by: string; hour_number: number; recorded_ms: string }>(
        `SELECT matched_by, ${hourNumber}, toUnixTimestamp64Milli(max(recorded_at)) AS recorded_ms
         FROM ledger WHERE recorded_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND ${sinceHour}
           AND startsWith(matched_by, '${poolPrefix}') AND reason != 'pool_settled' AND dialect != {dialect:String}
         GROUP BY matched_by, ledger.hour`,
        { since: Math.max(0, Math.floor(recordedSinceMs)), fromHour, dialect: capacityDialect },
      )
      return rows.map((row) => ({
        pool: poolNameOf(row.matched_by),
        hour: row.hour_number,
        recordedAtMs: Number(row.recorded_ms),
      }))
    },

    async charges(pool, hour, after = '\0'.repeat(16)) {
      const rows = await clickhouse.query<{ id: string; at_ms: string; paid: string; basis: string }>(
        `SELECT toString(ledger.identity) AS id, toUnixTimestamp64Milli(any(ledger.at)) AS at_ms,
           toString(sum(ledger.cost)) AS paid,
           argMaxIf(ledger.accrual_basis, ledger.revision, ledger.requests > 0) AS basis
         FROM ledger WHERE ledger.hour = toDateTime({hour:UInt32} * 3600, 'UTC') AND matched_by = {matchedBy:String}
           AND dialect != {dialect:String} AND ledger.identity > {after:UUID}
         GROUP BY ledger.identity HAVING sum(ledger.requests) > 0 AND startsWith(basis, '{"by":"pool"')
         ORDER BY ledger.identity LIMIT {limit:UInt32}`,
        {
          hour,
          matchedBy: poolPrefix + pool,
          dialect: capacityDialect,
          after: uuidFromBytes(after),
          limit: poolChargesAtOnce,
        },
      )
      return rows.flatMap(({ id, at_ms: at, paid, basis: text }) => {
        const basis = parseBasis(text)
        if (basis?.by !== 'pool') return []
        return [{ identity: bytesFromUuid(id), at: Number(at), cost: attoFromDecimal(paid), basis }]
      })
    },
  }
}
