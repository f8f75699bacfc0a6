import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emptyTables } from './testing/empty-tables.ts'
import { cachedAnswer, day, hour, minute, spikeOf, today, usual } from './testing/incidents.ts'
import { type Charge, insertCharges, traffic, usd } from './testing/ledger-rows.ts'
import { createTestDetector } from './testing/test-detector.ts'

let ledger: TestClickHouse
beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())
beforeEach(() => emptyTables(ledger.clickhouse))

const told = (events: readonly AlertEvent[]) =>
  events.filter(({ event }) => event !== 'updated').map(({ event, alert }) => [event, alert.kind, alert.dims])
const triage = { team: 'support', feature: 'triage', model: 'gpt-4o' }
const answers = { team: 'search', feature: 'answers', model: 'gpt-4o' }

interface Judged {
  readonly from?: number
  readonly to?: number
  readonly step?: number
  readonly config?: unknown
  readonly timeZone?: string
}

/** What is said while these charges are judged. */
async function judge(charges: readonly Charge[], options: Judged = {}): Promise<AlertEvent[]> {
  const { from = today + 12.9 * hour, to = today + 16 * hour, step = 8 * minute, ...rest } = options
  await insertCharges(ledger.clickhouse, charges)
  const { judgeFrom } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: from - minute, ...rest })
  return judgeFrom(from, to, step)
}

test('a feature that spends much more opens one alert where it is, since when it is so, and is over when it is over', async () => {
  const start = today + 13 * hour
  const events = await judge([...usual(today - 9 * day, today + 16 * hour), ...spikeOf(start, start + hour)])
  expect(told(events)).toEqual([
    ['opened', 'spend_spike', triage],
    ['resolved', 'spend_spike', triage],
  ])
  expect(Math.abs((events[0]?.alert.openedAt ?? 0) - start)).toBeLessThan(3 * minute)
  expect(events[0]?.alert.explanation.alsoIn).toContainEqual({ team: 'support' })
})

test('a spike over midnight stays one alert, and the next day does not open another', async () => {
  const start = today + 22 * hour
  const charges = [...usual(today - 9 * day, today + 30 * hour), ...spikeOf(start, start + 4 * hour)]
  const events = await judge(charges, { from: start, to: today + 29 * hour, step: 15 * minute })
  expect(told(events)).toEqual([
    ['opened', 'spend_spike', triage],
    ['resolved', 'spend_spike', triage],
  ])
  expect(events.at(-1)?.alert.updatedAt).toBeGreaterThan(start + 4 * hour)
})

test('a second spike of a day is another episode, for what it adds', async () => {
  const [first, second] = [today + 12 * hour, today + 17 * hour]
  const charges = [
    ...usual(today - 9 * day, today + 20 * hour),
    ...spikeOf(first, first + hour),
    ...spikeOf(second, second + hour),
  ]
  const events = await judge(charges, { from: first, to: today + 20 * hour, step: 10 * minute })
  expect(told(events).map(([event]) => event)).toEqual(['opened', 'resolved', 'opened', 'resolved'])
  const opened = events.filter(({ event }) => event === 'opened').map(({ alert }) => alert)
  expect(opened.map(({ explanation }) => explanation.episode)).toEqual([1, 2])
  expect(opened[1]?.openedAt).toBeGreaterThan(second - 10 * minute)
})

test('two incidents at once stay two', async () => {
  const start = today + 13 * hour
  const events = await judge([
    ...usual(today - 9 * day, today + 16 * hour),
    ...spikeOf(start, start + hour),
    ...spikeOf(start + 20 * minute, start + hour, { team: 'search', feature: 'answers' }),
  ])
  expect(told(events).filter(([event]) => event === 'opened')).toEqual([
    ['opened', 'spend_spike', triage],
    ['opened', 'spend_spike', answers],
  ])
})

test('a day whose clocks change is compared by the clock on the wall', async () => {
  // Sunday 2026-10-25 in Berlin has 25 hours. Traffic follows the office there: nothing before 6, then always the same.
  const zone = 'Europe/Berlin'
  const sunday = Date.UTC(2026, 9, 25)
  const localHour = (at: number) => Number(new Date(at).toLocaleString('en-GB', { timeZone: zone, hour: '2-digit' }))
  const charges = traffic({
    from: sunday - 9 * day,
    to: sunday + 20 * hour,
    perHour: (at) => (localHour(at) < 6 ? 0.5 : 200),
    noise: 0.1,
    charge: { team: 'support', feature: 'triage' },
  })
  const config = { rules: { spend_spike: { ratio: 1.15, min_excess_usd: 1 } } }
  const events = await judge(charges, {
    from: sunday + 5 * hour,
    to: sunday + 19 * hour,
    step: 30 * minute,
    config,
    timeZone: zone,
  })
  expect(told(events)).toEqual([])
})

test('a prompt cache that breaks opens one alert, which explains what it costs', async () => {
  const start = today + 13 * hour
  const charges = [
    ...traffic({ from: today - 9 * day, to: start, perHour: 240, charge: cachedAnswer(0.7) }),
    ...traffic({ from: start, to: start + 1.5 * hour, perHour: 240, charge: cachedAnswer(0) }),
    ...traffic({ from: start + 1.5 * hour, to: today + 17 * hour, perHour: 240, charge: cachedAnswer(0.7) }),
    ...usual(today - 9 * day, today + 17 * hour, (feature) => (feature === 'answers' ? undefined : {})),
  ]
  // Thresholds at which the cost of a request and the spend would show it, too.
  const sensitive = { ratio: 1.1, min_excess_usd: 0.5 }
  const config = {
    rules: { spend_spike: sensitive, cost_per_request: { ...sensitive, window_minutes: 60, min_requests: 50 } },
  }
  const events = await judge(charges, { to: today + 17 * hour, config })
  expect(told(events)).toEqual([
    ['opened', 'cache_regression', answers],
    ['resolved', 'cache_regression', answers],
  ])
  expect(Math.abs((events[0]?.alert.openedAt ?? 0) - start)).toBeLessThan(3 * minute)
})

test('traffic that moves to models that do not report their cache is no regression: not reported is not 0', async () => {
  const start = today + 13 * hour
  const silent = { inputTokens: 7000, team: 'search', feature: 'answers', model: 'llama', cost: usd(0.006) }
  const events = await judge([
    ...traffic({ from: today - 9 * day, to: start, perHour: 120, charge: cachedAnswer(0.7) }),
    ...traffic({ from: start, to: today + 16 * hour, perHour: 30, charge: cachedAnswer(0.7) }),
    ...traffic({ from: today - 9 * day, to: start, perHour: 10, charge: silent }),
    ...traffic({ from: start, to: today + 16 * hour, perHour: 100, charge: silent }),
  ])
  expect(told(events)).toEqual([])
})

test('a request that costs more than a week ago opens an alert, and is over', async () => {
  const start = today + 10 * hour
  const events = await judge(
    [
      ...usual(today - 9 * day, today + 16 * hour, (feature) =>
        feature === 'summaries'
          ? { perHour: 200, dollars: (at) => (at >= start && at < start + 3 * hour ? 0.12 : 0.05) }
          : {},
      ),
    ],
    {
      from: today + 10 * hour,
      to: today + 16 * hour,
      step: 15 * minute,
      config: { rules: { spend_spike: { enabled: false } } },
    },
  )
  expect(told(events)).toEqual([
    ['opened', 'cost_per_request', { team: 'search', feature: 'summaries', model: 'gpt-4o' }],
    ['resolved', 'cost_per_request', { team: 'search', feature: 'summaries', model: 'gpt-4o' }],
  ])
})

test('a model that gets dearer in every feature that uses it opens one alert, on the model', async () => {
  const start = today + 10 * hour
  const span = { from: today - 9 * day, to: today + 15 * hour }
  const dear = (at: number) => (at >= start && at < start + 3 * hour ? 0.12 : 0.05)
  const charges = [
    ...usual(span.from, span.to, () => ({ perHour: 120 })),
    ...[
      { team: 'search', feature: 'summaries' },
      { team: 'search', feature: 'answers' },
      { team: 'support', feature: 'triage' },
    ].flatMap((charge, index) =>
      traffic({ ...span, perHour: 100, seed: 30 + index, dollars: dear, charge: { ...charge, model: 'other' } }),
    ),
  ]
  const config = { rules: { spend_spike: { enabled: false } } }
  const events = await judge(charges, { from: start, to: today + 15 * hour, step: 15 * minute, config })
  expect(told(events)).toEqual([
    ['opened', 'cost_per_request', { model: 'other' }],
    ['resolved', 'cost_per_request', { model: 'other' }],
  ])
  const alsoIn = events.findLast(({ alert }) => alert.state === 'open')?.alert.explanation.alsoIn
  expect(alsoIn).toContainEqual({ team: 'support', feature: 'triage', model: 'other' })
})

test('a model without a price opens one alert for everybody who uses it, and a price that arrives ends it', async () => {
  const start = today + 13 * hour
  const unpriced = ['search', 'support'].flatMap((team, index) =>
    traffic({
      from: start,
      to: start + 30 * minute,
      perHour: 40,
      seed: 20 + index,
      charge: { team, feature: 'new', model: 'brand-new', unpriced: true, cost: 0n },
    }),
  )
  const corrected = unpriced.flatMap((charge): Charge[] => [
    { ...charge, kind: 'adjustment', sign: -1, recordedAt: start + hour },
    { ...charge, kind: 'adjustment', unpriced: false, cost: usd(0.02), recordedAt: start + hour },
  ])
  const events = await judge([...usual(today - 9 * day, today + 16 * hour), ...unpriced, ...corrected], {
    to: today + 15 * hour,
  })
  expect(told(events)).toEqual([
    ['opened', 'unpriced', { model: 'brand-new' }],
    ['resolved', 'unpriced', { model: 'brand-new' }],
  ])
  expect(events[0]?.alert.openedAt).toBe(Math.min(...unpriced.map(({ at }) => at)))
  expect(events.at(-1)?.alert.updatedAt).toBeGreaterThanOrEqual(start + hour)
})

test('what requests without usage may have cost raises nothing, however much it is: only what is charged is spend', async () => {
  const start = today + 13 * hour
  const many = (charge: Partial<Charge>) =>
    traffic({ from: start, to: start + 30 * minute, perHour: 400, seed: 30, noise: 0, dollars: 50, charge })
  const without = many({ kind: 'accrual', unpriced: true, cost: 0n, accruedCost: usd(50), inputTokens: 0 })
  const kinds = async (charges: readonly Charge[]) => {
    const events = await judge([...usual(today - 9 * day, today + 16 * hour), ...charges], { to: today + 15 * hour })
    return new Set(told(events).map(([, kind]) => kind))
  }
  expect(await kinds(without)).toEqual(new Set(['unpriced']))
  expect(await kinds(many({}))).toContain('spend_spike')
})

test('silence ends a spike', async () => {
  const start = today + 13 * hour
  const charges = [...usual(today - 9 * day, start + hour), ...spikeOf(start, start + hour)]
  const events = await judge(charges, { to: today + 17 * hour })
  expect(told(events)).toEqual([
    ['opened', 'spend_spike', triage],
    ['resolved', 'spend_spike', triage],
  ])
})

test('an incident of days ago that arrives now notifies nobody', async () => {
  const start = today - 4 * day
  const charges = [...usual(today - 12 * day, today + 14 * hour), ...spikeOf(start, start + 3 * hour)].map((charge) =>
    charge.at >= start && charge.at < start + 3 * hour && charge.feature === 'triage'
      ? { ...charge, recordedAt: today + 13 * hour }
      : charge,
  )
  const events = await judge(charges, { to: today + 14 * hour })
  expect(told(events).filter(([, , dims]) => dims !== undefined)).toEqual([])
})

test('history that arrives all at once, and an old incident in it, is marked historical', async () => {
  const newest = today - 2 * day + 14 * hour
  const charges = [...usual(today - 12 * day, newest), ...spikeOf(newest - 2 * hour, newest)]
  const events = await judge(
    charges.map((charge) => ({ ...charge, recordedAt: today + 12 * hour })),
    { from: today + 13 * hour, to: today + 13.5 * hour },
  )
  expect(events.length).toBeGreaterThan(0)
  expect(events.every(({ alert }) => alert.explanation.historical)).toBe(true)
})

test.each([
  [
    'a week with quiet weekends',
    usual(today - 16 * day, today + 2 * day, () => ({
      perHour: (at) => (new Date(at).getUTCDay() % 6 === 0 ? 2 : 30),
    })),
  ],
  [
    'a day with a rush hour',
    usual(today - 9 * day, today + 2 * day, () => ({
      perHour: (at) => (new Date(at).getUTCHours() === 14 ? 100 : 10),
    })),
  ],
  [
    'two days of history',
    [...usual(today - 2 * day, today + 2 * day), ...spikeOf(today + 13 * hour, today + 14 * hour)],
  ],
  [
    'little money',
    [
      ...usual(today - 9 * day, today + 2 * day, () => ({ dollars: 0.0005 })),
      ...spikeOf(today + 13 * hour, today + 14 * hour).map((charge) => ({ ...charge, cost: usd(0.0005) })),
    ],
  ],
])('nothing is said of %s', async (_name, charges) => {
  const monday = today - 2 * day
  expect(told(await judge(charges, { from: monday + 9 * hour, to: monday + 30 * hour, step: 3 * hour }))).toEqual([])
})
