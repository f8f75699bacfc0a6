import { beforeEach, describe, expect, test } from 'vitest'
import { insertRows, ledgerRow } from './testing/ledger-rows.ts'
import { noChromium, useTestPage } from './testing/test-page.ts'

describe.skipIf(noChromium)('tag coverage on the page in Chromium (install it or set CHROMIUM_PATH)', () => {
  const t = useTestPage()
  beforeEach(() => t.running.ledger.clickhouse.command('TRUNCATE TABLE ledger'))

  const at = () => new Date().toISOString()
  const insert = (...rows: Parameters<typeof insertRows>[1]) => insertRows(t.running.ledger.clickhouse, rows)
  const panel = () => t.page.getByRole('region', { name: 'Tag coverage', exact: false }).first()
  const cells = (service: string) =>
    panel()
      .getByRole('row', { name: new RegExp(`^${service}`) })
      .getByRole('cell')
      .allTextContents()

  test('each service with its shares, the worst first, and a rule to copy for it', async () => {
    await insert(
      ledgerRow({ at: at(), service: 'tagged', user: 'u' }),
      ledgerRow({ at: at(), service: 'wild', team: 'untagged', cost: '0.01' }),
      ledgerRow({ at: at(), service: 'wild', cost: '0.03' }),
    )
    await t.open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
    await panel().getByText('wild').first().waitFor()
    expect(await panel().getByRole('rowheader').allTextContents()).toEqual(['wild', 'tagged', 'All services'])
    expect(await cells('wild')).toEqual(['$0.040', '75.0 %50.0 % of req.', '100 %', '0 %', '0 %'])
    expect((await cells('tagged')).at(-1)).toBe('100 %')
    await t.page.getByRole('button', { name: 'Copy the rule' }).click()
    await t.page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await t.page.evaluate(() => navigator.clipboard.readText())).toBe(
      'attribution:\n  rules:\n    - match: { service: "wild" }\n      set: { team: … }',
    )
    await t.expectAccessible()
  })

  test('when everything says whose it is, there is nothing to do; what has no price stands beside the spend', async () => {
    const unpriced = { cost: '0', price_state: 'unpriced', unpriced_requests: 1, unpriced_tokens: 9 }
    await insert(ledgerRow({ at: at(), service: 'a' }), ledgerRow({ at: at(), service: 'b', ...unpriced }))
    await t.open()
    await panel().getByText('All services').waitFor()
    expect(await t.page.getByRole('button', { name: 'Copy the rule' }).count()).toBe(0)
    expect((await cells('b'))[0]).toBe('no price1 unpriced')
  })
})
