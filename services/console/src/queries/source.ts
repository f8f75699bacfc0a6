import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import type { Window } from '../time/window.ts'
import { narrowedSql } from './narrowed.ts'

/** Where a window is read: from the projections behind `spend` in hours and days, from raw entries in minutes. */
export interface Source {
  readonly from: string
  readonly where: string
  /** An expression that is the same for all entries of a bucket, and in the rows a string. */
  readonly bucket: string
  /** The bucket's place in the window by the value of that expression. */
  readonly placeOf: ReadonlyMap<string, number>
  readonly params: Readonly<Record<string, unknown>>
}

export function sourceOf(window: Window, narrowing: Narrowing = {}): Source {
  const source = sourceOfAll(window)
  const narrowed = narrowedSql(narrowing)
  return {
    ...source,
    where: [source.where, ...narrowed.conditions].join(' AND '),
    params: { ...source.params, ...narrowed.params },
  }
}

function sourceOfAll(window: Window): Source {
  const seconds = { from: window.fromMs / 1000, to: window.toMs / 1000 }
  const bySecond = new Map(window.buckets.map((startMs, place) => [String(startMs / 1000), place]))
  const inHours = "hour >= toStartOfHour(toDateTime({from:UInt32}, 'UTC')) AND hour < toDateTime({to:UInt32}, 'UTC')"
  const inMinutes = "minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')"
  switch (window.step) {
    case 'day':
      return {
        from: 'spend',
        where: 'day >= {first:Date} AND day <= {last:Date}',
        bucket: 'toString(day)',
        placeOf: new Map(window.days.map((day, place) => [day, place])),
        params: { first: window.days[0], last: window.days.at(-1) },
      }
    case 'hour':
      return {
        from: 'spend',
        where: inHours,
        bucket: 'toString(toUnixTimestamp(hour))',
        placeOf: bySecond,
        params: seconds,
      }
    case 'five_minutes':
    case 'minute':
      return {
        from: 'ledger',
        where: `${inHours} AND ${inMinutes}`,
        bucket: `toString(toUnixTimestamp(toStartOfInterval(minute, INTERVAL ${window.step === 'minute' ? 1 : 5} MINUTE)))`,
        placeOf: bySecond,
        params: seconds,
      }
  }
}
