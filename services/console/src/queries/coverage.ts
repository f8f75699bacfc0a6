import {
  type Coverage,
  type Covered,
  type CoveredDimension,
  coveredDimensions,
  type ServiceCoverage,
} from '@spanledger/schemas/api/coverage'
import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import { untagged } from '@spanledger/schemas/events/dimensions'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerReader } from '../ports.ts'
import { describeWindow, type Window } from '../time/window.ts'
import { narrowedSql } from './narrowed.ts'

const namedServices = 10

/** What says a dimension: a missing team or feature has a name of its own. */
const says: Readonly<Record<CoveredDimension, string>> = {
  team: 'team != {untagged:String}',
  feature: 'feature != {untagged:String}',
  customer: 'customer != {none:String}',
  user: 'user != {none:String}',
}
const measures = ['requests', 'cost', 'unpriced_requests'] as const
type Measure = (typeof measures)[number]
type Group = 'total' | CoveredDimension
const groups: readonly Group[] = ['total', ...coveredDimensions]

type Row = { readonly named: number; readonly name: string } & {
  readonly [column in `${Group}_${Measure}`]: string
}
type Sums = Record<Group, Record<Measure, bigint>>

/**
 * How much says whose it is, by service, the worst first. From the entries themselves: no roll-up has the service, and one
 * with services and users in it would be as large as the ledger.
 */
export async function readCoverage(reader: LedgerReader, window: Window, only: Narrowing = {}): Promise<Coverage> {
  const narrowed = narrowedSql(only)
  const rows = await reader.query<Row>(coverageSql(narrowed.conditions), {
    ...narrowed.params,
    from: window.fromMs / 1000,
    to: window.toMs / 1000,
    untagged,
    none: '',
  })
  const all = noSums()
  const services = rows.map((row): ServiceCoverage => {
    const sums = noSums()
    for (const group of groups) {
      for (const measure of measures) {
        const text = row[`${group}_${measure}`]
        const value = measure === 'cost' ? attoFromDecimal(text) : BigInt(text)
        sums[group][measure] = value
        all[group][measure] += value
      }
    }
    return { service: Number(row.named) === 1 ? row.name : null, ...coveredFrom(sums) }
  })
  return { window: describeWindow(window), services, all: coveredFrom(all) }
}

function coverageSql(conditions: readonly string[]): string {
  const columns = groups.flatMap((group) =>
    measures.map((measure) =>
      group === 'total'
        ? `sum(${measure}) AS total_${measure}`
        : `sumIf(${measure}, ${says[group]}) AS ${group}_${measure}`,
    ),
  )
  const names = groups.flatMap((group) => measures.map((measure) => `${group}_${measure}` as const))
  const where = [
    "hour >= toStartOfHour(toDateTime({from:UInt32}, 'UTC')) AND hour < toDateTime({to:UInt32}, 'UTC')",
    "minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')",
    ...conditions,
  ].join(' AND ')
  return `SELECT place <= ${namedServices} AS named, if(named, service, '') AS name,
       ${names.map((name) => `toString(sum(${name})) AS ${name}`).join(', ')}
     FROM (
       SELECT *, row_number() OVER (ORDER BY
         unowned_cost DESC, unowned_requests DESC, total_cost DESC, total_requests DESC, service) AS place
       FROM (
         SELECT service, ${columns.join(', ')},
           sumIf(cost, NOT (${says.team} AND ${says.feature})) AS unowned_cost,
           sumIf(requests, NOT (${says.team} AND ${says.feature})) AS unowned_requests
         FROM ledger WHERE ${where} GROUP BY service HAVING total_requests != 0 OR total_cost != 0
       )
     )
     GROUP BY named, name ORDER BY named DESC, min(place)`
}

function noSums(): Sums {
  const entries = groups.map((group) => [group, { requests: 0n, cost: 0n, unpriced_requests: 0n }] as const)
  return Object.fromEntries(entries) as Sums
}

function coveredFrom(sums: Sums): Covered {
  const part = ({ requests, cost, unpriced_requests: unpriced }: Sums[Group]) => ({
    requests: requests.toString(),
    cost: decimalFromAtto(cost),
    unpriced_requests: unpriced.toString(),
  })
  const { team, feature, customer, user } = sums
  return {
    total: part(sums.total),
    with: { team: part(team), feature: part(feature), customer: part(customer), user: part(user) },
  }
}
