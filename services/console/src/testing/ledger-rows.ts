import { randomUUID } from 'node:crypto'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { dayAt } from '../time/zone-days.ts'

/** Columns of `ledger` as ClickHouse reads them from JSON; money as decimal strings. */
export interface LedgerRow {
  readonly entry_id: string
  readonly identity: string
  readonly kind: 'charge' | 'adjustment' | 'accrual'
  readonly at: string
  readonly [column: string]: unknown
}

/** A priced gpt-4o charge of 0.0034 USD, with what a test changes. */
export function ledgerRow(change: Readonly<Record<string, unknown>> = {}, timeZone = 'UTC'): LedgerRow {
  const at = new Date(String(change.at ?? '2026-01-10T10:20:30.123Z'))
  const stamp = at.toISOString().replace('T', ' ').replace('Z', '')
  return {
    entry_id: randomUUID(),
    identity: randomUUID(),
    kind: 'charge',
    revision: 0,
    minute: `${stamp.slice(0, 16)}:00`,
    hour: `${stamp.slice(0, 13)}:00:00`,
    day: dayAt(at.getTime(), timeZone),
    received_at: stamp,
    recorded_at: stamp,
    priced_at: stamp,
    provider: 'openai',
    model: 'gpt-4o',
    request_model: 'gpt-4o',
    response_model: 'gpt-4o',
    operation: 'chat',
    service_tier: 'standard',
    status: 'ok',
    tenant: 'default',
    team: 'search',
    feature: 'summaries',
    customer: '',
    requests: 1,
    input_tokens: 1000,
    uncached_tokens: 800,
    cache_read_tokens: 200,
    output_tokens: 115,
    cost: '0.0034',
    cost_input: '0.002',
    cost_cache_read: '0.00025',
    cost_output: '0.00115',
    list_cost: '0.0034',
    cost_without_cache: '0.00365',
    price_state: 'priced',
    price_version: 'test',
    matched_by: 'catalogue',
    ...change,
    at: stamp,
  }
}

/** The reversal of a charge: its measures negated, everything else the same. */
export function reversalOf(row: LedgerRow): LedgerRow {
  const measures = Object.entries(row).map(([name, value]) => [name, measure.test(name) ? negated(value) : value])
  return { ...(Object.fromEntries(measures) as LedgerRow), entry_id: randomUUID(), kind: 'adjustment' }
}

/** What stands for the reversed charge from now on. */
export function replacementOf(row: LedgerRow, change: Readonly<Record<string, unknown>>): LedgerRow {
  return { ...row, entry_id: randomUUID(), kind: 'adjustment', revision: Number(row.revision) + 1, ...change }
}

export async function insertRows(clickhouse: ClickHouse, rows: readonly LedgerRow[]): Promise<void> {
  await clickhouse.command(`INSERT INTO ledger FORMAT JSONEachRow ${rows.map((row) => JSON.stringify(row)).join('\n')}`)
}

const measure = /^(requests|unpriced_requests|.*_tokens|(?!reported_)(.*_)?cost(_.*)?)$/

function negated(value: unknown): unknown {
  if (typeof value === 'number') return value === 0 ? 0 : -value
  return String(value).startsWith('-') ? String(value).slice(1) : `-${String(value)}`
}
