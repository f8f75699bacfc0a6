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
  const common = text.length === 24 ? readCommonForm(text) : undefined
  if (common !== undefined) return common
  const match = text.length <= 40 ? iso.exec(text) : null
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', , sign, zoneHour = '0', zoneMinute = '0'] =
    match
  if (Number(zoneHour) > 18 || Number(zoneMinute) > 59) return undefined
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const local = utc(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), ms)
  if (local === undefined) return undefined
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000
  return sign === '-' ? local + offset : local - offset
}

/** 2026-11-20T10:00:00.123Z, what nearly everybody sends: digits at fixed places, several times as fast as a pattern. */
function readCommonForm(text: string): number | undefined {
  const separated =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    text.charCodeAt(19) === 46 &&
    text.charCodeAt(23) === 90
  if (!separated) return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const ms = twoDigits(text, 20) * 10 + (twoDigits(text, 21) % 10)
  return utc(
    year,
    twoDigits(text, 5),
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
    ms,
  )
}

/** NaN where there are not two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** undefined when there is no such moment; NaN is none. */
function utc(y: number, m: number, d: number, hour: number, minute: number, s: number, ms: number): number | undefined {
  const leap = m === 2 && y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 1 : 0
  const days = (daysInMonth[m - 1] ?? 0) + leap
  if (!(y >= 1000 && d >= 1 && d <= days && hour <= 23 && minute <= 59 && s <= 59 && ms <= 999)) return undefined
  return Date.UTC(y, m - 1, d, hour, minute, s, ms)
}
