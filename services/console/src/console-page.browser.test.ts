import { beforeEach, describe, expect, test } from 'vitest'
import { insertRows, ledgerRow, replacementOf, reversalOf } from './testing/ledger-rows.ts'
import { sampleLedger } from './testing/sample-ledger.ts'
import { noChromium, useTestPage } from './testing/test-page.ts'

describe.skipIf(noChromium)('the page in Chromium (install it or set CHROMIUM_PATH)', () => {
  const t = useTestPage()
  beforeEach(() => t.running.ledger.clickhouse.command('TRUNCATE TABLE ledger'))

  const insert = (...rows: Parameters<typeof insertRows>[1]) => insertRows(t.running.ledger.clickhouse, rows)
  const now = () => new Date().toISOString()
  const figure = (name: string) =>
    t.page
      .locator('dl > div', { has: t.page.getByText(name, { exact: true }) })
      .locator('dd')
      .first()

  test('waits for the first span, turns green by itself, and shows the totals to the last digit', async () => {
    await t.open()
    await t.page.getByRole('heading', { name: 'Waiting for your first span' }).waitFor()
    const command = await t.page.getByRole('region', { name: 'Send one by hand' }).textContent()
    const event = JSON.parse(/-d '(.*)'$/s.exec(command ?? '')?.[1] ?? '')
    expect(command).toContain('curl http://127.0.0.1:4318/v1/usage')
    expect(event).toMatchObject({
      provider: 'openai',
      model: 'gpt-4o',
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(Math.abs(Date.now() - Date.parse(event.at))).toBeLessThan(60_000)

    await insert(ledgerRow({ at: now(), cost: '12.340000000000000001', cost_without_cache: '13' }))
    await t.page.locator('[data-state=arrived]').waitFor()
    await figure('Spend').waitFor()
    expect(await figure('Spend').textContent()).toBe('$12.34')
    expect(await figure('Spend').locator('span').getAttribute('title')).toBe('$12.340000000000000001')
    expect(await figure('Requests').textContent()).toBe('1')
    expect(await figure('Cache-hit ratio').textContent()).toBe('20.0 %')
    expect(await t.page.locator('[data-gap=unpriced]').textContent()).toBe('0 unpriced')
  })

  test('the copied command is the shown one, fresh with each copy', async () => {
    await t.open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
    const button = t.page.getByRole('button', { name: 'Copy the curl command' })
    const shown = () => t.page.getByRole('region', { name: 'Send one by hand' }).textContent()
    const before = await shown()
    await button.click()
    await t.page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await t.page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toBe(await shown())
    expect(copied).not.toBe(before)
  })

  test('figures follow the ledger without a reload, and what is not priced stands beside the total', async () => {
    await insert(ledgerRow({ at: now() }))
    await t.open('/?range=15m')
    await figure('Spend').getByText('$0.0034').waitFor()
    const unpriced = {
      cost: '0',
      cost_without_cache: '0',
      price_state: 'unpriced',
      unpriced_requests: 1,
      unpriced_tokens: 1115,
    }
    await insert(ledgerRow({ at: now(), team: 'untagged', ...unpriced, model: 'brand-new-model' }))
    await t.page.locator('[data-gap=unpriced]', { hasText: '1 unpriced: 1,115 tokens not in the spend' }).waitFor()
    await t.page.locator('[data-gap=untagged]', { hasText: '1 untagged' }).waitFor()
    expect(await figure('Spend').textContent()).toBe('$0.0034')
    await t.page.locator('[data-gap=unpriced]').click()
    await t.page.locator('#charges tbody a', { hasText: 'gpt-4o' }).waitFor({ state: 'detached' })
    expect(await t.page.locator('#charges tbody a').allTextContents()).toEqual(['brand-new-model'])
    expect(await t.page.locator('#charges tbody').textContent()).toContain('no price')
  })

  test('the day that the prices are of stands beside the clock, with their sources', async () => {
    await insert(ledgerRow({ at: now() }))
    await t.open()
    const date = t.page.locator('header [data-prices]')
    await date.waitFor()
    expect(await date.textContent()).toContain('2026-01-09')
    expect(await date.getAttribute('title')).toBe('List prices as of 2026-01-09, from genai-prices 0.2.3')
  })

  test('a charge opens its explanation by mouse and keyboard; Escape closes it and gives the focus back', async () => {
    const row = ledgerRow({ at: now() })
    await insert(row, reversalOf(row), replacementOf(row, { reason: 'PRICE_FIX', warnings: ['FX_STALE'] }))
    await t.open()
    const link = t.page.locator('#charges tbody a')
    await link.focus()
    await t.page.keyboard.press('Enter')
    const dialog = t.page.getByRole('dialog', { name: 'How this charge came about' })
    await dialog.getByText('The sum').waitFor()
    expect(await dialog.locator('tfoot').first().textContent()).toContain('$0.0034')
    expect(await dialog.getByText('The exchange rate is more than seven days old.').isVisible()).toBe(true)
    expect(await dialog.getByText('PRICE_FIX').isVisible()).toBe(true)
    expect(new URL(t.page.url()).searchParams.get('charge')).toMatch(/^[0-9a-f-]{36}$/)
    await t.expectAccessible()
    for (let presses = 0; presses < 12; presses++) {
      await t.page.keyboard.press('Tab')
      // the browser's own controls are the only other stop
      expect(
        await t.page.evaluate(
          () => document.activeElement === document.body || !!document.activeElement?.closest('dialog'),
        ),
      ).toBe(true)
    }
    await t.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(new URL(t.page.url()).searchParams.get('charge')).toBeNull()

    await t.page.locator('#charges tbody td').nth(2).click()
    await dialog.waitFor()
    await t.page.goBack()
    await dialog.waitFor({ state: 'hidden' })
  })

  test('an address with a charge opens it at once, and an unknown one says so', async () => {
    const row = ledgerRow({ at: now(), model: 'linked-model' })
    await insert(row)
    await t.open(`/?charge=${row.entry_id}`)
    await t.page.getByRole('dialog').getByText('linked-model').first().waitFor()
    await t.page.context().close()
    await t.open('/?charge=4711')
    await t.page.getByRole('dialog').getByText('No charge has this id.').waitFor()
    t.complaints.splice(0)
  })

  test('spend can be stacked by team, read as a table, and walked by arrow keys', async () => {
    await insert(
      ledgerRow({ at: now(), team: 'search', cost: '3' }),
      ledgerRow({ at: now(), team: 'support', cost: '1.000000000000000001' }),
    )
    await t.open('/?range=1h')
    await t.page.getByRole('radio', { name: 'Team' }).check()
    const table = t.page.getByRole('region', { name: 'Spend by slice' })
    await table.getByText('support').waitFor()
    expect(await table.locator('tbody tr').allTextContents()).toEqual(['search$3.0075.0 %0', 'support$1.0025.0 %0'])
    expect(await table.locator('tfoot td').first().getAttribute('title')).toBe('$4.000000000000000001')
    const chart = t.page.getByRole('slider', { name: 'Spend over time' })
    await chart.press('End')
    await t.page.locator('[data-tooltip]', { hasText: '$1.000000000000000001' }).waitFor()
    expect(await chart.getAttribute('aria-valuetext')).toContain('support $1.00, search $3.00')
    await chart.press('Home')
    await t.page.locator('[data-tooltip]', { hasText: 'No requests' }).waitFor()
    expect(new URL(t.page.url()).search).toBe('?range=1h&by=team')
  })

  test('a stretch of the chart can be looked at alone, by dragging over it or by Enter on a bucket', async () => {
    await insert(ledgerRow({ at: now() }))
    await t.open('/?range=24h')
    const chart = t.page.getByRole('slider', { name: 'Spend over time' })
    const box = (await chart.boundingBox()) as { x: number; y: number; width: number }
    const middle = [box.x + box.width / 2, box.y + 150] as const
    await t.page.mouse.move(...middle)
    await t.page.mouse.down()
    await t.page.mouse.move(middle[0] + 120, middle[1], { steps: 4 })
    await t.page.mouse.up()
    await t.page.getByRole('group', { name: 'Narrowed to' }).waitFor()
    const dragged = new URL(t.page.url()).searchParams
    const hours = (Date.parse(dragged.get('to') as string) - Date.parse(dragged.get('from') as string)) / 3_600_000
    expect(hours).toBeGreaterThanOrEqual(3)
    expect(hours).toBeLessThanOrEqual(7)
    await t.page.getByRole('radio', { name: '7 d' }).check()
    await t.page.getByRole('group', { name: 'Narrowed to' }).waitFor({ state: 'detached' })
    expect(new URL(t.page.url()).search).toBe('?range=7d')
    // The chart of the wider window is there when its heading says so.
    await t.page.getByText('per hour', { exact: true }).first().waitFor()
    await chart.press('End')
    await chart.press('Enter')
    await t.page.getByRole('group', { name: 'Narrowed to' }).waitFor()
    const entered = new URL(t.page.url()).searchParams
    expect(Date.parse(entered.get('to') as string) - Date.parse(entered.get('from') as string)).toBe(3_600_000)
  })

  test('while the API is away the last figures stay, with a banner that goes by itself', async () => {
    await insert(ledgerRow({ at: now() }))
    await t.open('/?range=15m')
    await figure('Spend').getByText('$0.0034').waitFor()
    t.running.outage = true
    await t.page.getByRole('alert').getByText('Not up to date').waitFor()
    expect(await figure('Spend').textContent()).toBe('$0.0034')
    await t.expectAccessible()
    t.running.outage = false
    await t.page.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('a window without requests says where the newest is', async () => {
    await insert(ledgerRow({ at: '2026-01-10T10:20:30Z' }))
    await t.open()
    await t.page.getByText('the newest in the ledger is of 2026-01-10 10:20 UTC').waitFor()
    expect(await figure('Cache-hit ratio').textContent()).toBe('–')
  })

  test('what a request without usage may have cost stands beside the spend, and in no sum of it', async () => {
    const accrual = {
      kind: 'accrual',
      ...Object.fromEntries(
        ['input_tokens', 'uncached_tokens', 'cache_read_tokens', 'output_tokens'].map((name) => [name, 0]),
      ),
      ...Object.fromEntries(
        ['cost', 'cost_input', 'cost_cache_read', 'cost_output', 'list_cost'].map((name) => [name, '0']),
      ),
      cost_without_cache: '0',
      price_state: 'unpriced',
      unpriced_requests: 1,
      warnings: ['USAGE_MISSING'],
    }
    const basis = {
      by: 'series',
      same: ['request_model'],
      from: '2026-01-03',
      to: '2026-01-17',
      requests: '2',
      cost: '2.46',
    }
    await insert(
      ledgerRow({ at: now(), cost: '4' }),
      ledgerRow({ at: now(), ...accrual, accrued_cost: '1.23', accrual_basis: JSON.stringify(basis) }),
      ledgerRow({ at: now(), ...accrual, feature: 'chat' }),
    )
    await t.open()
    await figure('Spend').waitFor()
    expect(await figure('Spend').textContent()).toBe('$4.00')
    expect(await t.page.locator('[data-estimated]').textContent()).toBe('+ $1.23 estimated for 1 request without usage')
    const rows = t.page.getByRole('region', { name: 'Spend by slice' }).getByRole('row')
    expect(await rows.nth(1).textContent()).toBe('gpt-4o$4.00+ $1.23 est.100.0 %2')
    expect(await rows.nth(2).textContent()).toBe('Total$4.002')
    expect(await rows.nth(3).textContent()).toBe('Estimated, no usage+ $1.23')
    const slider = t.page.getByRole('slider', { name: 'Spend over time' })
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/gpt-4o \$4\.00, and \$1\.23 estimated$/)
    const charges = t.page.locator('#charges tbody')
    await charges.getByText('no usage', { exact: true }).waitFor()
    await charges.getByText('≈ $1.230000').click()
    const drawer = t.page.getByRole('dialog')
    await drawer.getByText('No usage was reported: it is counted as unpriced').waitFor()
    expect(await drawer.textContent()).toContain(
      'The mean of 2 requests with the same request model from 2026-01-03 to 2026-01-17: $2.46 / 2.',
    )
  })

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test.each([1280, 360])('at %d pixels it is accessible and nothing sticks out', async (width) => {
      const options = { colorScheme, viewport: { width, height: 800 } }
      await t.open('/', options)
      await t.page.getByRole('heading', { name: 'Waiting' }).waitFor()
      await t.expectAccessible()
      await t.page.context().close()
      await insertRows(t.running.ledger.clickhouse, sampleLedger(Date.now(), 2_000))
      await t.open('/', options)
      await t.page.locator('#charges tbody tr').nth(40).waitFor()
      await t.page.getByRole('slider', { name: 'Spend over time' }).hover()
      await t.page.locator('[data-tooltip]').waitFor()
      await t.expectAccessible()
      expect(await t.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    })
  })
})
