import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { alertDetailSchema, alertsSchema } from '@spanledger/schemas/api/alerts'
import { channelsSchema } from '@spanledger/schemas/api/channels'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alertOf, insertAlertEvents, insertAlerts } from '../testing/alert-rows.ts'
import { resolveWindow, type WindowRequest } from '../time/window.ts'
import { readAlert } from './alert.ts'
import { type AlertsWanted, readAlerts } from './alerts.ts'
import { readChannels } from './channels.ts'

const now = Date.parse('2026-01-10T10:30:00Z')
const hourMs = 3_600_000
let ledger: TestClickHouse

beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())
beforeEach(async () => {
  await ledger.clickhouse.command('TRUNCATE TABLE alerts')
  await ledger.clickhouse.command('TRUNCATE TABLE alert_events')
  await ledger.clickhouse.command('TRUNCATE TABLE detector_positions')
})

async function read(wanted: Partial<AlertsWanted> = {}) {
  return alertsSchema.parse(await readAlerts(ledger.clickhouse, { limit: 100, ...wanted }))
}

function windowOf(request: WindowRequest) {
  const window = resolveWindow(request, now, 'UTC')
  if (window.kind !== 'ok') throw new Error(window.reason)
  return window.value
}

test('an alert is one row as it is now, with money and figures to the last digit', async () => {
  const opened = alertOf(now)
  await insertAlerts(ledger.clickhouse, [opened])
  await insertAlerts(ledger.clickhouse, [
    { ...opened, state: 'resolved', updatedAt: now + hourMs, resolvedAt: now + hourMs },
  ])
  expect(await read()).toEqual({
    more: false,
    judged_until: null,
    alerts: [
      {
        tenant: 'default',
        alert_id: opened.alertId,
        rule: 'spend_spike',
        kind: 'spend_spike',
        state: 'resolved',
        severity: 'warning',
        opened_at: '2026-01-10T09:50:00.000Z',
        updated_at: '2026-01-10T11:30:00.000Z',
        resolved_at: '2026-01-10T11:30:00.000Z',
        dims: { team: 'search' },
        unit: 'usd',
        observed: '184.210000000000000001',
        expected: '61.4',
        impact_usd: '122.810000000000000001',
        impact_usd_per_hour: '184.215',
        historical: false,
        runbook: 'docs/runbooks/spend_spike.md',
      },
    ],
  })
})

describe('of several alerts', () => {
  const open = alertOf(now, { openedAt: now - 2 * hourMs })
  const resolved = alertOf(now, { openedAt: now - 9 * hourMs, resolvedAt: now - 5 * hourMs, state: 'resolved' })
  const other = alertOf(now, { openedAt: now - 60 * hourMs, kind: 'cache_regression', tenant: 'acme' })
  beforeEach(() => insertAlerts(ledger.clickhouse, [other, open, resolved]))
  const ids = async (wanted: Partial<AlertsWanted>) => (await read(wanted)).alerts.map((alert) => alert.alert_id)

  test('the newest come first, and whether there are more is said', async () => {
    expect(await ids({})).toEqual([open, resolved, other].map((alert) => alert.alertId))
    const two = await read({ limit: 2 })
    expect([two.alerts.length, two.more]).toEqual([2, true])
    expect((await read({ limit: 3 })).more).toBe(false)
  })

  test('state, kind and tenant narrow them', async () => {
    expect(await ids({ states: ['resolved', 'expected'] })).toEqual([resolved.alertId])
    expect(await ids({ kind: 'cache_regression' })).toEqual([other.alertId])
    expect(await ids({ tenant: 'default' })).toEqual([open.alertId, resolved.alertId])
  })

  test('a window has those that were going on in it: also what began before and is not over', async () => {
    expect(await ids({ window: windowOf({ range: '1h' }) })).toEqual([open.alertId, other.alertId])
    const before = windowOf({ from: '2026-01-10T03:00:00Z', to: '2026-01-10T05:45:00Z' })
    expect(await ids({ window: before })).toEqual([resolved.alertId, other.alertId])
    expect(await ids({ window: windowOf({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }) })).toEqual([])
  })
})

test('how far was judged is told, by the newest judgement of any tenant', async () => {
  await ledger.clickhouse.insertRows('detector_positions', [
    { tenant: 'acme', judged_until: '2026-01-10 10:29:00.000', known_until: '2026-01-10 10:29:58.123' },
    { tenant: 'idle', judged_until: '2026-01-01 00:00:00.000', known_until: '2026-01-01 00:00:00.000' },
  ])
  expect((await read()).judged_until).toBe('2026-01-10T10:29:58.123Z')
})

test('an alert comes with its explanation, its history and its deliveries, oldest first', async () => {
  const alert = alertOf(now)
  await insertAlerts(ledger.clickhouse, [alert, alertOf(now)])
  await insertAlertEvents(ledger.clickhouse, alert, [
    { at: now - 2_000, event: 'updated' },
    { at: now - 9_000, event: 'opened' },
    { at: now - 6_000, event: 'delivered', target: 'slack', detail: { event: 'opened' } },
    { at: now - 8_000, event: 'retry', target: 'slack', detail: { event: 'opened', reason: '503 from the channel' } },
  ])
  const detail = alertDetailSchema.parse(await readAlert(ledger.clickhouse, alert.alertId))
  expect(detail.explanation).toEqual(alert.explanation)
  expect(detail.alert.alert_id).toBe(alert.alertId)
  expect(detail.history.map(({ event }) => event)).toEqual(['opened', 'updated'])
  expect(detail.deliveries).toEqual([
    {
      at: '2026-01-10T10:29:52.000Z',
      channel: 'slack',
      outcome: 'retry',
      event: 'opened',
      reason: '503 from the channel',
    },
    { at: '2026-01-10T10:29:54.000Z', channel: 'slack', outcome: 'delivered', event: 'opened', reason: '' },
  ])
  expect(await readAlert(ledger.clickhouse, '00000000-0000-4000-8000-000000000000')).toBeNull()
  expect(await readAlert(ledger.clickhouse, "x' OR 1")).toBeNull()
})

test('an explanation that cannot be read leaves the figures of the columns', async () => {
  const alert = alertOf(now, { observed: 0.5, expected: 1e-7 })
  await insertAlerts(ledger.clickhouse, [{ ...alert, explanation: { unit: 'miles' } as never }])
  const detail = alertDetailSchema.parse(await readAlert(ledger.clickhouse, alert.alertId))
  expect(detail.explanation).toBeNull()
  expect(detail.alert).toMatchObject({ unit: null, observed: '0.5', expected: '0.0000001' })
})

describe('a channel', () => {
  const at = (minute: number) => now - hourMs + minute * 60_000
  const iso = (minute: number) => new Date(at(minute)).toISOString()
  const channels = async () => channelsSchema.parse(await readChannels(ledger.clickhouse, now)).channels

  test('that takes messages is not failing, whatever failed before', async () => {
    const alert = alertOf(now)
    await insertAlertEvents(ledger.clickhouse, alert, [
      { at: at(1), event: 'retry', target: 'slack', detail: { reason: '503' } },
      { at: at(2), event: 'delivered', target: 'slack' },
      { at: at(3), event: 'opened' },
    ])
    expect(await channels()).toEqual([
      {
        channel: 'slack',
        last_delivered_at: iso(2),
        last_failed_at: iso(1),
        last_failure: '503',
        failing_since: null,
        undelivered_alerts: '0',
      },
    ])
  })

  test('that fails says since when, why, and of how many alerts nobody was told', async () => {
    const [first, second, third] = [alertOf(now), alertOf(now), alertOf(now)]
    const refused = { event: 'refused', target: 'slack', detail: { reason: '404 no_service' } }
    await insertAlertEvents(ledger.clickhouse, first, [
      { at: at(1), event: 'delivered', target: 'slack' },
      { at: at(2), event: 'delivered', target: 'pager' },
      { at: at(9), ...refused },
    ])
    await insertAlertEvents(ledger.clickhouse, second, [
      { at: at(5), event: 'retry', target: 'slack', detail: { reason: '500' } },
      { at: at(6), ...refused },
    ])
    await insertAlertEvents(ledger.clickhouse, third, [{ at: at(0), event: 'delivered', target: 'slack' }])
    const [pager, slack] = await channels()
    expect(pager).toMatchObject({ channel: 'pager', last_failure: null, failing_since: null, undelivered_alerts: '0' })
    expect(slack).toEqual({
      channel: 'slack',
      last_delivered_at: iso(1),
      last_failed_at: iso(9),
      last_failure: '404 no_service',
      failing_since: iso(5),
      undelivered_alerts: '2',
    })
  })
})
