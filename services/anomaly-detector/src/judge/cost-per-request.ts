import { dayMs, hourMs, minuteMs } from '../series/lengths-of-time.ts'
import { field, type Sums } from '../series/sums.ts'
import { beyondChance, type Judgement, type Level, longestIncidentMs, type RuleOf, type Scene } from './judgement.ts'

const weekMs = 7 * dayMs
/** An open one is followed in windows of so many minutes, twice, four times … as many, until enough requests are in it. */
export const followMinutes = 15
const requestsToFollow = 30

/** The mean cost of a request against the same window a week before, by the clock on the wall. */
export function judgeCostPerRequest(rule: RuleOf<'cost_per_request'>, scene: Scene): Judgement {
  const { line, time, untilMs } = scene
  const openSince = scene.openSinceMs === undefined ? untilMs : Math.max(scene.openSinceMs, untilMs - longestIncidentMs)
  const earliest = untilMs - rule.window_minutes * minuteMs
  const window = { from: Math.min(untilMs, Math.max(earliest, scene.toldUntilMs)), to: untilMs }
  // The baseline keeps its length, and never reaches into the incident.
  const weeks = 1 + Math.floor((untilMs - openSince) / weekMs)
  const base = { from: time.daysBefore(earliest, 7 * weeks), to: time.daysBefore(untilMs, 7 * weeks) }

  const now = line.between(window.from, window.to, scene.which)
  const before = line.between(base.from, base.to, 'all')
  const [requests, usualRequests] = [now[field.requests] as number, before[field.requests] as number]
  const isJudged = requests >= rule.min_requests && usualRequests >= rule.min_requests
  const usual = usualRequests > 0 ? (before[field.cost] as number) / usualRequests : 0
  const observed = now[field.cost] as number
  const spread = Math.sqrt(variance(before) * (1 / Math.max(1, requests) + 1 / Math.max(1, usualRequests)))

  function levelWithout(explained: number): Level {
    const excess = observed - explained - usual * requests
    if (!isJudged || usual <= 0 || observed - explained < rule.ratio * usual * requests) return 'within'
    if (excess <= beyondChance * spread * requests) return 'within'
    return excess >= rule.min_excess_usd ? 'above' : 'raised'
  }

  const followed = follow(scene)
  const goesOn = followed && usual > 0 ? followed.cost > rule.ratio * usual * followed.requests : undefined
  return {
    dims: scene.dims,
    level: levelWithout(0),
    levelWithout,
    goesOn: followed === undefined && (now[field.requests] as number) <= 0 ? false : goesOn,
    excess: observed - usual * requests,
    expected: usual * requests,
    excessPerHour: followed ? ((followed.cost - usual * followed.requests) * hourMs) / followed.ms : 0,
    ratio: usual > 0 && requests > 0 ? observed / requests / usual : 0,
    frame: { kind: 'cost_per_request', window, base },
  }
}

/** Of the cost of one request. */
function variance(sums: Sums): number {
  const requests = sums[field.requests] as number
  if (requests <= 0) return 0
  const mean = (sums[field.cost] as number) / requests
  return Math.max(0, (sums[field.costSquares] as number) / requests - mean * mean)
}

function follow(scene: Scene) {
  const window = scene.recent(followMinutes).find(({ sums }) => (sums[field.requests] as number) >= requestsToFollow)
  if (window === undefined) return undefined
  return {
    cost: window.sums[field.cost] as number,
    requests: window.sums[field.requests] as number,
    ms: window.to - window.from,
  }
}
