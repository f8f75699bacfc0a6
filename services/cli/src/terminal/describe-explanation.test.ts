import type { Explanation, ExplanationEstimate } from '@spanledger/schemas/api/explanation'
import { expect, test } from 'vitest'
import { describeExplanation } from './describe-explanation.ts'

const charge: Explanation = {
  entry_id: 'b5a6',
  at: '2026-11-20T10:20:00.000Z',
  tenant: 'acme',
  provider: 'openai',
  model: 'gpt-4o',
  attribution: { team: 'search' },
  request_model: 'gpt-4o',
  response_model: '',
  price_state: 'unpriced',
  matched_by: 'catalogue',
  context_band: '',
  service_tier: '',
  region: '',
  price_version: 'v1',
  contract_id: '',
  sources: ['otel_genai'],
  warnings: ['USAGE_MISSING'],
  lines: [],
  cost: '0',
  list_cost: '0',
  reported_cost: null,
  accrued_cost: '0.0035025',
  estimate: null,
  revisions: [],
}
/** A line at the list price, in dollars. */
const listed = {
  currency: 'USD',
  fx: null,
  native_amount: '0',
  list_amount: '0',
  price_row: 'openai/gpt-4o',
  contract_id: '',
  adjustment: '',
  list_price: '',
} as const
const told = (estimate: ExplanationEstimate | null) => describeExplanation({ ...charge, estimate })

test('an estimate by lengths is printed so that it can be recomputed: characters by ratio by price', () => {
  const line = (meter: string, quantity: string, unit_price: string, amount: string) => ({
    meter,
    quantity,
    unit_price,
    per: 1_000_000,
    amount,
    ...listed,
  })
  const text = told({
    by: 'characters',
    input_characters: 4001,
    output_characters: 400,
    characters: 4,
    tokens: 1,
    lines: [line('input_tokens', '1001', '2.5', '0.0025025'), line('output_tokens', '100', '10', '0.001')],
  })
  expect(text).toContain('estimated   0.0035025 USD, not in the cost: no usage was reported')
  expect(text).toContain('from 4001 characters sent and 400 answered: x 1 / 4 tokens a character, rounded up')
  expect(text).toMatch(/input_tokens +1001 +2\.5 +1000000 +0\.0025025 +openai\/gpt-4o/)
})

test('an estimate by series says of which requests it is the mean', () => {
  const text = told({
    by: 'series',
    same: ['request_model', 'feature', 'operation'],
    from: '2026-11-13',
    to: '2026-11-27',
    requests: '40',
    cost: '0.1401',
  })
  expect(text).toContain(
    'the mean of 40 requests with the same request model, feature, operation, 2026-11-13 to 2026-11-27: 0.1401 USD / 40',
  )
})

test('a line tells the contract, what it was taken of, and the rate of its currency, where there are any', () => {
  const discounted = {
    meter: 'input_tokens',
    quantity: '1000',
    unit_price: '1.85',
    per: 1_000_000,
    amount: '0.00200725',
    ...listed,
    list_amount: '0.00217',
    currency: 'EUR',
    fx: { id: 'EUR/USD@2026-11-02 ECB', rate: '1.085', divides: false },
    contract_id: 'K-1',
    adjustment: '-7.5%',
    list_price: '2',
  }
  const fixed = { ...discounted, ...listed, meter: 'output_tokens', price_row: 'contract:K-2', contract_id: 'K-2' }
  const text = describeExplanation({ ...charge, lines: [discounted, fixed] })
  expect(text).toMatch(
    /input_tokens +1000 +1\.85 EUR +1000000 +1\.085 +0\.00200725 +0\.00217 +K-1: 2 -7\.5% +EUR\/USD@2026-11-02 ECB +openai/,
  )
  expect(text).toMatch(/output_tokens .* K-2: fixed +contract:K-2/)
  const divided = { ...discounted, fx: { ...discounted.fx, divides: true } }
  expect(describeExplanation({ ...charge, lines: [divided] })).toContain(' / 1.085 ')
  expect(describeExplanation({ ...charge, lines: [{ ...discounted, ...listed }] })).not.toMatch(/rate|contract/)
})

test('of a charge that was estimated before its usage came, every entry shows what was accrued', () => {
  const entry = (kind: string, cost: string, accrued_cost: string, reason = '') => ({
    entry_id: kind,
    kind,
    revision: 0,
    reason,
    recorded_at: '2026-11-20T10:20:00.000Z',
    cost,
    accrued_cost,
  })
  const text = describeExplanation({
    ...charge,
    revisions: [entry('accrual', '0', '0.5'), entry('adjustment', '0', '-0.5', 'twin_merged')],
  })
  expect(text).toMatch(/accrual +revision 0 +0 +0\.5/)
  expect(text).toMatch(/adjustment +revision 0 +0 +-0\.5 +twin_merged/)
  expect(told(null)).not.toContain('estimated')
})
