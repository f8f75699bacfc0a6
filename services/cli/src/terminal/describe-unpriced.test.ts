import type { Unpriced, UnpricedItem } from '@spanledger/schemas/api/unpriced'
import { expect, test } from 'vitest'
import { describeUnpriced } from './describe-unpriced.ts'

const item: UnpricedItem = {
  tenant: 'default',
  provider: 'openai',
  model: 'mystery',
  warning: 'MODEL_UNKNOWN',
  requests: '2',
  input_tokens: '2000',
  output_tokens: '230',
  unpriced_tokens: '2230',
  first_seen: '2026-11-18T10:00:00.000Z',
  last_seen: '2026-11-20T10:00:00.000Z',
  example: 'e',
  at_risk: { usd: '0.0068', low_usd: '0.001', high_usd: '0.02', basis: 'provider', models: 3 },
  what_to_do: 'Say which model it is.',
  snippets: [{ title: 'It is another', yaml: 'prices:\n  aliases: []' }],
}
const total: Unpriced['total'] = {
  requests: '2',
  unpriced_tokens: '2230',
  at_risk_usd: '0.0068',
  requests_without_estimate: '0',
}
const told = (items: UnpricedItem[]) => describeUnpriced({ days: 35, items, total }, 'here')

test('the queue says what lacks a price, since when, and about how much that may be, always as an estimate', () => {
  const text = told([item])
  expect(text).toMatch(/openai +mystery +MODEL_UNKNOWN +2 +2230 +~0\.0068 +2026-11-18 10:00 +2026-11-20 10:00/)
  expect(text).toContain('about 0.0068 USD, an estimate')
  expect(text).toContain('in the 3 priced models of this provider for this tenant; 0.001 to 0.02 USD')
  expect(text).toContain('  # It is another\n  prices:\n    aliases: []')
})

test('what nobody can guess has a question mark, and tenants are named where there are several', () => {
  expect(told([{ ...item, at_risk: null }])).toMatch(/2230 +\? +2026/)
  expect(told([item, { ...item, tenant: 'acme' }])).toMatch(/^tenant +provider[^]*\nacme +openai/)
  expect(told([])).toBe('everything of the last 35 days in here has a price')
})
