import type { SpendDimension } from '@spanledger/schemas/api/choices'
import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import type { Slice, Spend } from '@spanledger/schemas/api/spend'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerReader } from '../ports.ts'
import { describeWindow, type Window } from '../time/window.ts'
import { addRow, measuresFrom, noSums, type SumRow, type Sums, sumColumns } from './measures.ts'
import { type Source, sourceOf } from './source.ts'

const namedSlices = 8

/**
 * Spend per bucket: the dearest values of a dimension by name, and the one with most requests without a price; everything
 * else in one slice.
 */
export async function readSpend(
  reader: LedgerReader,
  window: Window,
  by: SpendDimension,
  only: Narrowing = {},
): Promise<Spend> {
  const source = sourceOf(window, only)
  const keys = by === 'none' ? [] : await readDearest(reader, source, by)
  const rows = await reader.query<SumRow & { bucket: string; named: number; slice: string }>(
    `SELECT ${source.bucket} AS bucket, ${sliceColumns(by)}, ${sumColumns}
     FROM ${source.from} WHERE ${source.where} GROUP BY bucket, named, slice`,
    { ...source.params, ...(by !== 'none' && { keys }) },
  )

  const total = noSums()
  const slices = new Map<string | null, Sums[]>()
  for (const row of rows) {
    const key = Number(row.named) === 1 ? row.slice : null
    let perBucket = slices.get(key)
    if (perBucket === undefined) {
      perBucket = window.buckets.map(noSums)
      slices.set(key, perBucket)
    }
    const place = source.placeOf.get(row.bucket)
    if (place === undefined) throw new RangeError(`bucket ${row.bucket} is not in the window that was asked for`)
    addRow(perBucket[place] as Sums, row)
    addRow(total, row)
  }
  return {
    window: describeWindow(window),
    by,
    buckets: window.buckets.map((startMs) => new Date(startMs).toISOString()),
    slices: [...keys, null].flatMap((key) => {
      const perBucket = slices.get(key)
      return perBucket ? [sliceFrom(key, perBucket)] : []
    }),
    total: measuresFrom(total),
  }
}

/** What has no price costs nothing so far: by spend alone it would vanish among the rest. */
async function readDearest(reader: LedgerReader, source: Source, by: SpendDimension): Promise<string[]> {
  const rows = await reader.query<{ slice: string }>(
    `SELECT slice FROM (
       SELECT slice, spent, counted, row_number() OVER (ORDER BY unpriced DESC, slice) = 1 AND unpriced > 0 AS most_unpriced
       FROM (
         SELECT ${by} AS slice, sum(cost) AS spent, sum(requests) AS counted, sum(unpriced_requests) AS unpriced
         FROM ${source.from} WHERE ${source.where} GROUP BY slice
       )
       ORDER BY most_unpriced DESC, spent DESC, counted DESC, slice LIMIT ${namedSlices}
     ) ORDER BY spent DESC, counted DESC, slice`,
    source.params,
  )
  return rows.map((row) => row.slice)
}

function sliceColumns(by: SpendDimension): string {
  if (by === 'none') return "0 AS named, '' AS slice"
  return `has({keys:Array(String)}, ${by}) AS named, if(named, ${by}, '') AS slice`
}

function sliceFrom(key: string | null, perBucket: readonly Sums[]): Slice {
  const total = noSums()
  for (const sums of perBucket) for (const name of Object.keys(total) as (keyof Sums)[]) total[name] += sums[name]
  return {
    key,
    total: measuresFrom(total),
    points: {
      cost: perBucket.map((sums) => decimalFromAtto(sums.cost)),
      accrued_cost: perBucket.map((sums) => decimalFromAtto(sums.accrued_cost)),
      requests: perBucket.map((sums) => sums.requests.toString()),
      unpriced_requests: perBucket.map((sums) => sums.unpriced_requests.toString()),
      input_tokens: perBucket.map((sums) => sums.input_tokens.toString()),
      cache_read_tokens: perBucket.map((sums) => sums.cache_read_tokens.toString()),
    },
  }
}
