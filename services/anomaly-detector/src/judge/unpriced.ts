import { hourMs, minuteMs } from '../series/lengths-of-time.ts'
import { field } from '../series/sums.ts'
import type { Judgement, Level, RuleOf, Scene } from './judgement.ts'

/** Requests without a price. A price that arrives corrects them, and the alert is over. */
export function judgeUnpriced(rule: RuleOf<'unpriced'>, scene: Scene): Judgement {
  const lengthMs = rule.window_minutes * minuteMs
  const window = { from: scene.untilMs - lengthMs, to: scene.untilMs }
  const count = scene.line.between(window.from, window.to, scene.which)[field.unpriced] as number
  const levelWithout = (explained: number): Level => {
    const left = Math.round(count - explained)
    return left >= rule.min_requests ? 'above' : left > 0 ? 'raised' : 'within'
  }
  return {
    dims: scene.dims,
    level: levelWithout(0),
    levelWithout,
    goesOn: Math.round(count) >= rule.min_requests,
    excess: count,
    expected: 0,
    excessPerHour: (count * hourMs) / lengthMs,
    ratio: 0,
    frame: { kind: 'unpriced', window },
  }
}
