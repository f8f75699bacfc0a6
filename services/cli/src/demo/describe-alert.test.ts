import { expect, test } from 'vitest'
import type { SeenAlert } from './alert-feed.ts'
import { describeChange } from './describe-alert.ts'

const alert: SeenAlert = {
  id: 'a1',
  kind: 'spend_spike',
  state: 'open',
  dims: { team: 'platform', feature: 'code-review' },
  unit: 'usd',
  observed: 12.345,
  expected: 4.1,
  impactUsd: '8.249999999999999999',
  usdPerHour: '18.403',
  highestUsdPerHour: '18.403',
  openedMs: Date.UTC(2026, 10, 21, 9, 5),
  resolvedMs: null,
  seenMs: 1,
}

test('an alert that opens says what, where, how much instead of how much, what it costs per hour, and its page', () => {
  expect(describeChange({ what: 'opened', alert }, 'http://c/?alert=a1').split('\n')).toEqual([
    '  ● 09:05 UTC  ALERT: spend spike in team platform, feature code-review: $12.35 where $4.10 was expected, $18.40 an hour',
    '               http://c/?alert=a1',
  ])
})

test('an alert that is over says when, and what it has cost in all', () => {
  const over = { ...alert, state: 'resolved', resolvedMs: Date.UTC(2026, 10, 21, 9, 55) }
  expect(describeChange({ what: 'resolved', alert: over }, '')).toBe(
    '  ✓ 09:55 UTC  over: spend spike in team platform, feature code-review, $8.25 in all',
  )
})

test('ratios are percentages, and an alert without dimensions is about everything', () => {
  const ratio = { ...alert, kind: 'cache_regression', dims: {}, unit: 'ratio', observed: 0.123, expected: 0.7 }
  expect(describeChange({ what: 'opened', alert: ratio }, '')).toContain(
    'prompt cache broke in all traffic: a hit ratio of 12.3 % where a hit ratio of 70.0 % was expected',
  )
})
