import type { Range, Step } from '@spanledger/schemas/api/choices'
import type { TimeWindow } from '@spanledger/schemas/api/time-window'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { addDays, dayAt, startOfDay } from './zone-days.ts'

/** A stretch of time in whole steps. Times are milliseconds since the epoch; `toMs` is exclusive. */
export interface Window {
  readonly step: Step
  readonly timeZone: string
  readonly fromMs: number
  readonly toMs: number
  /** Starts of all steps, ascending. */
  readonly buckets: readonly number[]
  /** The days of step `day`, one per bucket, `YYYY-MM-DD` in `timeZone`; else empty. */
  readonly days: readonly string[]
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const stepMs = { minute: minuteMs, five_minutes: 5 * minuteMs, hour: 60 * minuteMs } as const

const shapes: Readonly<Record<Range, readonly [step: Step, buckets: number]>> = {
  '15m': ['minute', 15],
  '1h': ['minute', 60],
  '6h': ['five_minutes', 72],
  '24h': ['hour', 24],
  '7d': ['hour', 168],
  '21d': ['day', 21],
  '30d': ['day', 30],
}

const longestDays = 400
/** What fits ClickHouse's DateTime with room for every zone. */
const earliestMs = Date.UTC(1970, 0, 3)
const latestMs = Date.UTC(2105, 0, 1)

export interface WindowRequest {
  readonly range?: Range | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** The window that ends with the step in which `nowMs` is, or the one from `from` to `to` widened to whole steps. */
export function resolveWindow(
  request: WindowRequest,
  nowMs: number,
  timeZone: string,
): Result<Window, 'WINDOW_INVALID'> {
  const { range, from, to } = request
  if (from === undefined && to === undefined) {
    const [step, count] = shapes[range ?? '24h']
    if (step === 'day') return ok(daysUntil(dayAt(nowMs, timeZone), count, timeZone))
    const toMs = Math.floor(nowMs / stepMs[step]) * stepMs[step] + stepMs[step]
    return ok(evenSteps(step, toMs - count * stepMs[step], toMs, timeZone))
  }
  if (range !== undefined) return reject('WINDOW_INVALID', 'give either range, or from and to')
  if (from === undefined || to === undefined) return reject('WINDOW_INVALID', 'from and to go together')
  return between(Date.parse(from), Date.parse(to), timeZone)
}

/** The window that was asked for, or undefined where none was: all times. */
export function givenWindow(
  request: WindowRequest,
  nowMs: number,
  timeZone: string,
): Result<Window | undefined, 'WINDOW_INVALID'> {
  const { range, from, to } = request
  const none = range === undefined && from === undefined && to === undefined
  return none ? ok(undefined) : resolveWindow(request, nowMs, timeZone)
}

/** As the API shows it. */
export function describeWindow(window: Window): TimeWindow {
  const { fromMs, toMs, step, timeZone } = window
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), step, time_zone: timeZone }
}

function between(fromMs: number, toMs: number, timeZone: string): Result<Window, 'WINDOW_INVALID'> {
  if (fromMs >= toMs) return reject('WINDOW_INVALID', 'from must be before to')
  if (toMs - fromMs > longestDays * dayMs) return reject('WINDOW_INVALID', `at most ${longestDays} days can be read`)
  if (fromMs < earliestMs || toMs > latestMs) return reject('WINDOW_INVALID', 'times must lie between 1970 and 2105')
  const step = stepFor(toMs - fromMs)
  if (step === 'day') {
    const last = dayAt(toMs - 1, timeZone)
    let count = 1
    for (let day = dayAt(fromMs, timeZone); day < last; day = addDays(day, 1)) count++
    return ok(daysUntil(last, count, timeZone))
  }
  const ms = stepMs[step]
  return ok(evenSteps(step, Math.floor(fromMs / ms) * ms, Math.ceil(toMs / ms) * ms, timeZone))
}

function stepFor(lengthMs: number): Step {
  if (lengthMs <= dayMs / 12) return 'minute'
  if (lengthMs <= dayMs / 2) return 'five_minutes'
  return lengthMs <= 8 * dayMs ? 'hour' : 'day'
}

function evenSteps(step: keyof typeof stepMs, fromMs: number, toMs: number, timeZone: string): Window {
  const count = (toMs - fromMs) / stepMs[step]
  const buckets = Array.from({ length: count }, (_, index) => fromMs + index * stepMs[step])
  return { step, timeZone, fromMs, toMs, buckets, days: [] }
}

function daysUntil(last: string, count: number, timeZone: string): Window {
  const days = Array.from({ length: count }, (_, index) => addDays(last, index - count + 1))
  const buckets = days.map((day) => startOfDay(day, timeZone))
  const toMs = startOfDay(addDays(last, 1), timeZone)
  return { step: 'day', timeZone, fromMs: buckets[0] as number, toMs, buckets, days }
}
