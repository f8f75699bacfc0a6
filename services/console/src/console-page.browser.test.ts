import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromiumFlags, findChromium } from '@spanledger/runtime/testing/chromium'
import type { AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { insertRows, ledgerRow, replacementOf, reversalOf } from './testing/ledger-rows.ts'
import { sampleLedger } from './testing/sample-ledger.ts'
import { createTestConsole, type TestConsole } from './testing/test-console.ts'

const executablePath = findChromium()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(executablePath === undefined)('the page in Chromium (install it or set CHROMIUM_PATH)', () => {
  let browser: Browser
  let running: TestConsole
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    running = await createTestConsole()
    browser = await chromium.launch({ executablePath: executablePath as string, args: [...chromiumFlags] })
  })
  afterAll(async () => {
    await browser?.close()
    await running?.close()
  })
  beforeEach(async () => {
    await running.ledger.clickhouse.command('TRUNCATE TABLE ledger')
    complaints.length = 0
  })
  afterEach(async () => {
    running.outage = false
    await page?.context().close()
    // what the Content-Security-Policy blocks, a script that fails, a file that is missing
    // oxlint-disable-next-line vitest/no-standalone-expect -- a promise of every test here
    expect(complaints.filter((text) => !text.includes('500 (Internal Server Error)'))).toEqual([])
  })

  async function open(path = '/', options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 900 },
      ...options,
    })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.goto(running.service.url + path)
  }

  const insert = (...rows: Parameters<typeof insertRows>[1]) => insertRows(running.ledger.clickhouse, rows)
  const now = () => new Date().toISOString()
  const figure = (name: string) =>
    page
      .locator('dl > div', { has: page.getByText(name, { exact: true }) })
      .locator('dd')
      .first()

  async function expectAccessible(): Promise<void> {
    await page.evaluate(axe)
    const results = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    )
    expect(results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual(
      [],
    )
  }

  test('waits for the first span, turns green by itself, and shows the totals to the last digit', async () => {
    await open()
    await page.getByRole('heading', { name: 'Waiting for your first span' }).waitFor()
    const command = await page.getByRole('region', { name: 'Send one by hand' }).textContent()
    const event = JSON.parse(/-d '(.*)'$/s.exec(command ?? '')?.[1] ?? '')
    expect(command).toContain('curl http://127.0.0.1:4318/v1/usage')
    expect(event).toMatchObject({
      provider: 'openai',
      model: 'gpt-4o',
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(Math.abs(Date.now() - Date.parse(event.at))).toBeLessThan(60_000)

    await insert(ledgerRow({ at: now(), cost: '12.340000000000000001', cost_without_cache: '13' }))
    await page.locator('[data-state=arrived]').waitFor()
    await figure('Spend').waitFor()
    expect(await figure('Spend').textContent()).toBe('$12.34')
    expect(await figure('Spend').locator('span').getAttribute('title')).toBe('$12.340000000000000001')
    expect(await figure('Requests').textContent()).toBe('1')
    expect(await figure('Cache-hit ratio').textContent()).toBe('20.0 %')
    expect(await page.locator('[data-gap=unpriced]').textContent()).toBe('0 unpriced')
  })

  test('the copied command is the shown one, fresh with each copy', async () => {
    await open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
    const button = page.getByRole('button', { name: 'Copy the curl command' })
    const shown = () => page.getByRole('region', { name: 'Send one by hand' }).textContent()
    const before = await shown()
    await button.click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toBe(await shown())
    expect(copied).not.toBe(before)
  })

  test('figures follow the ledger without a reload, and what is not priced stands beside the total', async () => {
    await insert(ledgerRow({ at: now() }))
    await open('/?range=15m')
    await figure('Spend').getByText('$0.0034').waitFor()
    const unpriced = {
      cost: '0',
      cost_without_cache: '0',
      price_state: 'unpriced',
      unpriced_requests: 1,
      unpriced_tokens: 1115,
    }
    await insert(ledgerRow({ at: now(), team: 'untagged', ...unpriced, model: 'brand-new-model' }))
    await page.locator('[data-gap=unpriced]', { hasText: '1 unpriced: 1,115 tokens not in the spend' }).waitFor()
    await page.locator('[data-gap=untagged]', { hasText: '1 untagged' }).waitFor()
    expect(await figure('Spend').textContent()).toBe('$0.0034')
    await page.locator('[data-gap=unpriced]').click()
    await page.locator('#charges tbody tr').nth(1).waitFor({ state: 'detached' })
    expect(await page.locator('#charges tbody a').allTextContents()).toEqual(['brand-new-model'])
    expect(await page.locator('#charges tbody').textContent()).toContain('no price')
  })

  test('a charge opens its explanation by mouse and keyboard; Escape closes it and gives the focus back', async () => {
    const row = ledgerRow({ at: now() })
    await insert(row, reversalOf(row), replacementOf(row, { reason: 'PRICE_FIX', warnings: ['FX_STALE'] }))
    await open()
    const link = page.locator('#charges tbody a')
    await link.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'How this charge came about' })
    await dialog.getByText('The sum').waitFor()
    expect(await dialog.locator('tfoot').first().textContent()).toContain('$0.0034')
    expect(await dialog.getByText('The exchange rate is old.').isVisible()).toBe(true)
    expect(await dialog.getByText('PRICE_FIX').isVisible()).toBe(true)
    expect(new URL(page.url()).searchParams.get('charge')).toMatch(/^[0-9a-f-]{36}$/)
    await expectAccessible()
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab')
      // the browser's own controls are the only other stop
      expect(
        await page.evaluate(
          () => document.activeElement === document.body || !!document.activeElement?.closest('dialog'),
        ),
      ).toBe(true)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(new URL(page.url()).searchParams.get('charge')).toBeNull()

    await page.locator('#charges tbody td').nth(2).click()
    await dialog.waitFor()
    await page.goBack()
    await dialog.waitFor({ state: 'hidden' })
  })

  test('an address with a charge opens it at once, and an unknown one says so', async () => {
    const row = ledgerRow({ at: now(), model: 'linked-model' })
    await insert(row)
    await open(`/?charge=${row.entry_id}`)
    await page.getByRole('dialog').getByText('linked-model').first().waitFor()
    await page.context().close()
    await open('/?charge=4711')
    await page.getByRole('dialog').getByText('No charge has this id.').waitFor()
    complaints.splice(0)
  })

  test('spend can be stacked by team, read as a table, and walked by arrow keys', async () => {
    await insert(
      ledgerRow({ at: now(), team: 'search', cost: '3' }),
      ledgerRow({ at: now(), team: 'support', cost: '1.000000000000000001' }),
    )
    await open('/?range=1h')
    await page.getByRole('radio', { name: 'Team' }).check()
    const table = page.getByRole('region', { name: 'Spend by slice' })
    await table.getByText('support').waitFor()
    expect(await table.locator('tbody tr').allTextContents()).toEqual(['search$3.0075.0 %0', 'support$1.0025.0 %0'])
    expect(await table.locator('tfoot td').first().getAttribute('title')).toBe('$4.000000000000000001')
    const chart = page.getByRole('slider', { name: 'Spend over time' })
    await chart.press('End')
    await page.locator('[data-tooltip]', { hasText: '$1.000000000000000001' }).waitFor()
    expect(await chart.getAttribute('aria-valuetext')).toContain('support $1.00, search $3.00')
    await chart.press('Home')
    await page.locator('[data-tooltip]', { hasText: 'No requests' }).waitFor()
    expect(new URL(page.url()).search).toBe('?range=1h&by=team')
  })

  test('while the API is away the last figures stay, with a banner that goes by itself', async () => {
    await insert(ledgerRow({ at: now() }))
    await open('/?range=15m')
    await figure('Spend').getByText('$0.0034').waitFor()
    running.outage = true
    await page.getByRole('alert').getByText('Not up to date').waitFor()
    expect(await figure('Spend').textContent()).toBe('$0.0034')
    await expectAccessible()
    running.outage = false
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('a window without requests says where the newest is', async () => {
    await insert(ledgerRow({ at: '2026-01-10T10:20:30Z' }))
    await open()
    await page.getByText('the newest in the ledger is of 2026-01-10 10:20 UTC').waitFor()
    expect(await figure('Cache-hit ratio').textContent()).toBe('–')
  })

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test.each([1280, 360])('at %d pixels it is accessible and nothing sticks out', async (width) => {
      const options = { colorScheme, viewport: { width, height: 800 } }
      await open('/', options)
      await page.getByRole('heading', { name: 'Waiting' }).waitFor()
      await expectAccessible()
      await page.context().close()
      await insertRows(running.ledger.clickhouse, sampleLedger(Date.now(), 2_000))
      await open('/', options)
      await page.locator('#charges tbody tr').nth(40).waitFor()
      await page.getByRole('slider', { name: 'Spend over time' }).hover()
      await page.locator('[data-tooltip]').waitFor()
      await expectAccessible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    })
  })
})
