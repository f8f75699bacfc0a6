import { hourMs, type Frame, type Range } from '../judge/judgement.ts'
import type { LocalTime } from '../series/local-time.ts'
import { isEligible } from '../series/sums.ts'
import { anyOf, during, evidence, quotient, type Selection, selected } from './sql-text.ts'

/** The queries whose answers are an alert's figures. Each can be run by hand, and gives the same for ever. */
export interface FrameSql {
  /** One row: `observed`, `requests`, `cost_usd`. */
  readonly observed: string
  /** One row: `expected`. */
  readonly expected: string
  /** One row: `impact_usd`, `impact_usd_per_hour`; missing where nobody knows what it costs. */
  readonly impact?: string
  /** Rows `dimension`, `value`, `usd`, `part`, `base`: see contributors-sql.ts. */
  readonly contributors: string
}

/** What is compared, and since when it is so. */
export interface Measured {
  readonly selection: Selection
  readonly frame: Frame
  /** Since when it is so. */
  readonly sinceMs: number
  readonly untilMs: number
  readonly time: LocalTime
}

/** How a kind puts a stretch of evidence against its baseline, as SQL over rows of either. */
export interface Terms {
  /** True for rows of evidence since the alert began; of the last hour of it; and of the baseline of either. */
  readonly since: string
  readonly recent: string
  readonly sinceBase: string
  readonly recentBase: string
  /** USD above what was expected, times `by` over `per` (whole numbers). */
  excess(now: string, base: string, by: number, per: number): string
  /** The evidence itself and the baseline, as weights of a slice. */
  weight(rows: string): string
}

/** The rate is that of the last hour, or of what there is of it, but of no less than five minutes. */
export function recentOf({ sinceMs, untilMs }: Pick<Measured, 'sinceMs' | 'untilMs'>): Range {
  const length = Math.min(hourMs, Math.max(hourMs / 12, untilMs - sinceMs))
  return { from: untilMs - length, to: untilMs }
}

export function termsOf(measured: Measured): Terms {
  const { frame, selection, sinceMs, untilMs, time } = measured
  const since = { from: Math.min(sinceMs, untilMs), to: untilMs }
  const recent = recentOf(measured)
  const now = { since: evidence(selection, since), recent: evidence(selection, recent) }
  switch (frame.kind) {
    case 'spend_spike': {
      const before = (range: Range) => anyOf(frame.daysBefore.map((day) => during(daysBefore(time, range, day))))
      const days = Math.max(1, frame.daysBefore.length)
      return {
        ...now,
        sinceBase: before(since),
        recentBase: before(recent),
        excess: (nowRows, baseRows, by, per) =>
          quotient(`(sumIf(cost, ${nowRows}) * ${days} - sumIf(cost, ${baseRows})) * ${by}`, `${days * per}`),
        weight: (rows) => `toFloat64(sumIf(cost, ${rows}))`,
      }
    }
    case 'cost_per_request': {
      const base = during(frame.base)
      return {
        ...now,
        sinceBase: base,
        recentBase: base,
        excess: (nowRows, baseRows, by, per) =>
          quotient(
            `(toDecimal256(sumIf(cost, ${nowRows}), 18) * toInt256(sumIf(requests, ${baseRows})) - toDecimal256(sumIf(cost, ${baseRows}), 18) * toInt256(sumIf(requests, ${nowRows}))) * ${by}`,
            `(sumIf(requests, ${baseRows}) * ${per})`,
          ),
        weight: (rows) => `toFloat64(sumIf(cost, ${rows}))`,
      }
    }
    case 'cache_regression': {
      const is = isEligible(frame.minInputTokens)
      const base = `(${during(frame.base)} AND ${is})`
      return {
        since: `(${now.since} AND ${is})`,
        recent: `(${now.recent} AND ${is})`,
        sinceBase: base,
        recentBase: base,
        excess(nowRows, baseRows, by, per) {
          const [read, input] = [`sumIf(cache_read_tokens, ${nowRows})`, `sumIf(input_tokens, ${nowRows})`]
          const [usualRead, usualInput] = [`sumIf(cache_read_tokens, ${baseRows})`, `sumIf(input_tokens, ${baseRows})`]
          const saved = `toDecimal256(sumIf(cost_without_cache - cost, ${baseRows}), 18)`
          const missing = `(toInt256(${usualRead}) * ${input} - toInt256(${read}) * ${usualInput})`
          return quotient(`${missing} * ${saved} * ${by}`, `(toInt256(${usualInput}) * ${usualRead} * ${per})`)
        },
        weight: (rows) => `toFloat64(sumIf(input_tokens, ${rows}))`,
      }
    }
    case 'unpriced':
      return {
        since: now.since,
        recent: now.recent,
        sinceBase: '(0)',
        recentBase: '(0)',
        excess: (nowRows) => `toDecimal256(sumIf(unpriced_requests, ${nowRows}), 18)`,
        weight: (rows) => `toFloat64(sumIf(requests, ${rows}))`,
      }
  }
}

export function observedSql({ frame, selection }: Measured): string {
  const from = `FROM ledger\nWHERE ${selected(selection)}\n  AND ${evidence(selection, frame.window)}`
  return `SELECT ${observedTerm(frame)} AS observed, sum(ledger.requests) AS requests, sum(cost) AS cost_usd\n${from}`
}

function observedTerm(frame: Frame): string {
  switch (frame.kind) {
    case 'spend_spike':
      return 'sum(cost)'
    case 'cost_per_request':
      // Prefixed, because an alias of the query has the column's name.
      return quotient('sum(cost)', 'sum(ledger.requests)')
    case 'cache_regression': {
      const is = isEligible(frame.minInputTokens)
      return quotient(`sumIf(cache_read_tokens, ${is})`, `sumIf(input_tokens, ${is})`)
    }
    case 'unpriced':
      return 'sum(unpriced_requests)'
  }
}

export function expectedSql({ frame, selection, time }: Measured): string {
  const from = (rows: string) => `FROM ledger\nWHERE ${selected(selection)}\n  AND ${rows}`
  switch (frame.kind) {
    case 'spend_spike': {
      const rows = anyOf(frame.daysBefore.map((day) => during(daysBefore(time, frame.window, day))))
      const days = Math.max(1, frame.daysBefore.length)
      return `SELECT ${quotient('sum(cost)', `${days}`)} AS expected\n${from(rows)}`
    }
    case 'cost_per_request':
      return `SELECT ${quotient('sum(cost)', 'sum(requests)')} AS expected\n${from(during(frame.base))}`
    case 'cache_regression': {
      const is = isEligible(frame.minInputTokens)
      const ratio = quotient('sum(cache_read_tokens)', 'sum(input_tokens)')
      return `SELECT ${ratio} AS expected\n${from(`${during(frame.base)} AND ${is}`)}`
    }
    case 'unpriced':
      return "SELECT '0' AS expected"
  }
}

export function impactSql(measured: Measured): string | undefined {
  if (measured.frame.kind === 'unpriced') return undefined
  const { since, recent, sinceBase, recentBase, excess } = termsOf(measured)
  const { from, to } = recentOf(measured)
  return `SELECT ${excess(since, sinceBase, 1, 1)} AS impact_usd,
  ${excess(recent, recentBase, hourMs, to - from)} AS impact_usd_per_hour
FROM ledger
WHERE ${selected(measured.selection)}
  AND ${anyOf([since, recent, sinceBase, recentBase])}`
}

function daysBefore(time: LocalTime, { from, to }: Range, days: number): Range {
  return { from: time.daysBefore(from, days), to: time.daysBefore(to, days) }
}
