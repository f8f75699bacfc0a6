import { type Usage, usageFields } from '@spanledger/schemas/events/usage'
import type { Sql } from '../harness/sql.ts'
import type { Standing } from './expected.ts'

/** One request as the ledger has it. */
export interface HeldRequest {
  readonly standing: Standing
  readonly usage: Usage
  readonly warnings: readonly string[]
}

interface Row extends Record<string, unknown> {
  readonly price_state: string
  readonly warnings: readonly string[]
  readonly other_units: Readonly<Record<string, string>>
}

/** Every request of a tenant, all corrections made. */
export async function heldOf(sql: Sql, tenant: string): Promise<HeldRequest[]> {
  const rows = await sql<Row>(`
    SELECT argMax(price_state, (revision, requests)) AS price_state, argMax(warnings, (revision, requests)) AS warnings,
      sum(input_tokens) AS input_tokens, sum(cache_read_tokens) AS cache_read_tokens,
      sum(cache_write_tokens) AS cache_write_tokens, sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
      sum(cache_write_1h_tokens) AS cache_write_1h_tokens, sum(output_tokens) AS output_tokens,
      sum(reasoning_tokens) AS output_reasoning_tokens, sumMap(other_units) AS other_units
    FROM ledger WHERE tenant = '${tenant}' GROUP BY identity HAVING sum(requests) > 0`)
  return rows.map((row) => {
    const counts = { ...row, ...row.other_units } as Record<string, unknown>
    const usage = Object.fromEntries(
      usageFields.flatMap((field) => (Number(counts[field] ?? 0) > 0 ? [[field, Number(counts[field])]] : [])),
    )
    return { standing: standingOf(row, usage), usage, warnings: row.warnings }
  })
}

function standingOf({ price_state, warnings }: Row, usage: Usage): Standing {
  if (price_state === 'free') return 'free'
  return warnings.includes('USAGE_MISSING') && Object.keys(usage).length === 0 ? 'accrual' : 'charge'
}
