import { type AlertDims, seriesDimensions } from '@spanledger/schemas/events/alert'
import type { Range } from '../judge/judgement.ts'
import type { Match } from '../series/series.ts'

/** Which entries a figure is made of. */
export interface Selection {
  readonly tenant: string
  readonly dims: AlertDims
  readonly match: Match
  /** Entries recorded up to here, milliseconds since the epoch. */
  readonly knownUntilMs: number
  /** Evidence without what was recorded more than 24 hours late. */
  readonly inTimeOnly: boolean
}

/** A text in single quotes, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** Milliseconds since the epoch as ClickHouse reads a DateTime64(3, 'UTC'). */
export function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')
}

export function instant(atMs: number): string {
  return `toDateTime64('${stamp(atMs)}', 3, 'UTC')`
}

/** `at` decides; `hour`, the start of the ledger's order, finds the rows. */
export function during({ from, to }: Range): string {
  return `(hour >= toStartOfHour(${instant(from)}) AND hour < ${instant(to)} AND at >= ${instant(from)} AND at < ${instant(to)})`
}

export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '(0)' : `(${conditions.join('\n    OR ')})`
}

/**
 * Recorded within 24 hours of its time. A correction counts with the charge it corrects, whenever it is made: it carries
 * on when that was received.
 */
export const recordedInTime = "(if(kind = 'adjustment', received_at, recorded_at) <= at + toIntervalHour(24))"

export function selected({ tenant, dims, match, knownUntilMs }: Selection): string {
  const ofSeries = seriesDimensions.flatMap((name) =>
    dims[name] === undefined ? [] : [`${name} = ${quoted(dims[name])}`],
  )
  const ofRule = Object.entries(match).flatMap(([name, wanted]) =>
    wanted === undefined || name === 'tenant'
      ? []
      : [`${name} IN (${(typeof wanted === 'string' ? [wanted] : wanted).map(quoted).join(', ')})`],
  )
  return [`tenant = ${quoted(tenant)}`, ...ofSeries, ...ofRule, `recorded_at <= ${instant(knownUntilMs)}`].join(' AND ')
}

/** Evidence in a range. */
export function evidence(selection: Selection, range: Range): string {
  return selection.inTimeOnly ? `(${during(range)} AND ${recordedInTime})` : during(range)
}

/**
 * The quotient rounded half-even at 18 decimals; nothing over nothing is 0. A divisor of whole numbers below 10^11 can
 * have no tie that the 30 digits before the rounding would hide.
 */
export function quotient(numerator: string, denominator: string): string {
  return `roundBankers(divideDecimal(toDecimal256(${numerator}, 18), toDecimal256(if(${denominator} = 0, 1, ${denominator}), 0), 30), 18)`
}
