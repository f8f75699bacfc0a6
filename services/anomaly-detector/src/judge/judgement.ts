import type { AlertRule, JudgedKind } from '@spanledger/schemas/config/alerts'
import type { HourLine, Which } from '../series/cube.ts'
import { dayMs } from '../series/lengths-of-time.ts'
import type { LocalTime } from '../series/local-time.ts'
import type { Dims } from '../series/series.ts'
import type { Sums } from '../series/sums.ts'

/** Half open, event time. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * `raised`: it is out of its usual bounds, and not by chance. `above`: also by enough that somebody should know.
 */
export type Level = 'within' | 'raised' | 'above'

/** Which stretches of the ledger a judgement compares: all that is needed to measure it exactly. */
export type Frame =
  | {
      readonly kind: 'spend_spike'
      readonly window: Range
      /** The baseline is the mean of the windows so many calendar days before. */
      readonly daysBefore: readonly number[]
    }
  | { readonly kind: 'cost_per_request'; readonly window: Range; readonly base: Range }
  | {
      readonly kind: 'cache_regression'
      readonly window: Range
      readonly base: Range
      readonly minInputTokens: number
    }
  | { readonly kind: 'unpriced'; readonly window: Range }

/** What screening says of one series by one rule, in floats. `excess` is in USD (requests for `unpriced`). */
export interface Judgement {
  readonly dims: Dims
  readonly level: Level
  /** What the level would be if so much of the excess were somebody else's. */
  levelWithout(explained: number): Level
  /** Of an alert that is open: whether it goes on. Undefined: nothing can be said. */
  readonly goesOn: boolean | undefined
  readonly excess: number
  /** What the baseline leads to expect of the window, in the unit of the excess: the weight of the series. */
  readonly expected: number
  readonly excessPerHour: number
  readonly ratio: number
  readonly frame: Frame
}

export type RuleOf<Kind extends JudgedKind> = Extract<AlertRule, { kind: Kind }>

/** One series at one moment, as a rule sees it. */
export interface Scene {
  readonly dims: Dims
  readonly line: HourLine
  /** The last 1, 2, 4, 8 and 16 times the unit of minutes, in this order. */
  recent(unitMinutes: number): readonly RecentWindow[]
  /** Where every window ends. */
  readonly untilMs: number
  /** Event time of the last alert of this rule on this series, its parts or its whole: what was before is told. */
  readonly toldUntilMs: number
  /** The window of a wider series: whether this one shows the same in it, however little there is of it alone. */
  readonly within?: Range
  /** Since when an alert of it is open. */
  readonly openSinceMs: number | undefined
  readonly time: LocalTime
  /** Evidence is what was recorded in time; where nothing was, everything. */
  readonly which: Which
  /** Place of a size among those that sums of eligible traffic were made for. */
  eligiblePlace(minInputTokens: number): number
}

export interface RecentWindow extends Range {
  readonly sums: Sums
}

/** After so long what goes on is the usual: baselines of an open alert then move on. */
export const longestIncidentMs = 7 * dayMs

/** How far from its mean, in standard errors, something must be before it is not chance. */
export const beyondChance = 5
