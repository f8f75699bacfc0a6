import type { Measures } from '@spanledger/schemas/api/measures'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'

const counts = [
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'unpriced_requests',
  'unpriced_tokens',
] as const
const amounts = ['cost', 'list_cost', 'cost_without_cache', 'accrued_cost'] as const

/** Sums under construction: money in atto-USD. */
export type Sums = Record<keyof Measures, bigint>

/** Columns of a row that `sumColumns` asked for. */
export type SumRow = { readonly [name in keyof Measures as `sum_${name}`]: string }

/** Every measure's sum, as strings. Prefixed, because ClickHouse would take an alias for the column of the same name. */
export const sumColumns = [...counts, ...amounts].map((name) => `toString(sum(${name})) AS sum_${name}`).join(', ')

export function noSums(): Sums {
  return Object.fromEntries([...counts, ...amounts].map((name) => [name, 0n])) as Sums
}

export function addRow(sums: Sums, row: SumRow): void {
  for (const name of counts) sums[name] += BigInt(row[`sum_${name}`])
  for (const name of amounts) sums[name] += attoFromDecimal(row[`sum_${name}`])
}

export function measuresFrom(sums: Sums): Measures {
  const names = [...counts, ...amounts]
  return Object.fromEntries(
    names.map((name) => [name, isAmount(name) ? decimalFromAtto(sums[name]) : sums[name].toString()]),
  ) as Measures
}

function isAmount(name: keyof Measures): boolean {
  return (amounts as readonly string[]).includes(name)
}
