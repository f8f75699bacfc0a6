import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import type { Summary } from '@spanledger/schemas/api/summary'
import { untagged } from '@spanledger/schemas/events/dimensions'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerReader } from '../ports.ts'
import { describeWindow, type Window } from '../time/window.ts'
import { addRow, measuresFrom, noSums, type SumRow, sumColumns } from './measures.ts'
import { type Source, sourceOf } from './source.ts'

/** Totals of a window, with what of it has no team or no feature. */
export async function readSummary(reader: LedgerReader, window: Window, only: Narrowing = {}): Promise<Summary> {
  const source = sourceOf(window, only)
  const rows = await reader.query<SumRow & { is_untagged: number }>(
    `SELECT team = {untagged:String} OR feature = {untagged:String} AS is_untagged, ${sumColumns}
     FROM ${source.from} WHERE ${source.where} GROUP BY is_untagged`,
    { ...source.params, untagged },
  )
  const total = noSums()
  const without = noSums()
  for (const row of rows) {
    addRow(total, row)
    if (Number(row.is_untagged) === 1) addRow(without, row)
  }
  return {
    window: describeWindow(window),
    total: measuresFrom(total),
    saved_by_caching: decimalFromAtto(total.cost_without_cache - total.cost),
    cache_hit_ratio: total.input_tokens > 0n ? Number(total.cache_read_tokens) / Number(total.input_tokens) : null,
    estimated_requests: total.accrued_cost === 0n ? '0' : await countEstimated(reader, source),
    untagged: {
      requests: without.requests.toString(),
      cost: decimalFromAtto(without.cost),
      unpriced_requests: without.unpriced_requests.toString(),
    },
  }
}

/** From the entries themselves, for no roll-up tells a request with an estimate from another one. */
async function countEstimated(reader: LedgerReader, { where, params }: Source): Promise<string> {
  const [row] = await reader.query<{ estimated: string }>(
    `SELECT toString(sum(requests)) AS estimated FROM ledger
     WHERE ${where} AND reported_units = 0 AND price_state = 'unpriced' AND accrual_basis != ''`,
    params,
  )
  return row?.estimated ?? '0'
}
