const dayMs = 86_400_000
/** Offsets and their changes are whole quarters of an hour everywhere since 1972. */
const quarterMs = 900_000
const maxCached = 100_000

/** Days since 1970-01-01 of a time (milliseconds since the epoch), as the calendar of `timeZone` counts them. */
export function createReportingDay(timeZone: string): (ms: number) => number {
  if (timeZone === 'UTC') return (ms) => Math.floor(ms / dayMs)
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  const cached = new Map<number, number>()
  let lastQuarter = Number.NaN
  let lastDay = 0

  function lookUp(quarter: number): number {
    const parts: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(quarter * quarterMs)) parts[type] = value
    return Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)) / dayMs
  }

  return function reportingDay(ms) {
    const quarter = Math.floor(ms / quarterMs)
    if (quarter === lastQuarter) return lastDay
    let day = cached.get(quarter)
    if (day === undefined) {
      day = lookUp(quarter)
      if (cached.size >= maxCached) cached.clear()
      cached.set(quarter, day)
    }
    lastQuarter = quarter
    lastDay = day
    return day
  }
}
