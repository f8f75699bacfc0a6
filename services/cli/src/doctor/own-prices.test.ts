import type { PriceContract } from '@spanledger/schemas/prices/overrides'
import { expect, test } from 'vitest'
import { checkOwnPrices } from './own-prices.ts'

const now = Date.UTC(2026, 10, 20, 12)
const contract = (id: string, from: string, to?: string, more: Partial<PriceContract> = {}): PriceContract => ({
  id,
  provider: 'openai',
  model_pattern: '*',
  discount_percent: '5',
  effective_from: from,
  ...(to !== undefined && { effective_to: to }),
  ...more,
})
const warnings = (overrides: Parameters<typeof checkOwnPrices>[0]) =>
  checkOwnPrices(overrides, now).flatMap(({ state, message }) => (state === 'warning' ? [message] : []))

test('what the file adds is counted', () => {
  expect(checkOwnPrices({}, now)).toEqual([
    { name: 'own prices', state: 'ok', message: 'none: everything is priced by the catalogue' },
  ])
  const row = { provider: 'a', model: 'b', free: true }
  expect(checkOwnPrices({ rows: [row, row], contracts: [contract('a', '2026-01-01')] }, now)[0]?.message).toBe(
    '1 contract, 2 price rows in the file',
  )
})

test('a contract that is over, or ends within 14 days, is said, unless another one follows it', () => {
  expect(warnings({ contracts: [contract('K', '2026-01-01', '2026-12-05')] })).toEqual([])
  expect(warnings({ contracts: [contract('K', '2026-01-01', '2026-12-01')] })).toEqual([
    'contract K ends on 2026-12-01, in 11 days, and none follows it: then the list price holds',
  ])
  expect(warnings({ contracts: [contract('K', '2025-01-01', '2026-11-20T12:00:00Z')] })).toEqual([
    'contract K is over since 2026-11-20, and none follows it: then the list price holds',
  ])
  const next = contract('L', '2026-12-01')
  expect(warnings({ contracts: [contract('K', '2026-01-01', '2026-12-01'), next] })).toEqual([])
  expect(warnings({ contracts: [contract('K', '2026-01-01', '2026-11-30'), next] })).toHaveLength(1)
  const other = contract('L', '2026-01-01', undefined, { scope: { team: 'search' } })
  expect(warnings({ contracts: [contract('K', '2026-01-01', '2026-12-01'), other] })).toHaveLength(1)
})

test('a rate older than seven days is said, by the newest of its pair', () => {
  const rate = (date: string) => ({ base: 'EUR', quote: 'USD', date, rate: '1.1', source: 'x' })
  expect(warnings({ rates: [rate('2026-01-01'), rate('2026-11-13')] })).toEqual([])
  expect(warnings({ rates: [rate('2026-11-12'), rate('2026-11-01')] })).toEqual([
    'the newest rate of EUR/USD is of 2026-11-12, 8 days ago: what it converts is flagged FX_STALE',
  ])
})
