import type { AlertContributor, AlertDims } from '@spanledger/schemas/events/alert'
import { attoFromDecimal, attoPerUsd, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'
import { type Measured, termsOf } from './frame-sql.ts'
import { anyOf, selected } from './sql-text.ts'

const dimensions = [
  'team',
  'feature',
  'model',
  'provider',
  'customer',
  'user',
  'user_segment',
  'environment',
  'project',
  'workflow',
  'service',
  'release',
  'prompt_version',
  'operation',
] as const

const perDimension = 3
const atMost = 8
const leastShare = 0.1
/** A value says something about the incident when its part in it exceeds its part in what is usual by so much. */
const leastLift = 0.05

export interface ContributorRow {
  /** Empty: the total. */
  readonly dimension: string
  readonly value: string
  readonly usd: string
  /** Weights in the evidence and in the baseline, floats. */
  readonly part: string | number
  readonly base: string | number
}

/** Who makes the difference since it began: each value's own difference to its own baseline. */
export function contributorsSql(measured: Measured): string {
  const { since, sinceBase, excess, weight } = termsOf(measured)
  const fixed = measured.selection.dims
  const parts = dimensions
    .filter((name) => fixed[name as keyof AlertDims] === undefined)
    .map((name) => `('${name}', toString(${name}))`)
  return `SELECT tupleElement(slice, 1) AS dimension, tupleElement(slice, 2) AS value,
  ${excess(since, sinceBase, 1, 1)} AS usd, ${weight(since)} AS part, ${weight(sinceBase)} AS base
FROM ledger
ARRAY JOIN [('', ''), ${parts.join(', ')}] AS slice
WHERE ${selected(measured.selection)}
  AND ${anyOf([since, sinceBase])}
GROUP BY dimension, value
HAVING dimension = '' OR value != ''
ORDER BY usd DESC, dimension, value
LIMIT ${perDimension} BY dimension`
}

/**
 * The largest first, each a share of the total; without values that are as large in the incident as they always are.
 * `inUsd` is false where the difference is in requests.
 */
export function contributorsFrom(rows: readonly ContributorRow[], inUsd: boolean): AlertContributor[] {
  const total = rows.find(({ dimension }) => dimension === '')
  const totalUsd = total === undefined ? 0n : attoFromDecimal(total.usd)
  if (total === undefined || totalUsd <= 0n) return []
  return rows
    .filter(({ dimension }) => dimension !== '')
    .map((row) => ({ row, share: divideHalfEven(attoFromDecimal(row.usd) * attoPerUsd, totalUsd) }))
    .filter(({ row, share }) => {
      const usual =
        Number(total.base) > 0 ? Number(row.base) / Number(total.base) : Number(row.part) / Number(total.part)
      const asFloat = Number(share) / Number(attoPerUsd)
      // Which model has no price is the first thing to know of such requests, also where all of them use the same one.
      const isNamed = !inUsd && row.dimension === 'model'
      return asFloat >= leastShare && (isNamed || asFloat - usual >= leastLift)
    })
    .slice(0, atMost)
    .map(({ row, share }) => ({
      dimension: row.dimension,
      value: row.value,
      share: decimalFromAtto(divideHalfEven(share, 10n ** 14n) * 10n ** 14n),
      usd: inUsd ? decimalFromAtto(attoFromDecimal(row.usd)) : '0',
    }))
}
