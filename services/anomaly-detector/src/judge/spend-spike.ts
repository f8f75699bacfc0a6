import { dayMs, hourMs } from '../series/lengths-of-time.ts'
import { field } from '../series/sums.ts'
import {
  beyondChance,
  type Judgement,
  type Level,
  longestIncidentMs,
  type Range,
  type RuleOf,
  type Scene,
} from './judgement.ts'

/** A series may have begun so much later than its first day and that day still counts. */
const lateStartMs = 2 * hourMs
/** The rate is read from the shortest recent window in which so many requests are usual. */
const requestsForRate = 10

/**
 * The day so far, in the reporting time zone, against the mean of the days before at the same time of day. An open one
 * goes on while the rate of the last minutes is above `ratio` times that of the same minutes of the days before.
 */
export function judgeSpendSpike(rule: RuleOf<'spend_spike'>, scene: Scene): Judgement {
  const { line, time, untilMs } = scene
  const openSince =
    scene.openSinceMs === undefined ? undefined : Math.max(scene.openSinceMs, untilMs - longestIncidentMs)
  const window = windowOf(scene, openSince)
  // Days of the incident itself are no baseline.
  const skipped = openSince === undefined ? 0 : Math.floor((untilMs - window.from) / dayMs)
  const days = Array.from({ length: rule.baseline_days }, (_, index) => skipped + index + 1).filter(
    (day) => line.beganAt <= time.startOfDay(time.daysBefore(untilMs, day)) + lateStartMs,
  )
  const withSpend = days.filter((day) => {
    const start = time.startOfDay(time.daysBefore(untilMs, day))
    return (line.between(start, start + dayMs, 'all')[field.cost] as number) > 0
  })
  const isJudged = withSpend.length >= rule.min_baseline_days

  const now = line.between(window.from, window.to, scene.which)
  const before = mean(days, (day) => between(scene, window, day))
  const observed = now[field.cost] as number
  const requests = now[field.requests] as number
  const noise = beyondChance * Math.sqrt(before.squares * (1 + 1 / Math.max(1, days.length)))

  function levelWithout(explained: number): Level {
    const excess = observed - explained - before.cost
    const isRaised = isJudged && observed - explained >= rule.ratio * before.cost && excess > noise && excess > 0
    if (!isRaised) return 'within'
    return excess >= rule.min_excess_usd && requests >= rule.min_requests ? 'above' : 'raised'
  }

  const rate = rateOf(rule, scene, days)
  const excess = observed - before.cost
  return {
    dims: scene.dims,
    level: levelWithout(0),
    levelWithout,
    goesOn: rate.goesOn,
    excess,
    expected: before.cost,
    excessPerHour: rate.excessPerHour,
    ratio: before.cost > 0 ? observed / before.cost : Number.POSITIVE_INFINITY,
    frame: { kind: 'spend_spike', window, daysBefore: days },
  }
}

/** From midnight, or from where a spike of this day was over: what was told is not told again. */
function windowOf({ time, untilMs, toldUntilMs }: Scene, openSince: number | undefined): Range {
  const midnight = time.startOfDay(openSince ?? untilMs)
  return { from: Math.max(midnight, Math.min(toldUntilMs, openSince ?? untilMs)), to: untilMs }
}

function between({ line, time }: Scene, range: Range, day: number) {
  const sums = line.between(time.daysBefore(range.from, day), time.daysBefore(range.to, day), 'all')
  return {
    cost: sums[field.cost] as number,
    requests: sums[field.requests] as number,
    squares: sums[field.costSquares] as number,
  }
}

function rateOf(rule: RuleOf<'spend_spike'>, scene: Scene, days: readonly number[]) {
  if (days.length === 0) return { goesOn: undefined, excessPerHour: 0 }
  const windows = scene.recent(rule.resolve_minutes)
  const usual = windows.map((window) => mean(days, (day) => between(scene, window, day)))
  let place = usual.findIndex(({ requests }) => requests >= requestsForRate)
  if (place < 0) place = windows.length - 1
  const { from, to, sums } = windows[place]!
  const [spent, expected] = [sums[field.cost] as number, usual[place]!.cost]
  return {
    goesOn: spent > rule.ratio * expected && spent > 0,
    excessPerHour: ((spent - expected) * hourMs) / (to - from),
  }
}

function mean(days: readonly number[], of: (day: number) => { cost: number; requests: number; squares: number }) {
  const sums = { cost: 0, requests: 0, squares: 0 }
  for (const day of days) {
    const one = of(day)
    sums.cost += one.cost / days.length
    sums.requests += one.requests / days.length
    sums.squares += one.squares / days.length
  }
  return sums
}
