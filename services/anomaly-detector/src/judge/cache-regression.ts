import { dayMs, hourMs } from '../series/lengths-of-time.ts'
import { eligible, type Sums } from '../series/sums.ts'
import {
  beyondChance,
  type Judgement,
  type Level,
  longestIncidentMs,
  type RecentWindow,
  type RuleOf,
  type Scene,
} from './judgement.ts'

/** An open one is over when the drop is back to this share of what opens one: it does not flap around the threshold. */
const recovered = 0.7

/**
 * The token-weighted hit ratio of eligible traffic against its own baseline. The window is the shortest of 1, 2, 4, 8
 * and 16 times `window_minutes` with enough volume in it; one with less is not judged.
 */
export function judgeCacheRegression(rule: RuleOf<'cache_regression'>, scene: Scene): Judgement {
  const { line, untilMs } = scene
  const place = scene.eligiblePlace(rule.min_input_tokens)
  const windows = scene.recent(rule.window_minutes)
  const enough = (share: number) =>
    windows.find(
      ({ sums }) =>
        eligible(sums, place, 'requests') >= rule.min_requests * share &&
        eligible(sums, place, 'input') >= rule.min_eligible_tokens * share,
    )
  const shared = windows.find(({ from }) => from === scene.within?.from)
  const window = shared ?? enough(1)
  const widest = windows.at(-1)!
  const judged = window ?? widest
  const baseEnd = Math.min(judged.from, Math.max(scene.openSinceMs ?? judged.from, untilMs - longestIncidentMs))
  const base = { from: baseEnd - rule.baseline_days * dayMs, to: baseEnd }
  const before = line.between(base.from, base.to, 'all')
  const usual = ratioOf(before, place)
  const savedPerToken = perToken(before, place)
  const threshold = Math.max(rule.min_drop, rule.min_relative_drop * usual)
  const hasBaseline =
    eligible(before, place, 'requests') >= rule.min_requests &&
    eligible(before, place, 'input') >= rule.min_eligible_tokens

  const input = eligible(judged.sums, place, 'input')
  const missing = usual * input - eligible(judged.sums, place, 'read')
  const chance = beyondChance * Math.sqrt(eligible(judged.sums, place, 'requests') * residual(before, place, usual))

  function levelWithout(explained: number): Level {
    const left = savedPerToken > 0 ? missing - explained / savedPerToken : missing
    if (window === undefined || !hasBaseline || input <= 0) return 'within'
    if (window.from < scene.toldUntilMs) return 'within'
    if (left / input < threshold || left <= chance) return 'within'
    return shared === undefined ? 'above' : 'raised'
  }

  // A window that reaches back before the incident would make it look half over as soon as it began.
  const inside = windows.filter(({ from }) => from >= (scene.openSinceMs ?? Number.NEGATIVE_INFINITY))
  const wanted = enough(0.5)
  const followed = wanted === undefined || inside.includes(wanted) ? wanted : inside.at(-1)
  return {
    dims: scene.dims,
    level: levelWithout(0),
    levelWithout,
    goesOn: goesOn(followed, widest, place, usual - recovered * threshold),
    excess: missing * savedPerToken,
    expected: usual * input * savedPerToken,
    excessPerHour: (missing * savedPerToken * hourMs) / (judged.to - judged.from),
    ratio: usual > 0 && input > 0 ? eligible(judged.sums, place, 'read') / input / usual : 1,
    frame: {
      kind: 'cache_regression',
      window: { from: judged.from, to: judged.to },
      base,
      minInputTokens: rule.min_input_tokens,
    },
  }
}

function goesOn(
  followed: RecentWindow | undefined,
  widest: RecentWindow,
  place: number,
  wellAbove: number,
): boolean | undefined {
  if (followed !== undefined) return ratioOf(followed.sums, place) < wellAbove
  // Where nothing is sent any more nothing is lost any more.
  return eligible(widest.sums, place, 'requests') <= 0 ? false : undefined
}

function ratioOf(sums: Sums, place: number): number {
  const input = eligible(sums, place, 'input')
  return input > 0 ? eligible(sums, place, 'read') / input : 0
}

/** USD that a cached token saved. */
function perToken(sums: Sums, place: number): number {
  const read = eligible(sums, place, 'read')
  return read > 0 ? Math.max(0, eligible(sums, place, 'saved') / read) : 0
}

/** Mean square of the cached tokens that a request has more or less than the ratio leads to expect. */
function residual(sums: Sums, place: number, ratio: number): number {
  const requests = eligible(sums, place, 'requests')
  if (requests <= 0) return 0
  const [xx, xc, cc] = [eligible(sums, place, 'xx'), eligible(sums, place, 'xc'), eligible(sums, place, 'cc')]
  return Math.max(0, cc - 2 * ratio * xc + ratio * ratio * xx) / requests
}
