import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import type { Summary } from '@spanledger/schemas/api/summary'
import { untagged } from '@spanledger/schemas/events/dimensions'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerReader } from '../ports.ts'
import { describeWindow, type Window } from '../time/window.ts'
import { addRow, measuresFrom, noSums, type SumRow, sumColumns } from './measures.ts'
import { sourceOf } from './source.ts'

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
    untagged: {
      requests: without.requests.toString(),
      cost: decimalFromAtto(without.cost),
      unpriced_requests: without.unpriced_requests.toString(),
    },
  }
}
