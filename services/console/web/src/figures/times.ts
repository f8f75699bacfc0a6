import type { Step } from '@spanledger/schemas/api/choices'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${Object.keys(parts).join(' ')}`
  let known = formats.get(key)
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-US', { ...parts, timeZone, hourCycle: 'h23' })
    formats.set(key, known)
  }
  return known
}

/** `14:05` */
export function timeOfDay(at: number, timeZone: string): string {
  return format(timeZone, { hour: '2-digit', minute: '2-digit' }).format(at)
}

/** `14:05:09` */
export function exactTimeOfDay(at: number, timeZone: string): string {
  return format(timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)
}

/** `Nov 21` */
export function dayOfYear(at: number, timeZone: string): string {
  return format(timeZone, { month: 'short', day: 'numeric' }).format(at)
}

/** `14:05:09` today, `Nov 20, 14:05` on another day. */
export function chargeTime(at: number, now: number, timeZone: string): string {
  const today = dayOfYear(at, timeZone) === dayOfYear(now, timeZone) && Math.abs(now - at) < 2 * 86_400_000
  return today ? exactTimeOfDay(at, timeZone) : `${dayOfYear(at, timeZone)}, ${timeOfDay(at, timeZone)}`
}

/** What a bucket covers: `Nov 21`, `Nov 21, 14:00 – 15:00`. */
export function bucketTime(from: number, to: number, step: Step, timeZone: string): string {
  const day = dayOfYear(from, timeZone)
  return step === 'day' ? day : `${day}, ${timeOfDay(from, timeZone)} – ${timeOfDay(to, timeZone)}`
}

/** `40 min`, `2 h 10 min`, `3 d 4 h`: to the minute, below a day. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 1) return 'less than a minute'
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [days > 0 ? 0 : rest, 'min'],
  ] as const
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

/** `13:50` today, `Nov 20, 13:50` on another day. */
export function pointInTime(at: number, now: number, timeZone: string): string {
  const today = dayOfYear(at, timeZone) === dayOfYear(now, timeZone) && Math.abs(now - at) < 2 * 86_400_000
  return today ? timeOfDay(at, timeZone) : `${dayOfYear(at, timeZone)}, ${timeOfDay(at, timeZone)}`
}

/** `Nov 21, 13:00 – 15:00`, with both days where there are two. */
export function windowText(from: number, to: number, timeZone: string): string {
  const [first, last] = [dayOfYear(from, timeZone), dayOfYear(to, timeZone)]
  const end = timeOfDay(to, timeZone)
  return `${first}, ${timeOfDay(from, timeZone)} – ${first === last ? end : `${last}, ${end}`}`
}
