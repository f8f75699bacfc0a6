import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { Explanation, ExplanationRevision } from '@spanledger/schemas/api/explanation'
import type { Explainer } from '../ports.ts'

type Row = Record<string, string> & { sources: string[]; warnings: string[] }

const instant = (column: string) => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS ${column}_text`

/** Explains rows of a test ledger out of their own columns; the real explanation is the ledger's. */
export function createPlainExplainer(clickhouse: ClickHouse): Explainer {
  return async (id) => {
    const rows = await clickhouse.query<Row>(
      `SELECT *, toString(entry_id) AS id_text, ${instant('at')}, ${instant('recorded_at')} FROM ledger
       WHERE identity IN (SELECT identity FROM ledger WHERE toString(entry_id) = {id:String})
       ORDER BY revision, requests`,
      { id },
    )
    const row = rows.at(-1)
    return row === undefined ? null : explanationOf(row, rows)
  }
}

function explanationOf(row: Row, rows: readonly Row[]): Explanation {
  const line = (meter: string, tokens: string, amount: string) => {
    const perMillion = Number(tokens) === 0 ? '0' : String((Number(amount) * 1e6) / Number(tokens))
    const unit_price = String(Number(Number(perMillion).toPrecision(6)))
    const price_row = `${row.provider}/${row.model}/1`
    const list = { currency: 'USD', fx: null, contract_id: '', adjustment: '', list_price: '' }
    const amounts = { amount, native_amount: amount, list_amount: amount }
    return { meter, quantity: tokens, unit_price, per: 1_000_000, ...amounts, price_row, ...list }
  }
  const lines = [
    line('input_uncached', row.uncached_tokens as string, row.cost_input as string),
    line('cache_read', row.cache_read_tokens as string, row.cost_cache_read as string),
    line('output', row.output_tokens as string, row.cost_output as string),
  ].filter(({ quantity }) => quantity !== '0')
  return {
    ...(row as unknown as Explanation),
    entry_id: row.id_text as string,
    at: row.at_text as string,
    attribution: { team: row.team as string, feature: row.feature as string },
    sources: ['otlp'],
    price_version: '5f0c1b7be9d1a2e34f60718293a4b5c6',
    estimate: row.accrual_basis ? JSON.parse(row.accrual_basis) : null,
    lines: row.price_state === 'unpriced' ? [] : lines,
    revisions: rows.map(
      (entry): ExplanationRevision => ({
        entry_id: entry.id_text as string,
        kind: entry.kind as string,
        revision: Number(entry.revision),
        reason: entry.reason as string,
        recorded_at: entry.recorded_at_text as string,
        cost: entry.cost as string,
        accrued_cost: entry.accrued_cost as string,
      }),
    ),
  }
}
