import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf } from './fields.ts'
import { emptySpan, nameKey, overlap, spanOf, unitPriceConflicts } from './price-fields.ts'

/** Rows that say nothing, too much, never hold, or hold at once. */
export function rowConflicts(rows: readonly unknown[]): DescribedIssue[] {
  const all = rows.map(fieldsOf)
  const byPlace = new Map<string, number[]>()
  return all.flatMap((row, index) => {
    const path = ['prices', 'rows', index]
    const problems = [
      ...emptySpan(path, row, 'from', 'to'),
      ...unitPriceConflicts([...path, 'meters'], row['meters'], row['currency']),
      ...priceOf(path, row),
      ...bandOf(path, row),
    ]
    const place = placeOf(row)
    if (place === undefined) return problems
    const others = byPlace.get(place) ?? []
    const span = spanOf(row['from'], row['to'])
    const first = others.find((other) => {
      const theirs = spanOf(all[other]?.['from'], all[other]?.['to'])
      return span !== undefined && theirs !== undefined && overlap(span, theirs)
    })
    byPlace.set(place, [...others, index])
    if (first === undefined) return problems
    const problem = `holds at the same time as rows[${first}], for the same requests: end one with to, or take it out`
    return [...problems, { path, problem }]
  })
}

function priceOf(path: readonly PropertyKey[], row: Readonly<Record<string, unknown>>): DescribedIssue[] {
  const { meters, free } = row
  const has = Object.keys(fieldsOf(meters)).length > 0
  if (free === true && has) return [{ path: [...path, 'free'], problem: 'is true, and the row has meters: keep one' }]
  if (free === true || has) return []
  return [{ path, problem: 'has no price: it takes meters with their prices, or free: true where it costs nothing' }]
}

function bandOf(path: readonly PropertyKey[], { band }: Readonly<Record<string, unknown>>): DescribedIssue[] {
  if (typeof band !== 'object' || band === null) return []
  if ('gt' in band !== 'gte' in band) return []
  return [{ path: [...path, 'band'], problem: 'takes one of gt (more than) and gte (at least) input tokens' }]
}

/** Requests that the row is for; undefined where it does not say. */
function placeOf(row: Readonly<Record<string, unknown>>): string | undefined {
  const name = nameKey(row['provider'], row['model'])
  if (name === undefined) return undefined
  const { region = '*', service_tier: tier = 'standard', schedule, band } = row
  return JSON.stringify([name, region, tier, schedule ?? null, band ?? null])
}
