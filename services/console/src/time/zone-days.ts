const minuteMs = 60_000
const widestOffsetMs = 15 * 60 * minuteMs
const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of an instant, `YYYY-MM-DD`, in a zone of the IANA database. */
export function dayAt(atMs: number, timeZone: string): string {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  return format.format(atMs)
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The first instant of a day: searched for, because some days do not begin at midnight. */
export function startOfDay(day: string, timeZone: string): number {
  const utcMidnight = Date.parse(`${day}T00:00:00Z`)
  let before = utcMidnight - widestOffsetMs
  let within = utcMidnight + widestOffsetMs
  while (within - before > minuteMs) {
    const middle = before + Math.round((within - before) / minuteMs / 2) * minuteMs
    if (dayAt(middle, timeZone) < day) before = middle
    else within = middle
  }
  return within
}
