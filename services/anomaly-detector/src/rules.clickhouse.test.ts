import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Charge, insertCharges, traffic, usd } from './testing/ledger-rows.ts'
import { createTestDetector } from './testing/test-detector.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
/** A Wednesday. */
const today = Date.UTC(2026, 10, 18)
let ledger: TestClickHouse

beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())
beforeEach(async () => {
  for (const table of ['ledger', 'alerts', 'alert_events', 'alert_outbox', 'detector_positions'])
    await ledger.clickhouse.command(`TRUNCATE TABLE ${table}`)
})

const told = (events: readonly AlertEvent[]) =>
  events.filter(({ event }) => event !== 'updated').map(({ event, alert }) => [event, alert.kind, alert.dims])

/** Three features of two teams, the same every day: 60, 40 and 30 requests an hour. */
function usual(
  from: number,
  to: number,
  change: (feature: string) => Partial<Parameters<typeof traffic>[0]> = () => ({}),
) {
  return [
    ['search', 'summaries', 60],
    ['search', 'answers', 40],
    ['support', 'triage', 30],
  ].flatMap(([team, feature, perHour], index) =>
    traffic({
      from,
      to,
      perHour: perHour as number,
      seed: index + 1,
      charge: { team: team as string, feature: feature as string },
      ...change(feature as string),
    }),
  )
}

test('a feature that spends five times as much opens one alert where it is, and is over when it is over', async () => {
  const start = today + 13 * hour
  const end = start + 90 * minute
  await insertCharges(ledger.clickhouse, [
    ...usual(today - 9 * day, today + 18 * hour),
    ...traffic({
      from: start,
      to: end,
      perHour: 600,
      seed: 9,
      charge: { team: 'support', feature: 'triage', user: 'u7' },
    }),
  ])
  const { judgeFrom } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: today + 12.8 * hour })
  const events = await judgeFrom(today + 12.9 * hour, today + 16 * hour, 4 * minute)
  expect(told(events)).toEqual([
    ['opened', 'spend_spike', { team: 'support', feature: 'triage', model: 'gpt-4o' }],
    ['resolved', 'spend_spike', { team: 'support', feature: 'triage', model: 'gpt-4o' }],
  ])
})

test('a prompt cache that breaks opens one alert', async () => {
  const start = today + 13 * hour
  const cached =
    (broken: boolean) =>
    (_at: number, random: () => number): Partial<Charge> => {
      const inputTokens = 6000 + Math.round(3000 * random())
      const cacheRead = broken ? 0 : Math.round(inputTokens * (0.6 + 0.2 * random()))
      const full = usd(inputTokens * 3e-6)
      return {
        team: 'search',
        feature: 'answers',
        inputTokens,
        cacheRead,
        cost: full - usd(cacheRead * 2.7e-6),
        costWithoutCache: full,
      }
    }
  await insertCharges(ledger.clickhouse, [
    ...traffic({ from: today - 9 * day, to: start, perHour: 120, charge: cached(false) }),
    ...traffic({ from: start, to: start + hour, perHour: 120, charge: cached(true) }),
    ...traffic({ from: start + hour, to: today + 18 * hour, perHour: 120, charge: cached(false) }),
    ...usual(today - 9 * day, today + 18 * hour, (feature) => (feature === 'answers' ? { perHour: 0.001 } : {})),
  ])
  const { judgeFrom } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: today + 12.8 * hour })
  const events = await judgeFrom(today + 12.9 * hour, today + 16 * hour, 4 * minute)
  expect(told(events)).toEqual([
    ['opened', 'cache_regression', { team: 'search', feature: 'answers', model: 'gpt-4o' }],
    ['resolved', 'cache_regression', { team: 'search', feature: 'answers', model: 'gpt-4o' }],
  ])
})
