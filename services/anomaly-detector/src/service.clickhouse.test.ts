import { decodeAlertEvent } from '@spanledger/runtime/avro/alert-events'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { collect } from '@spanledger/runtime/testing/collect'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { describeServiceContract } from '@spanledger/runtime/testing/service-contract'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { topics } from '@spanledger/schemas/events/topics'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClickHouseAlertStore } from './adapters/clickhouse-alert-store.ts'
import { emptyTables } from './testing/empty-tables.ts'
import { day, hour, minute, spikeOf, today, usual } from './testing/incidents.ts'
import { insertCharges } from './testing/ledger-rows.ts'
import { createTestDetector } from './testing/test-detector.ts'

let ledger: TestClickHouse
const start = today + 13 * hour
const charges = [...usual(today - 9 * day, today + 16 * hour), ...spikeOf(start, start + hour)]

beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())
beforeEach(() => emptyTables(ledger.clickhouse))

const names = (events: readonly AlertEvent[]) => events.map(({ event }) => event).filter((name) => name !== 'updated')
const distinct = (events: readonly AlertEvent[]) => [...new Map(events.map((event) => [event.eventId, event])).values()]

let readers = 0

/** Everything that the topic `alerts` holds now. */
async function saidIn(log: EventLog): Promise<AlertEvent[]> {
  const group = `test-reader-${readers++}`
  const { entries, subscription } = await collect(log, group, [topics.alerts])
  const total = await log.lag(group, [topics.alerts])
  await eventually('every entry is read', () => entries.length >= total)
  await subscription.stop()
  return entries.map(({ value }) => decodeAlertEvent(value))
}

describeServiceContract('the anomaly detector', {
  async create() {
    const { detector } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: start })
    return detector
  },
})

test('a detector that takes over after every judgement says the same as one that runs through', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const one = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: start })
  const through = await one.judgeFrom(start, start + 2.5 * hour, 10 * minute)
  await emptyTables(ledger.clickhouse)
  await insertCharges(ledger.clickhouse, charges)
  const log = createMemoryEventLog()
  const said: AlertEvent[] = []
  for (let at = start; at <= start + 2.5 * hour; at += 10 * minute) {
    const next = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: at, log })
    said.push(...(await next.judgeAt(at)))
  }
  expect(names(said)).toEqual(['opened', 'resolved'])
  expect(said.map(({ eventId }) => eventId)).toEqual(through.map(({ eventId }) => eventId))
  expect(await saidIn(log)).toEqual(said)
})

test('two that both believe to lead for a moment say one thing, whose second saying has the same id', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const log = createMemoryEventLog()
  const both = await Promise.all(
    [1, 2].map(() => createTestDetector({ clickhouse: ledger.clickhouse, startMs: start, log })),
  )
  for (let at = start; at <= start + 2.5 * hour; at += 10 * minute)
    await Promise.all(both.map((one) => one.judgeAt(at)))
  const said = await saidIn(log)
  expect(new Set(said.map(({ alert }) => alert.alertId)).size).toBe(1)
  expect(names(distinct(said))).toEqual(['opened', 'resolved'])
  const alerts = await createClickHouseAlertStore(ledger).readCurrent(36_500)
  expect(alerts.map(({ state }) => state)).toEqual(['resolved'])
})

test('a crash between recording and saying loses nothing: the next detector says it', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const log = createMemoryEventLog()
  const away = new SpanledgerError('LOG_UNAVAILABLE', 'away', { retryable: true, hint: '' })
  const broken: EventLog = { ...log, append: () => Promise.reject(away) }
  const first = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: start, log: broken })
  await expect(first.judgeFrom(start, start + hour, 20 * minute)).rejects.toThrow('away')
  expect(await saidIn(log)).toEqual([])
  const second = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: start + hour, log })
  await second.judgeAt(start + hour)
  expect(names(await saidIn(log))).toEqual(['opened'])
  await second.judgeFrom(start + 1.2 * hour, start + 2.5 * hour, 10 * minute)
  expect(names(await saidIn(log))).toEqual(['opened', 'resolved'])
})

test('a crash between saying and marking repeats an id, and nothing else', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const log = createMemoryEventLog()
  const gone = new SpanledgerError('LOG_UNAVAILABLE', 'gone', { retryable: true, hint: '' })
  let crashes = 1
  const dying: EventLog = {
    ...log,
    async append(records) {
      await log.append(records)
      if (crashes-- > 0) throw gone
    },
  }
  const { judgeFrom } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: start, log: dying })
  await expect(judgeFrom(start, start + hour, 20 * minute)).rejects.toThrow('gone')
  await judgeFrom(start + hour, start + 2.5 * hour, 10 * minute)
  const said = await saidIn(log)
  expect(names(said)).toEqual(['opened', 'opened', 'resolved'])
  expect(names(distinct(said))).toEqual(['opened', 'resolved'])
})

test('of two on one log one judges, and the other takes over when it ends', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const log = createMemoryEventLog()
  const clock = createManualClock(start - minute)
  const options = { clickhouse: ledger.clickhouse, startMs: start, log, clock, config: { every_seconds: 600 } }
  const [first, second] = [await createTestDetector(options), await createTestDetector(options)]
  await first.detector.start()
  await second.detector.start()
  const leads = async ({ metrics }: typeof first) =>
    /^spanledger_detector_leader (\d)/m.exec(await metrics.render())?.[1]
  expect([await leads(first), await leads(second)]).toEqual(['1', '0'])
  await first.detector.stop()
  await clock.advance(3_000)
  expect([await leads(first), await leads(second)]).toEqual(['0', '1'])
  expect(second.detector.problem()).toBeUndefined()
  await second.detector.stop()
  await log.stop()
})

test('what a detector missed while it was away is judged when it is back', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const { judgeAt } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: today + 12 * hour })
  await judgeAt(today + 12 * hour)
  const later = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: today + 16 * hour })
  const events = await later.judgeAt(today + 16 * hour)
  expect(names(events)).toEqual(['opened', 'resolved'])
  expect(events.at(-1)?.alert.resolvedAt).toBeLessThan(today + 15.5 * hour)
})

test('its metrics say what is open and how it does', async () => {
  await insertCharges(ledger.clickhouse, charges)
  const { judgeAt, metrics, detector } = await createTestDetector({ clickhouse: ledger.clickhouse, startMs: start })
  await judgeAt(start + 50 * minute)
  const text = await metrics.render()
  expect(text).toContain('spanledger_alerts_open{kind="spend_spike",severity="warning"} 1')
  expect(text).toContain('spanledger_alert_events_total{kind="spend_spike",event="opened"} 1')
  expect(text).toMatch(/spanledger_detector_series_judged_total [1-9]/)
  expect(detector.problem()).toBeUndefined()
})
