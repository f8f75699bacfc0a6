import type { Charge, Charges } from '@spanledger/schemas/api/charges'
import type { ChargeFilter } from '@spanledger/schemas/api/choices'
import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import { untagged } from '@spanledger/schemas/events/dimensions'
import type { LedgerReader } from '../ports.ts'
import type { Window } from '../time/window.ts'
import { instant } from './instant.ts'
import { narrowedSql } from './narrowed.ts'

/** Entries read for each charge that is wanted, at first: corrections make a charge several entries. */
const entriesPerCharge = 8

const filters: Readonly<Record<ChargeFilter, string>> = {
  all: '1',
  unpriced: 'unpriced_requests != 0',
  untagged: '(team = {untagged:String} OR feature = {untagged:String})',
}

/** What describes a charge, taken from its current revision. */
const described = [
  'kind',
  'provider',
  'model',
  'request_model',
  'operation',
  'status',
  'team',
  'feature',
  'customer',
  'environment',
  'price_state',
  'warnings',
] as const
/** What is summed over its entries, which is exact whatever was corrected. */
const summed = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'cost',
  'accrued_cost',
  'unpriced_requests',
  'unpriced_tokens',
] as const

type ChargeRow = { at_ms: string; current_revision: number; current_entry_id: string; tenant: string } & {
  readonly [name in (typeof described)[number] as `current_${name}`]: name extends 'warnings' ? string[] : string
} & { readonly [name in (typeof summed)[number] as `sum_${name}`]: string }

/** Which charges; without a window, of all times. */
export interface ChargesWanted {
  readonly limit: number
  readonly filter: ChargeFilter
  readonly window?: Window | undefined
  readonly only?: Narrowing | undefined
}

/** The newest charges by time of the request; one that was taken back altogether is not among them. */
export async function readCharges(reader: LedgerReader, wanted: ChargesWanted): Promise<Charges> {
  const { limit } = wanted
  const { where, params } = interestOf(wanted)
  for (let scan = limit * entriesPerCharge; ; scan *= 10) {
    const [floor] = await reader.query<{ at_ms: string }>(floorSql(where), { ...params, skip: scan - 1 })
    const rows = await reader.query<ChargeRow>(chargesSql(where), { ...params, floor: floor?.at_ms ?? '0', limit })
    if (rows.length >= limit || floor === undefined) return { charges: rows.map(chargeFrom) }
  }
}

/**
 * How far back the newest entries reach; no row when there are fewer. The hour is found first, backwards along the
 * table's order, which stops as soon as it knows; with another column in ORDER BY the engine would read everything.
 */
function floorSql(where: string): string {
  const hour = `SELECT hour FROM ledger WHERE ${where} ORDER BY hour DESC LIMIT 1 OFFSET {skip:UInt64}`
  return `SELECT toString(toUnixTimestamp64Milli(at)) AS at_ms FROM ledger
     WHERE ${where} AND hour >= (${hour}) ORDER BY at DESC LIMIT 1 OFFSET {skip:UInt64}`
}

/** Entries of a charge share `at`: whatever begins at the floor is there with all its corrections. */
function chargesSql(where: string): string {
  const current = [...described, 'entry_id'].map((name) => `argMax(${name}, (revision, requests)) AS current_${name}`)
  const sums = summed.map((name) => `toString(sum(${name})) AS sum_${name}`)
  const floor = "fromUnixTimestamp64Milli({floor:Int64}, 'UTC')"
  return `SELECT tenant, toString(max(toUnixTimestamp64Milli(at))) AS at_ms, max(revision) AS current_revision,
       ${[...current, ...sums].join(', ')}
     FROM ledger WHERE ${where} AND hour >= toStartOfHour(${floor}) AND at >= ${floor}
     GROUP BY tenant, identity HAVING sum(requests) > 0
     ORDER BY max(at) DESC, current_entry_id LIMIT {limit:UInt32}`
}

function interestOf({ filter, window, only = {} }: ChargesWanted) {
  const narrowed = narrowedSql(only)
  const from = "fromUnixTimestamp64Milli({from:Int64}, 'UTC')"
  const to = "fromUnixTimestamp64Milli({to:Int64}, 'UTC')"
  const within = window ? [`hour >= toStartOfHour(${from}) AND hour < ${to} AND at >= ${from} AND at < ${to}`] : []
  return {
    where: ["kind != 'capacity'", filters[filter], ...within, ...narrowed.conditions].join(' AND '),
    params: { untagged, ...(window && { from: window.fromMs, to: window.toMs }), ...narrowed.params },
  }
}

function chargeFrom(row: ChargeRow): Charge {
  return {
    entry_id: row.current_entry_id,
    at: instant(row.at_ms),
    kind: row.current_kind,
    revision: Number(row.current_revision),
    tenant: row.tenant,
    provider: row.current_provider,
    model: row.current_model,
    request_model: row.current_request_model,
    operation: row.current_operation,
    status: row.current_status,
    team: row.current_team,
    feature: row.current_feature,
    customer: row.current_customer,
    environment: row.current_environment,
    price_state: row.current_price_state,
    input_tokens: row.sum_input_tokens,
    cache_read_tokens: row.sum_cache_read_tokens,
    cache_write_tokens: row.sum_cache_write_tokens,
    output_tokens: row.sum_output_tokens,
    cost: row.sum_cost,
    accrued_cost: row.sum_accrued_cost,
    unpriced_requests: row.sum_unpriced_requests,
    unpriced_tokens: row.sum_unpriced_tokens,
    warnings: row.current_warnings,
  }
}
