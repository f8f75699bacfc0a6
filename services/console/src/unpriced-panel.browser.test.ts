import { beforeEach, describe, expect, test } from 'vitest'
import { insertRows, ledgerRow } from './testing/ledger-rows.ts'
import { noChromium, useTestPage } from './testing/test-page.ts'

describe.skipIf(noChromium)('what has no price, on the page in Chromium (install it or set CHROMIUM_PATH)', () => {
  const t = useTestPage()
  beforeEach(() => t.running.ledger.clickhouse.command('TRUNCATE TABLE ledger'))

  const at = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString()
  const insert = (...rows: Parameters<typeof insertRows>[1]) => insertRows(t.running.ledger.clickhouse, rows)
  const noMoney = { cost: '0', cost_input: '0', cost_cache_read: '0', cost_output: '0', list_cost: '0' }
  const unpriced = (change: Readonly<Record<string, unknown>>) =>
    ledgerRow({
      at: at(1),
      ...noMoney,
      price_state: 'unpriced',
      unpriced_requests: 1,
      unpriced_tokens: 1115,
      warnings: ['MODEL_UNKNOWN'],
      ...change,
    })
  const panel = () => t.page.getByRole('region', { name: 'Without a price', exact: false }).first()

  test('the queue stands with what it may cost, whatever window is shown, and offers what to paste for the one that is chosen', async () => {
    await insert(
      ledgerRow({ at: at(1) }),
      unpriced({ model: 'our-gpt', at: at(300) }),
      unpriced({ model: 'our-gpt' }),
      unpriced({ model: 'llama', provider: 'vllm', warnings: ['SELF_HOSTED_NO_COST_POOL'] }),
    )
    await t.open('/?range=24h', { permissions: ['clipboard-read', 'clipboard-write'] })
    await panel().getByText('our-gpt').first().waitFor()
    expect(await panel().getByRole('heading').first().textContent()).toContain(
      '3 requests of the last 35 days are in no cost: perhaps $0.010, an estimate',
    )
    expect(
      await panel()
        .getByRole('row', { name: /^our-gpt/ })
        .getByRole('cell')
        .allTextContents(),
    ).toEqual(['No price for this model: it is not in the cost.', '2', '2,230', '$0.0068', expect.any(String)])
    await panel()
      .getByRole('button', { name: /^Copy: It is a model of the catalogue/ })
      .click()
    await t.page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await t.page.evaluate(() => navigator.clipboard.readText())).toContain(
      'aliases:\n    - provider: "openai"\n      model: "our-gpt"\n',
    )
    await panel()
      .getByRole('button', { name: /^llama/ })
      .click()
    await panel().getByText('per_unit_hour').waitFor()
    await t.expectAccessible()
  })

  test('where everything has a price there is no queue', async () => {
    await insert(ledgerRow({ at: at(1) }))
    await t.open()
    await t.page.getByRole('heading', { name: /Tag coverage/ }).waitFor()
    expect(await panel().count()).toBe(0)
  })
})
