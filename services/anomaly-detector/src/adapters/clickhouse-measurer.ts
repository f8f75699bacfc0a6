import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import type { Measurement } from '../alert/make-alert.ts'
import { contributorsFrom, type ContributorRow, contributorsSql } from '../measure/contributors-sql.ts'
import { expectedSql, impactSql, type Measured, observedSql } from '../measure/frame-sql.ts'

export type Measurer = (measured: Measured) => Promise<Measurement>

/** Measures on the entries themselves. */
export function createClickHouseMeasurer({ clickhouse }: { readonly clickhouse: ClickHouse }): Measurer {
  const settings = { max_threads: 2, max_execution_time: 30 }
  const one = async <T>(sql: string) => (await clickhouse.query<T>(sql, {}, { settings }))[0] as T

  return async function measure(measured) {
    const sql = {
      observed: observedSql(measured),
      expected: expectedSql(measured),
      impact: impactSql(measured),
      contributors: contributorsSql(measured),
    }
    const [now, usual, impact, contributors] = await Promise.all([
      one<{ observed: string; requests: string; cost_usd: string }>(sql.observed),
      one<{ expected: string }>(sql.expected),
      sql.impact === undefined
        ? { impact_usd: '0', impact_usd_per_hour: '0' }
        : one<{ impact_usd: string; impact_usd_per_hour: string }>(sql.impact),
      clickhouse.query<ContributorRow>(sql.contributors, {}, { settings }),
    ])
    return {
      observed: plain(now.observed),
      expected: plain(usual.expected),
      requests: now.requests,
      costUsd: plain(now.cost_usd),
      impactUsd: attoFromDecimal(impact.impact_usd),
      impactUsdPerHour: attoFromDecimal(impact.impact_usd_per_hour),
      contributors: contributorsFrom(contributors, measured.frame.kind !== 'unpriced'),
      sql: Object.fromEntries(Object.entries(sql).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    }
  }
}

function plain(decimal: string): string {
  return decimalFromAtto(attoFromDecimal(decimal))
}
