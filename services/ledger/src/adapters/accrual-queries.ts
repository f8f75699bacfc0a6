import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { bytesFromUuid, uuidFromBytes } from '@spanledger/schemas/uuid'
import { accrualsAtOnce, type AccrualsWanted, type LedgerStore, type OpenAccrual, type SeriesDay } from '../ports.ts'

/** `isAccrual` in SQL. */
const isAccrual = `reported_units = 0 AND price_state = 'unpriced' AND has(warnings, 'USAGE_MISSING')`

interface SeriesRow {
  readonly tenant: string
  readonly provider: string
  readonly request_model: string
  readonly model: string
  readonly operation: string
  readonly feature: string
  readonly service: string
  readonly day_text: string
}

/** What the ledger holds of requests without usage, and what others like them cost. */
export function createAccrualQueries(clickhouse: ClickHouse): Pick<LedgerStore, 'findAccruals' | 'sumSeries'> {
  return {
    async findAccruals(wanted) {
      const { where, having, params } = conditionOf(wanted)
      const newest = (column: string) => `argMaxIf(ledger.${column}, ledger.revision, ledger.requests > 0) AS ${column}`
      const rows = await clickhouse.query<
        SeriesRow & { id: string; key: string; at_ms: string; accrued: string; accrual_basis: string }
      >(
        `SELECT toString(ledger.identity) AS id, toString(any(ledger.identity_keys[1])) AS key,
           toUnixTimestamp64Milli(any(ledger.at)) AS at_ms, toString(any(ledger.day)) AS day_text,
           ${['tenant', 'provider', 'request_model', 'model', 'operation', 'feature', 'service'].map(newest).join(', ')},
           toString(sum(ledger.accrued_cost)) AS accrued, ${newest('accrual_basis')}
         FROM ledger WHERE ${where} AND ${isAccrual}
         GROUP BY ledger.identity HAVING sum(ledger.requests) > 0 ${having}
         ORDER BY ledger.identity LIMIT {limit:UInt32}`,
        { ...params, limit: accrualsAtOnce },
      )
      return rows.map(
        (row): OpenAccrual => ({
          ...seriesOf(row),
          identity: bytesFromUuid(row.id),
          key: bytesFromUuid(row.key),
          at: Number(row.at_ms),
          accruedCost: attoFromDecimal(row.accrued),
          basis: row.accrual_basis,
        }),
      )
    },

    async sumSeries(accruals, from, to) {
      const distinct = (read: (accrual: OpenAccrual) => string) => [...new Set(accruals.map(read))]
      const rows = await clickhouse.query<SeriesRow & { requests_sum: string; cost_sum: string }>(
        `SELECT tenant, provider, request_model, model, operation, feature, service, toString(day) AS day_text,
           sum(requests) AS requests_sum, toString(sum(cost)) AS cost_sum
         FROM ledger
         WHERE hour >= toDateTime({from:Date}, 'UTC') - 86400 AND hour < toDateTime({to:Date}, 'UTC') + 2 * 86400
           AND day >= {from:Date} AND day <= {to:Date}
           AND tenant IN {tenants:Array(String)} AND provider IN {providers:Array(String)}
           AND operation IN {operations:Array(String)}
           AND (request_model IN {asked:Array(String)} OR model IN {models:Array(String)})
           AND price_state IN ('priced', 'estimated') AND reported_units != 0
         GROUP BY tenant, provider, request_model, model, operation, feature, service, day
         HAVING requests_sum > 0`,
        {
          from,
          to,
          tenants: distinct(({ tenant }) => tenant),
          providers: distinct(({ provider }) => provider),
          operations: distinct(({ operation }) => operation),
          asked: distinct(({ requestModel }) => requestModel).filter((name) => name !== ''),
          models: distinct(({ model }) => model),
        },
      )
      return rows.map(
        (row): SeriesDay => ({
          ...seriesOf(row),
          requests: BigInt(row.requests_sum),
          cost: attoFromDecimal(row.cost_sum),
        }),
      )
    },
  }
}

function conditionOf(wanted: AccrualsWanted) {
  if ('recordedSince' in wanted)
    return {
      where: `recorded_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`,
      having: 'AND sum(ledger.accrued_cost) = 0',
      params: { since: Math.floor(wanted.recordedSince) },
    }
  const { from, to, after = '\0'.repeat(16) } = wanted
  return {
    where: 'day >= {from:Date} AND day <= {to:Date} AND ledger.identity > {after:UUID}',
    having: '',
    params: { from, to, after: uuidFromBytes(after) },
  }
}

function seriesOf(row: SeriesRow) {
  return {
    day: row.day_text,
    tenant: row.tenant,
    provider: row.provider,
    requestModel: row.request_model,
    model: row.model,
    operation: row.operation,
    feature: row.feature,
    service: row.service,
  }
}
