import { expect, test } from 'vitest'
import { historyMs, lapseMs, planDemo, resumedAt } from './demo-plan.ts'

const hourMs = 3_600_000
const nowMs = Date.UTC(2026, 10, 21, 12, 34, 56)

test('a new demo has 21 days of history, and its incidents in the hours after', () => {
  const plan = planDemo({ nowMs, seed: 5, withIncidents: true })
  expect(plan.historyToMs - plan.startMs).toBe(historyMs)
  expect(nowMs - plan.historyToMs - lapseMs).toBeGreaterThanOrEqual(0)
  expect(nowMs - plan.historyToMs - lapseMs).toBeLessThan(60_000)
  expect(plan.incidents).toHaveLength(2)
  for (const { fromMs, toMs } of plan.incidents) {
    expect(fromMs).toBeGreaterThan(plan.historyToMs)
    expect(toMs).toBeLessThan(nowMs)
  }
  expect(planDemo({ nowMs, seed: 5, withIncidents: false })).toEqual({ ...plan, incidents: [] })
})

test('a start within hours goes on where it was, also in the middle of the history', () => {
  const plan = planDemo({ nowMs, seed: 5, withIncidents: true })
  const halfWay = { ...plan, sentToMs: plan.startMs + historyMs / 2, sent: 20_000 }
  expect(resumedAt(halfWay, nowMs + hourMs)).toBe(halfWay)
  const inLapse = { ...plan, sentToMs: plan.historyToMs + hourMs, sent: 47_500 }
  expect(resumedAt(inLapse, nowMs + hourMs)).toBe(inLapse)
})

test('a start days later makes quiet history of the time between, and ends what was going on where it stopped', () => {
  const plan = planDemo({ nowMs, seed: 5, withIncidents: true })
  const [first] = plan.incidents
  if (!first) throw new Error('no incident')
  const stoppedMs = first.fromMs + 60_000
  const later = nowMs + 72 * hourMs
  const resumed = resumedAt({ ...plan, sentToMs: stoppedMs }, later)
  expect(resumed).toMatchObject({ historyToMs: later, sentToMs: stoppedMs, summed: true, leftOut: [] })
  expect(resumed.incidents).toEqual([{ ...first, toMs: stoppedMs }])
})

test('what lies more than 21 days back is left out, and said to be', () => {
  const plan = planDemo({ nowMs, seed: 5, withIncidents: false })
  const later = nowMs + 2 * historyMs
  const resumed = resumedAt({ ...plan, sentToMs: nowMs }, later)
  expect(resumed.leftOut).toEqual([{ fromMs: nowMs, toMs: later - historyMs }])
  expect(resumed.sentToMs).toBe(later - historyMs)
})

test('a history that was cut short days ago goes on to some hours ago, with both incidents after it', () => {
  const plan = planDemo({ nowMs, seed: 5, withIncidents: true })
  const halfWay = { ...plan, sentToMs: plan.startMs + historyMs / 2, sent: 20_000 }
  const later = nowMs + 72 * hourMs
  const resumed = resumedAt(halfWay, later)
  expect(resumed).toMatchObject({ sentToMs: halfWay.sentToMs, sent: 20_000, summed: false, leftOut: [] })
  expect(later - resumed.historyToMs - lapseMs).toBeLessThan(60_000)
  expect(resumed.incidents).toHaveLength(2)
  for (const { fromMs } of resumed.incidents) expect(fromMs).toBeGreaterThan(resumed.historyToMs)
})
