import { dayMs, minuteMs } from './lengths-of-time.ts'

/** Offsets change at whole quarters of an hour everywhere since 1972. */
const quarterMs = 15 * minuteMs
const maxCached = 10_000

/** Instants (milliseconds since the epoch) as the clocks on the wall of one time zone show them. */
export interface LocalTime {
  readonly timeZone: string
  /** The first instant of the calendar day of `atMs`. */
  startOfDay(atMs: number): number
  /** The instant that shows the same time of day, `days` calendar days earlier; a time that a day skips is the next one it has. */
  daysBefore(atMs: number, days: number): number
  /** `14:20` */
  timeOfDay(atMs: number): string
}

export function createLocalTime(timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const offsets = new Map<number, number>()

  /** What to add to an instant to read the wall clock as if it were UTC. */
  function offsetAt(atMs: number): number {
    if (timeZone === 'UTC') return 0
    const quarter = Math.floor(atMs / quarterMs)
    let offset = offsets.get(quarter)
    if (offset === undefined) {
      const part: Record<string, number> = {}
      for (const { type, value } of format.formatToParts(quarter * quarterMs)) part[type] = Number(value)
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * quarterMs
      if (offsets.size >= maxCached) offsets.clear()
      offsets.set(quarter, offset)
    }
    return offset
  }

  /** The first instant whose wall clock shows this or, where clocks skip it, more. */
  function instantOf(wallMs: number): number {
    const candidates = [offsetAt(wallMs - dayMs), offsetAt(wallMs + dayMs)].map((offset) => wallMs - offset)
    const exact = candidates.filter((at) => at + offsetAt(at) === wallMs)
    if (exact.length > 0) return Math.min(...exact)
    // Skipped: the clocks go forward between the two readings.
    let [before, after] = [Math.min(...candidates) - quarterMs, Math.max(...candidates) + quarterMs]
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (middle + offsetAt(middle) < wallMs) before = middle
      else after = middle
    }
    return after
  }

  const wallOf = (atMs: number) => atMs + offsetAt(atMs)
  return {
    timeZone,
    startOfDay: (atMs) => instantOf(Math.floor(wallOf(atMs) / dayMs) * dayMs),
    daysBefore: (atMs, days) => (days === 0 ? atMs : instantOf(wallOf(atMs) - days * dayMs)),
    timeOfDay: (atMs) => new Date(wallOf(atMs)).toISOString().slice(11, 16),
  }
}
