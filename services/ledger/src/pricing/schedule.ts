import type { Schedule } from '@spanledger/schemas/prices/catalogue'

const minuteMs = 60_000
const dayMs = 86_400_000

/** Whether a schedule holds at an instant (milliseconds since the epoch). Start inclusive, end exclusive, UTC. */
export function compileSchedule(schedule: Schedule): (at: number) => boolean {
  const windows = schedule.windows.map(([start, end]) => [minutes(start) * minuteMs, minutes(end) * minuteMs] as const)
  const days = schedule.weekdays && new Set(schedule.weekdays)
  const shift = offset(schedule.utc_offset)
  return (at) => {
    if (days && !days.has(weekday(at + shift))) return false
    const time = modulo(at, dayMs)
    // an end that is not after the start lies on the next day; equal ends mean the whole day
    return windows.some(([start, end]) => (start < end ? time >= start && time < end : time >= start || time < end))
  }
}

function minutes(clock: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock)
  if (!match) throw new RangeError(`not a time of day HH:MM: ${clock}`)
  return Number(match[1]) * 60 + Number(match[2])
}

function offset(text = '+00:00'): number {
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(text)
  if (!match) throw new RangeError(`not an offset from UTC like +08:00: ${text}`)
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * minuteMs
}

/** 1 = Monday ... 7 = Sunday. The epoch began on a Thursday. */
function weekday(local: number): number {
  return modulo(Math.floor(local / dayMs) + 3, 7) + 1
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
