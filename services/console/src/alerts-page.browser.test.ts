import type { Alert } from '@spanledger/schemas/events/alert'
import { beforeEach, describe, expect, test } from 'vitest'
import { alertOf, insertAlertEvents, insertAlerts } from './testing/alert-rows.ts'
import { insertRows, ledgerRow } from './testing/ledger-rows.ts'
import { insertSampleAlerts } from './testing/sample-alerts.ts'
import { sampleLedger } from './testing/sample-ledger.ts'
import { noChromium, useTestPage } from './testing/test-page.ts'

const minuteMs = 60_000

describe.skipIf(noChromium)('alerts in Chromium (install it or set CHROMIUM_PATH)', () => {
  const t = useTestPage()
  beforeEach(async () => {
    const { clickhouse } = t.running.ledger
    for (const table of ['ledger', 'alerts', 'alert_events', 'detector_positions'])
      await clickhouse.command(`TRUNCATE TABLE ${table}`)
    await insertRows(clickhouse, [
      ledgerRow({ at: ago(1), team: 'search', cost: '3' }),
      ledgerRow({ at: ago(2), team: 'support', cost: '1' }),
    ])
  })

  const ago = (minutes: number) => new Date(Date.now() - minutes * minuteMs).toISOString()
  const insert = (...alerts: Alert[]) => insertAlerts(t.running.ledger.clickhouse, alerts)
  const panel = () => t.page.getByRole('region', { name: 'Alerts' })
  const dialog = () => t.page.getByRole('dialog', { name: 'What this alert is about' })
  const marks = () => t.page.getByRole('toolbar', { name: 'Alerts on the chart' }).first().getByRole('button')

  test('without alerts there is one calm line; an alert appears by itself, with what it is about and what it costs', async () => {
    await t.open()
    await panel().getByText('No open alerts').waitFor()
    const known_until = new Date().toISOString().replace('T', ' ').replace('Z', '')
    await t.running.ledger.clickhouse.insertRows('detector_positions', [
      { tenant: 'default', judged_until: known_until, known_until },
    ])
    await panel()
      .getByText(/judged until \d\d:\d\d:\d\d/)
      .waitFor()
    expect(await t.page.getByRole('toolbar').count()).toBe(0)
    await insert(alertOf(Date.now(), { severity: 'critical' }))
    const row = panel().getByRole('row').nth(1)
    await row.waitFor()
    const text = await row.textContent()
    for (const part of [
      'Spend spike',
      'critical',
      'team search',
      '40 min',
      '$184.21, expected $61.40',
      '$122.81',
      'open',
    ])
      expect(text).toContain(part)
    expect(await row.locator('[title="$122.810000000000000001"]').count()).toBe(1)
    expect(text).toContain('$184.22')
    expect(await panel().getByText('No open alerts').count()).toBe(0)
  })

  test('an alert opens with all that is needed to check it, and Escape gives the focus back', async () => {
    const alert = alertOf(Date.now())
    await insert(alert)
    await insertAlertEvents(t.running.ledger.clickhouse, alert, [
      { at: alert.openedAt, event: 'opened' },
      { at: alert.openedAt + 900, event: 'delivered', target: 'slack', detail: { event: 'opened' } },
      {
        at: alert.openedAt + 950,
        event: 'refused',
        target: 'pager',
        detail: { event: 'opened', reason: 'no such hook' },
      },
    ])
    await t.open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
    const link = panel().getByRole('link', { name: 'Spend spike' })
    await link.focus()
    await t.page.keyboard.press('Enter')
    await dialog().getByText('Check it yourself').waitFor()
    const text = (await dialog().textContent()) as string
    for (const part of [
      'team search',
      'spend now$184.21',
      'expected$61.40',
      '3.0 × the usual',
      'held against the mean of the 7 days before',
      'model gpt-4o$99.47 81.0 %',
      'all traffic · model gpt-4o',
      'slack was told (opened)',
      'pager did not take it (opened): no such hook',
      '$184.210000000000000001',
      'Entries known until',
    ])
      expect(text).toContain(part)
    expect(await dialog().getByRole('link', { name: 'runbook' }).getAttribute('href')).toBe('/runbooks/spend_spike')
    await dialog().getByRole('button', { name: 'Copy the SQL of observed' }).click()
    await dialog().getByRole('button', { name: 'Copied' }).waitFor()
    expect(await t.page.evaluate(() => navigator.clipboard.readText())).toBe(alert.explanation.sql.observed)
    await t.expectAccessible()
    await t.page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'hidden' })
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(new URL(t.page.url()).search).toBe('')
  })

  test('a link to an alert opens it with the time around it behind it; one that is not there is said', async () => {
    const openedAt = Date.now() - 300 * minuteMs
    const alert = alertOf(Date.now(), { openedAt, resolvedAt: openedAt + 20 * minuteMs, state: 'resolved' })
    await insert(alert)
    await t.open(`/?alert=${alert.alertId}`)
    await dialog().getByText('Check it yourself').waitFor()
    await t.page.waitForURL(/from=/)
    const shown = new URL(t.page.url()).searchParams
    expect(Date.parse(shown.get('from') as string)).toBeLessThanOrEqual(openedAt - 30 * minuteMs)
    expect(Date.parse(shown.get('to') as string)).toBeGreaterThanOrEqual(openedAt + 50 * minuteMs)
    await t.page.locator('[data-pin]').waitFor()
    await t.page.context().close()
    await t.open('/?alert=4711&range=7d')
    await dialog().getByText('No alert has this id.').waitFor()
    expect(new URL(t.page.url()).search).toBe('?alert=4711&range=7d')
    t.complaints.splice(0)
  })

  test('its spend and charges are one press away, and every narrowing can be taken off', async () => {
    await insert(alertOf(Date.now()))
    await t.open()
    await panel().getByRole('link', { name: 'Spend spike' }).click()
    await dialog().getByRole('link', { name: 'Its spend and charges' }).click()
    await dialog().waitFor({ state: 'hidden' })
    await t.page.locator('#charges tbody tr', { hasText: 'support' }).waitFor({ state: 'detached' })
    expect(await t.page.locator('#charges tbody').textContent()).toContain('$3.000000')
    await t.page.locator('[data-gap=unpriced]').waitFor()
    expect(await t.page.locator('dl > div', { hasText: 'Spend' }).first().textContent()).toContain('$3.00')
    await t.page.getByRole('button', { name: 'No longer only team search' }).click()
    await t.page.locator('#charges tbody tr').nth(1).waitFor()
    await t.page.getByRole('button', { name: 'Show everything' }).click()
    expect(new URL(t.page.url()).search).toBe('')
    await t.page.goBack()
    await t.page.getByRole('button', { name: 'No longer only tenant default' }).waitFor()
  })

  test('marks stand on the chart since when it was so; they tell on focus, and open by mouse and keyboard', async () => {
    const now = Date.now()
    const past = { openedAt: now - 200 * minuteMs, resolvedAt: now - 170 * minuteMs, state: 'resolved' as const }
    const [open, over] = [alertOf(now), alertOf(now, { ...past, dims: { team: 'support' } })]
    await insert(
      open,
      over,
      alertOf(now, { kind: 'unpriced', openedAt: now - 2_000 * minuteMs, resolvedAt: now - 1_900 * minuteMs }),
    )
    await t.open('/?range=6h')
    await marks().nth(1).waitFor()
    expect(await marks().count()).toBe(2)
    const [first, second] = await Promise.all([marks().first().boundingBox(), marks().last().boundingBox()])
    expect(first?.x).toBeLessThan(second?.x as number)

    await marks().first().focus()
    await t.page.locator('[data-pin-tip]', { hasText: 'team support' }).waitFor()
    await t.page.keyboard.press('ArrowRight')
    await t.page.locator('[data-pin-tip]', { hasText: /Spend spike.*team search.*open/ }).waitFor()
    await t.page.keyboard.press('Enter')
    await dialog().getByText('Check it yourself').waitFor()
    expect(new URL(t.page.url()).searchParams.get('alert')).toBe(open.alertId)
    await t.page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'hidden' })

    await marks().first().click()
    await dialog().getByText('Resolved', { exact: true }).waitFor()
    expect(new URL(t.page.url()).searchParams.get('alert')).toBe(over.alertId)
    await t.page.keyboard.press('Escape')
    await t.page.goto(`${t.running.service.url}/?range=6h&team=search`)
    await marks().first().waitFor()
    expect(await marks().count()).toBe(1)
  })

  test('many at one time are one mark that lists them', async () => {
    const now = Date.now()
    const many = Array.from({ length: 60 }, (_, index) =>
      alertOf(now, { openedAt: now - (60 + index / 10) * minuteMs, dims: { feature: `feature-${index}` } }),
    )
    await insert(...many)
    await t.open()
    const mark = marks().first()
    await mark.waitFor()
    expect(await mark.textContent()).toBe('60')
    await mark.click()
    const list = t.page.locator('[data-pin-tip]')
    await list.getByRole('button').nth(59).waitFor()
    await t.expectAccessible()
    await list.getByRole('button', { name: 'feature-7', exact: false }).first().click()
    await dialog().getByText('feature feature-7').first().waitFor()
  })

  test('a channel that takes nothing is said at the top, until it takes messages again', async () => {
    const alert = alertOf(Date.now())
    await insert(alert)
    const said = (minutes: number, event: string, detail = {}) =>
      insertAlertEvents(t.running.ledger.clickhouse, alert, [
        { at: Date.now() - minutes * minuteMs, event, target: 'slack', detail },
      ])
    await said(30, 'refused', { event: 'opened', reason: '404 no_service' })
    await t.open()
    const trouble = t.page.getByRole('status').filter({ hasText: 'slack has not taken messages since' })
    await trouble.waitFor()
    expect(await trouble.textContent()).toMatch(/since .*\d\d:\d\d: 404 no_service; 1 alert undelivered\.$/)
    await said(0, 'delivered', { event: 'updated' })
    await trouble.waitFor({ state: 'detached' })
  })

  test('a runbook is a page that can be read, and one that is not there lists those that are', async () => {
    await t.open('/runbooks')
    await t.page.getByRole('heading', { name: 'Runbooks' }).waitFor()
    await t.expectAccessible()
    const first = t.page.getByRole('listitem').getByRole('link').first()
    if ((await first.count()) > 0) {
      await first.click()
      await t.page.getByRole('heading', { level: 1 }).waitFor()
      await t.expectAccessible()
      expect(t.complaints).toEqual([])
    }
    await t.page.goto(`${t.running.service.url}/runbooks/nothing`)
    await t.page.getByRole('heading', { name: 'There is no runbook of this name' }).waitFor()
    t.complaints.splice(0)
  })

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test.each([1280, 390])('at %d pixels they are accessible, and nothing sticks out or moves', async (width) => {
      const { clickhouse } = t.running.ledger
      await insertRows(clickhouse, sampleLedger(Date.now(), 2_000))
      const [alert] = await insertSampleAlerts(clickhouse, Date.now())
      await t.open('/?range=30d', { colorScheme, viewport: { width, height: 800 } })
      await t.page.evaluate(watchShifts)
      await t.page.locator('[data-pin]').nth(4).waitFor()
      await t.page.locator('#charges tbody tr').nth(40).waitFor()
      await t.page.locator('[data-pin]').first().hover()
      await t.page.locator('[data-pin-tip]').waitFor()
      await panel()
        .getByText(/resolved in the last 30 days/)
        .click()
      await t.expectAccessible()
      expect(await t.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await t.page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted)).toBeLessThan(0.02)
      await t.page.goto(`${t.running.service.url}/?alert=${alert?.alertId}`)
      await dialog().getByText('Check it yourself').waitFor()
      await t.expectAccessible()
    })
  })
})

/** Adds up what moved without anybody having pressed anything: the browser's own measure. */
function watchShifts(): void {
  const page = globalThis as unknown as { shifted: number }
  page.shifted = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
      if (!entry.hadRecentInput) page.shifted += entry.value
    }
  }).observe({ type: 'layout-shift', buffered: true })
}
