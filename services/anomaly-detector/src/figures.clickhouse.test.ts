import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { attoFromDecimal, divideHalfEven } from '@spanledger/schemas/money'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emptyTables } from './testing/empty-tables.ts'
import { cachedAnswer, day, hour, minute, spikeOf, today, usual } from './testing/incidents.ts'
import { type Charge, insertCharges, traffic } from './testing/ledger-rows.ts'
import { createTestDetector } from './testing/test-detector.ts'

let ledger: TestClickHouse
beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())
beforeEach(() => emptyTables(ledger.clickhouse))

type Rows = readonly Record<string, string>[]

/** What the queries of an explanation answer, run by hand. */
async function answers({ alert }: AlertEvent): Promise<Record<string, Rows>> {
  const entries = Object.entries(alert.explanation.sql).map(
    async ([name, sql]) => [name, await ledger.clickhouse.query<Record<string, string>>(sql)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

const sum = (charges: readonly Charge[], of: (charge: Charge) => bigint) =>
  charges.reduce((total, charge) => total + of(charge), 0n)
const cost = ({ cost: atto }: Charge) => atto

async function expectRepeatable(event: AlertEvent): Promise<void> {
  const { alert } = event
  const { observed, expected, impact, contributors } = await answers(event)
  const why = alert.explanation
  expect(attoFromDecimal(why.observed)).toBe(attoFromDecimal(observed?.[0]?.observed ?? ''))
  expect(why.requests).toBe(observed?.[0]?.requests)
  expect(attoFromDecimal(why.costUsd)).toBe(attoFromDecimal(observed?.[0]?.cost_usd ?? ''))
  expect(attoFromDecimal(why.expected)).toBe(attoFromDecimal(expected?.[0]?.expected ?? ''))
  expect(alert.impactUsd).toBe(attoFromDecimal(impact?.[0]?.impact_usd ?? ''))
  if (event.event !== 'resolved')
    expect(alert.impactUsdPerHour).toBe(attoFromDecimal(impact?.[0]?.impact_usd_per_hour ?? ''))
  for (const { dimension, value, usd } of why.contributors) {
    const row = contributors?.find((one) => one.dimension === dimension && one.value === value)
    expect(attoFromDecimal(usd)).toBe(attoFromDecimal(row?.usd ?? ''))
  }
}

test('every figure of a spend spike is what SQL and an independent sum say, also after more was recorded', async () => {
  const start = today + 13 * hour
  const charges = [...usual(today - 9 * day, today + 15 * hour), ...spikeOf(start, start + hour)]
  await insertCharges(ledger.clickhouse, charges)
  const { judgeFrom } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: today + 12 * hour })
  const events = await judgeFrom(today + 13 * hour, today + 15 * hour, 10 * minute)
  expect(events.map(({ event }) => event).at(0)).toBe('opened')
  expect(events.map(({ event }) => event).at(-1)).toBe('resolved')
  // What comes later, also of that time, is not in figures that are as of then.
  await insertCharges(ledger.clickhouse, spikeOf(start, start + hour, { recordedAt: today + 20 * hour }))
  for (const event of events) {
    await expectRepeatable(event)
    const { alert } = event
    const { window, asKnownAt } = alert.explanation
    const [from, to, known] = [window.from, window.to, asKnownAt].map((text) => Date.parse(text)) as [
      number,
      number,
      number,
    ]
    const within = (begin: number, end: number) =>
      charges.filter((one) => one.feature === 'triage' && one.at >= begin && one.at < end && one.at + 1000 <= known)
    const usualSum = (begin: number, end: number) =>
      [1, 2, 3, 4, 5, 6, 7].reduce((total, d) => total + sum(within(begin - d * day, end - d * day), cost), 0n)
    expect(attoFromDecimal(alert.explanation.observed)).toBe(sum(within(from, to), cost))
    expect(attoFromDecimal(alert.explanation.expected)).toBe(divideHalfEven(usualSum(from, to), 7n))
    const since = 7n * sum(within(alert.openedAt, to), cost) - usualSum(alert.openedAt, to)
    expect(alert.impactUsd).toBe(divideHalfEven(since, 7n))
    expect(alert.explanation.contributors[0]).toMatchObject({ dimension: 'user', value: 'u7' })
  }
})

test('every figure of a cache regression is what SQL and an independent sum say', async () => {
  const start = today + 13 * hour
  const charges = [
    ...traffic({ from: today - 9 * day, to: start, perHour: 120, charge: cachedAnswer(0.7) }),
    ...traffic({ from: start, to: start + hour, perHour: 120, charge: cachedAnswer(0) }),
    ...traffic({ from: start + hour, to: today + 16 * hour, perHour: 120, charge: cachedAnswer(0.7) }),
    ...usual(today - 9 * day, today + 16 * hour, (feature) => (feature === 'answers' ? undefined : {})),
  ]
  await insertCharges(ledger.clickhouse, charges)
  const { judgeFrom } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: today + 12 * hour })
  const events = await judgeFrom(today + 13 * hour, today + 15.5 * hour, 10 * minute)
  expect(events.map(({ event }) => event).filter((name) => name !== 'updated')).toEqual(['opened', 'resolved'])
  for (const event of events) {
    await expectRepeatable(event)
    const { alert } = event
    const known = Date.parse(alert.explanation.asKnownAt)
    const within = (begin: number, end: number) =>
      charges.filter((one) => one.feature === 'answers' && one.at >= begin && one.at < end && one.at + 1000 <= known)
    const base = within(alert.openedAt - 7 * day, alert.openedAt)
    const now = within(alert.openedAt, alert.updatedAt)
    const read = (one: Charge) => BigInt(one.cacheRead ?? 0)
    const input = (one: Charge) => BigInt(one.inputTokens ?? 0)
    if (event.event === 'opened') continue
    const saved = sum(base, (one) => (one.costWithoutCache ?? 0n) - one.cost)
    const missing = sum(base, read) * sum(now, input) - sum(now, read) * sum(base, input)
    expect(alert.impactUsd).toBe(divideHalfEven(missing * saved, sum(base, input) * sum(base, read)))
  }
})
