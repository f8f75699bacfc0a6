import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromiumFlags, findChromium } from '@spanledger/runtime/testing/chromium'
import { chromium, type Page } from 'playwright-core'
import { insertSampleAlerts } from '../src/testing/sample-alerts.ts'
import { insertRows } from '../src/testing/ledger-rows.ts'
import { sampleLedger } from '../src/testing/sample-ledger.ts'
import { createTestConsole } from '../src/testing/test-console.ts'

/** Pictures of the page over a sample ledger, in both themes and on a phone: `pnpm screenshot [folder]`. */
const folder = process.argv[2] ?? 'dist/screenshots'
const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } } as const

const executablePath = findChromium()
if (executablePath === undefined) throw new Error('no Chromium: install it or set CHROMIUM_PATH')
mkdirSync(folder, { recursive: true })
const test = await createTestConsole()
const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] })

async function withPage(
  name: string,
  path: string,
  look: (page: Page, save: (what: string) => Promise<void>) => unknown,
) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' })
      await page.goto(test.service.url + path)
      await look(page, async (what) => {
        const file = join(folder, `${[name, what, colorScheme, size].filter(Boolean).join('-')}.png`)
        await page.screenshot({ path: file, fullPage: !what.startsWith('over') })
      })
      await page.close()
    }
  }
}

await withPage('waiting', '/', async (page, save) => {
  await page.getByRole('heading', { name: 'Waiting for your first span' }).waitFor()
  await save('')
})
await insertRows(test.ledger.clickhouse, sampleLedger(Date.now(), 20_000))
for (const path of ['/', '/?range=30d&by=team', '/?range=15m&by=feature']) {
  await withPage(`page-${path.replace(/\W+/g, '-')}`, path, async (page, save) => {
    await page.getByRole('row').nth(12).waitFor()
    await save('')
    if (path !== '/') return
    await page.getByRole('slider', { name: 'Spend over time' }).hover()
    await save('over-tooltip')
    await page.locator('#charges tbody a').first().click()
    await page.getByText('The sum').waitFor()
    await save('over-charge')
  })
}
const [spike, cache] = await insertSampleAlerts(test.ledger.clickhouse, Date.now())
for (const path of ['/?range=6h', '/?range=30d&by=team', '/?range=24h']) {
  await withPage(`alerts-${path.replace(/\W+/g, '-')}`, path, async (page, save) => {
    await page.locator('[data-pin]').first().waitFor()
    await page.getByRole('row').nth(12).waitFor()
    await save('')
    await page.locator('[data-pin]').last().hover()
    await save('over-pin')
  })
}
for (const alert of [spike, cache]) {
  await withPage(`alert-${alert?.kind}`, `/?alert=${alert?.alertId}`, async (page, save) => {
    await page.getByText('Check it yourself').waitFor()
    await page.locator('[data-pin-band]').first().waitFor()
    await save('over')
    await page.getByRole('dialog').evaluate((dialog) => dialog.scrollBy(0, 900))
    await save('over-below')
  })
}
await withPage('prices', '/?page=prices', async (page, save) => {
  await page.getByText('It can be used.').waitFor()
  await page.getByRole('button', { name: 'Preview', exact: true }).click()
  await page.getByText('charges change').waitFor()
  await save('')
})
await withPage('runbook', '/runbooks/spend_spike', async (_, save) => save(''))
await withPage('runbooks', '/runbooks', async (_, save) => save(''))
await browser.close()
await test.close()
