import type { Frame, Range } from '../judge/judgement.ts'
import { hourMs } from '../series/lengths-of-time.ts'
import type { LocalTime } from '../series/local-time.ts'
import { isEligible } from '../series/sums.ts'
import { anyOf, during, evidence, quotient, type Selection, selected } from './sql-text.ts'

/**
 * The queries whose answers are an alert's figures: `observed` (with `requests` and `cost_usd`), `expected`, `impact`
 * (`impact_usd`, `impact_usd_per_hour`), one row each. Each can be run by hand, and gives the same for ever.
 */

/** What is compared, and since when it is so. */
export interface Measured {
  readonly selection: Selection
  readonly frame: Frame
  /** Since when it is so. */
  readonly sinceMs: number
  readonly untilMs: number
  readonly time: LocalTime
}

/** Conditions with a name, and what is said with them. */
export interface Terms {
  /**
   * `WITH` clauses of conditions on rows: `is_now`, evidence since the alert began; `is_recent`, of the last hour of it;
   * `is_base` and `is_recent_base`, what each is held against.
   */
  readonly conditions: string
  /** USD above what was expected (requests for `unpriced`), times `by` over `per` (whole numbers). */
  excess(now: 'is_now' | 'is_recent', by: number, per: number): string
  /** Of the rows of a condition, as a weight of a slice. */
  weight(rows: 'is_now' | 'is_base'): string
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
  const baseOf = { is_now: 'is_base', is_recent: 'is_recent_base' } as const

  function named(base: (range: Range) => string, also = '1'): string {
    return `WITH
  (${evidence(selection, since)} AND ${also}) AS is_now,
  (${evidence(selection, recent)} AND ${also}) AS is_recent,
  (${base(since)} AND ${also}) AS is_base,
  (${base(recent)} AND ${also}) AS is_recent_base`
  }

  switch (frame.kind) {
    case 'spend_spike': {
      const days = Math.max(1, frame.daysBefore.length)
      return {
        conditions: named((range) => anyOf(frame.daysBefore.map((day) => during(daysBefore(time, range, day))))),
        excess: (now, by, per) =>
          quotient(`(sumIf(cost, ${now}) * ${days} - sumIf(cost, ${baseOf[now]})) * ${by}`, `${days * per}`),
        weight: (rows) => `toFloat64(sumIf(cost, ${rows}))`,
      }
    }
    case 'cost_per_request':
      return {
        conditions: named(() => during(frame.base)),
        excess(now, by, per) {
          const [cost, usualCost] = [now, baseOf[now]].map((rows) => `toDecimal256(sumIf(cost, ${rows}), 18)`)
          const [requests, usualRequests] = [now, baseOf[now]].map((rows) => `sumIf(requests, ${rows})`)
          const above = `${cost} * toInt256(${usualRequests}) - ${usualCost} * toInt256(${requests})`
          return quotient(`(${above}) * ${by}`, `(${usualRequests} * ${per})`)
        },
        weight: (rows) => `toFloat64(sumIf(cost, ${rows}))`,
      }
    case 'cache_regression':
      return {
        conditions: named(() => during(frame.base), isEligible(frame.minInputTokens)),
        excess(now, by, per) {
          const [read, usualRead] = [now, baseOf[now]].map((rows) => `toInt256(sumIf(cache_read_tokens, ${rows}))`)
          const [input, usualInput] = [now, baseOf[now]].map((rows) => `toInt256(sumIf(input_tokens, ${rows}))`)
          const saved = `toDecimal256(sumIf(cost_without_cache - cost, ${baseOf[now]}), 18)`
          return quotient(
            `(${usualRead} * ${input} - ${read} * ${usualInput}) * ${saved} * ${by}`,
            `(${usualInput} * ${usualRead} * ${per})`,
          )
        },
        weight: (rows) => `toFloat64(sumIf(input_tokens, ${rows}))`,
      }
    case 'unpriced':
      return {
        conditions: named(() => '0'),
        excess: (now) => `toDecimal256(sumIf(unpriced_requests, ${now}), 18)`,
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
  const { conditions, excess } = termsOf(measured)
  const { from, to } = recentOf(measured)
  return `${conditions}
SELECT
  ${excess('is_now', 1, 1)} AS impact_usd,
  ${excess('is_recent', hourMs, to - from)} AS impact_usd_per_hour
FROM ledger
WHERE ${selected(measured.selection)}
  AND (is_now OR is_recent OR is_base OR is_recent_base)`
}

function daysBefore(time: LocalTime, { from, to }: Range, days: number): Range {
  return { from: time.daysBefore(from, days), to: time.daysBefore(to, days) }
}
