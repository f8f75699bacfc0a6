import type { RejectCode } from '../codes.ts'

/** Older than this no provider sold tokens: a clock that was never set. */
export const oldestEventMs = Date.UTC(2020, 0, 1)
export const maxAheadMs = 24 * 3_600_000
/** More than this ahead of the door is flagged (`TIME_AHEAD`), not refused. */
export const aheadToleranceMs = 5 * 60_000

/** Whether an event of that time may be charged at all; undefined: it may. */
export function judgeEventTime(atMs: number, nowMs: number): RejectCode | undefined {
  if (atMs > nowMs + maxAheadMs) return 'TIME_FUTURE'
  return atMs < oldestEventMs ? 'TIME_TOO_OLD' : undefined
}

const iso = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))$/
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * ISO 8601 with date, time and zone to milliseconds since the epoch; finer digits are cut, never rounded into the next
 * millisecond. undefined for anything else: a time without a zone means different moments to different readers, and
 * 30 February none at all.
 */
export function readIsoTime(text: string): number | undefined {
  const match = text.length <= 40 ? iso.exec(text) : null
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', , sign, zoneHour = '0', zoneMinute = '0'] =
    match
  const y = Number(year)
  const m = Number(month)
  const d = Number(day)
  const leap = m === 2 && y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 1 : 0
  const days = (daysInMonth[m - 1] ?? 0) + leap
  if (d < 1 || d > days || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(zoneHour) > 18 || Number(zoneMinute) > 59) return undefined
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const local = Date.UTC(y, m - 1, d, Number(hour), Number(minute), Number(second), ms)
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000
  const at = sign === '-' ? local + offset : local - offset
  return y < 1000 ? undefined : at
}
