import type { AlertContributor, AlertDims } from '@spanledger/schemas/events/alert'
import { dimensions } from '@spanledger/schemas/events/dimensions'
import { attoFromDecimal, attoPerUsd, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'
import { type Measured, termsOf } from './frame-sql.ts'
import { selected } from './sql-text.ts'

/** What the total is cut by. */
const sliced = [...dimensions, 'model', 'provider', 'operation'] as const

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
  const { conditions, excess, weight } = termsOf(measured)
  const fixed = measured.selection.dims
  const parts = sliced
    .filter((name) => fixed[name as keyof AlertDims] === undefined)
    .map((name) => `('${name}', toString(${name}))`)
  return `${conditions}
SELECT
  tupleElement(slice, 1) AS dimension, tupleElement(slice, 2) AS value,
  ${excess('is_now', 1, 1)} AS usd,
  ${weight('is_now')} AS part, ${weight('is_base')} AS base
FROM ledger
ARRAY JOIN [('', ''), ${parts.join(', ')}] AS slice
WHERE ${selected(measured.selection)}
  AND (is_now OR is_base)
GROUP BY dimension, value
HAVING dimension = '' OR value != ''
ORDER BY usd DESC, dimension, value
LIMIT ${perDimension} BY dimension`
}

/**
 * The largest first, each a share of the total. A value that is as large in the incident as it always is says nothing:
 * only where there is no other, it is named. `inUsd` is false where the difference is in requests.
 */
export function contributorsFrom(rows: readonly ContributorRow[], inUsd: boolean): AlertContributor[] {
  const total = rows.find(({ dimension }) => dimension === '')
  const totalUsd = total === undefined ? 0n : attoFromDecimal(total.usd)
  if (total === undefined || totalUsd <= 0n) return []
  const large = rows
    .filter(({ dimension }) => dimension !== '')
    .map((row) => {
      const share = divideHalfEven(attoFromDecimal(row.usd) * attoPerUsd, totalUsd)
      const usual =
        Number(total.base) > 0 ? Number(row.base) / Number(total.base) : Number(row.part) / Number(total.part)
      return { row, share, part: Number(share) / Number(attoPerUsd), usual }
    })
    .filter(({ part }) => part >= leastShare)
  const telling = large.filter(({ part, usual }) => part - usual >= leastLift)
  return (telling.length > 0 ? telling.slice(0, atMost) : large.slice(0, perDimension)).map(({ row, share }) => ({
    dimension: row.dimension,
    value: row.value,
    share: decimalFromAtto(divideHalfEven(share, 10n ** 14n) * 10n ** 14n),
    usd: inUsd ? decimalFromAtto(attoFromDecimal(row.usd)) : '0',
  }))
}
