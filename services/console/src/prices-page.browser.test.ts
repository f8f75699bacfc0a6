import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { noChromium, useTestPage } from './testing/test-page.ts'

const file = `# our configuration
alerts: { every_seconds: 20 }

# what was agreed
prices:
  contracts:
    - { id: openai-2026, provider: openai, model_pattern: "gpt-*", discount_percent: "12.5", effective_from: 2026-01-01, scope: { team: search } }
  aliases: [{ provider: azure, model: prod-chat, to: { provider: azure, model: gpt-4.1 } }]

attribution: {} # whose it is
`
const row = '  rows: [{ provider: house, model: m, meters: { input_tokens: { usd: "2", per: 1000000 } } }]\n'

describe.skipIf(noChromium)('the page of prices in Chromium (install it or set CHROMIUM_PATH)', () => {
  const t = useTestPage()
  beforeEach(() => writeFileSync(t.running.configPath, file))

  const editor = () => t.page.getByRole('textbox', { name: 'The section prices' })
  const button = (name: string) => t.page.getByRole('button', { name, exact: true })

  test('what is in force is shown; a change is checked as it is typed, tried, then saved', async () => {
    await t.open('/?page=prices')
    await t.page.getByText('12.5 % off the list price').waitFor()
    await t.page.getByText('team search').waitFor()
    expect(await editor().inputValue()).toContain('contracts:\n    - { id: openai-2026')
    expect(await button('Save').isDisabled()).toBe(true)

    const text = await editor().inputValue()
    await editor().fill(`${text}${row.replace('"2"', '2')}`)
    await t.page.getByText('write "2"').waitFor()
    expect(await button('Preview').isDisabled()).toBe(true)
    await button('line 5').click()
    expect(await t.page.evaluate(() => String(getSelection()))).toContain('rows: [')
    await t.expectAccessible()

    await editor().fill(`${text}${row}`)
    await t.page.getByText('It can be used.').waitFor()
    expect(await button('Save').isDisabled()).toBe(true)
    await button('Preview').click()
    await t.page.getByText('5,310 of 18,204 charges change').waitFor()
    await t.page.getByText('211 get a price that had none').waitFor()
    await t.page.getByText('3 lose their price').waitFor()
    await t.expectAccessible()
    expect(readFileSync(t.running.configPath, 'utf8')).toBe(file)

    await button('Save').click()
    await t.page.getByText('Saved. It holds from the next request on').waitFor()
    const prices = file.indexOf('\nattribution')
    expect(readFileSync(t.running.configPath, 'utf8')).toBe(`${file.slice(0, prices)}${row}${file.slice(prices)}`)
    await t.page.getByRole('region', { name: 'Price rows' }).getByText('input tokens 2 USD / million').waitFor()
  })

  test('what was changed by hand meanwhile is not overwritten', async () => {
    await t.open('/?page=prices')
    await editor().waitFor()
    await editor().fill(`${await editor().inputValue()}${row}`)
    await t.page.getByText('It can be used.').waitFor()
    writeFileSync(t.running.configPath, file.replace('"12.5"', '"15"'))
    await t.page.getByText('The file was changed meanwhile').waitFor()
    await button('Preview').click()
    await t.page.getByRole('region', { name: 'Preview', exact: true }).waitFor()
    expect(await button('Save').isDisabled()).toBe(true)
    await button('Take the file’s').click()
    expect(await editor().inputValue()).toContain('"15"')
    expect(readFileSync(t.running.configPath, 'utf8')).toContain('"15"')
  })

  test('a file that is not in force says so on top, with its line, and the page leads back to the ledger', async () => {
    writeFileSync(t.running.configPath, file.replace('"12.5"', '12.5'))
    await t.open('/?page=prices')
    await t.page.getByRole('alert').getByText('line 7').waitFor()
    await t.expectAccessible()
    await t.page.getByRole('link', { name: 'Back to the ledger' }).click()
    await t.page.getByRole('heading', { name: 'Waiting for your first span' }).waitFor()
  })
})
