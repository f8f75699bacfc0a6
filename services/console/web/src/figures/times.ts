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

/** Days have no year here: the same day of another one is far away. */
function isSameDay(at: number, now: number, timeZone: string): boolean {
  return dayOfYear(at, timeZone) === dayOfYear(now, timeZone) && Math.abs(now - at) < 2 * 86_400_000
}

/** `14:05:09` today, `Nov 20, 14:05` on another day. */
export function chargeTime(at: number, now: number, timeZone: string): string {
  return isSameDay(at, now, timeZone)
    ? exactTimeOfDay(at, timeZone)
    : `${dayOfYear(at, timeZone)}, ${timeOfDay(at, timeZone)}`
}

/** What a bucket covers: `Nov 21`, `Nov 21, 14:00 – 15:00`. */
export function bucketTime(from: number, to: number, step: Step, timeZone: string): string {
  const day = dayOfYear(from, timeZone)
  return step === 'day' ? day : `${day}, ${timeOfDay(from, timeZone)} – ${timeOfDay(to, timeZone)}`
}

/** `13:50` today, `Nov 20, 13:50` on another day. */
export function pointInTime(at: number, now: number, timeZone: string): string {
  return isSameDay(at, now, timeZone)
    ? timeOfDay(at, timeZone)
    : `${dayOfYear(at, timeZone)}, ${timeOfDay(at, timeZone)}`
}

/** `Nov 21, 13:00 – 15:00`, with both days where there are two. */
export function windowText(from: number, to: number, timeZone: string): string {
  const [first, last] = [dayOfYear(from, timeZone), dayOfYear(to, timeZone)]
  const end = timeOfDay(to, timeZone)
  return `${first}, ${timeOfDay(from, timeZone)} – ${first === last ? end : `${last}, ${end}`}`
}
