const hourMs = 3_600_000
const firstMondayMs = Date.UTC(1970, 0, 5)

/**
 * When requests arrive, as a function of their number: request k is the one at which the expected count since the first
 * Monday of 1970 reaches k. Any stretch of time can therefore be asked for alone, and two halves make the whole.
 */
export interface Arrivals {
  /** How many requests are expected until `atMs`. */
  expectedUntil(atMs: number): number
  /** When the expected count reaches `count`, milliseconds since the epoch. */
  timeOf(count: number): number
}

/** `hourly` repeats for ever from a Monday 00:00 UTC, mean 1; `perWeek` is its level. */
export function createArrivals(hourly: readonly number[], perWeek: number): Arrivals {
  const perHour = perWeek / 168
  const before: number[] = [0]
  for (const rate of hourly) before.push((before.at(-1) as number) + rate * perHour)
  const perCycle = before.at(-1) as number

  return {
    expectedUntil(atMs) {
      const hours = (atMs - firstMondayMs) / hourMs
      const cycle = Math.floor(hours / hourly.length)
      const inCycle = hours - cycle * hourly.length
      const hour = Math.min(Math.floor(inCycle), hourly.length - 1)
      return cycle * perCycle + (before[hour] as number) + (inCycle - hour) * (hourly[hour] as number) * perHour
    },
    timeOf(count) {
      const cycle = Math.floor(count / perCycle)
      const left = count - cycle * perCycle
      let low = 0
      let high = hourly.length
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if ((before[middle] as number) <= left) low = middle
        else high = middle
      }
      const share = (left - (before[low] as number)) / ((hourly[low] as number) * perHour)
      return Math.floor(firstMondayMs + (cycle * hourly.length + low + share) * hourMs)
    },
  }
}
