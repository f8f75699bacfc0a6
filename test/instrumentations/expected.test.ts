import { describe, expect, test } from 'vitest'
import { compare } from './compare.ts'
import { expectedOf } from './expected.ts'
import type { BillLine } from './provider/bill.ts'
import type { Loss, Scenario } from './scenario.ts'

const line: BillLine = {
  account: 'a',
  api: 'messages',
  case: 'written-1h',
  stream: true,
  status: 200,
  told: 'whole',
  model: 'm',
  id: 'msg_1',
  usage: { input_tokens: 900, cache_write_tokens: 300, cache_write_1h_tokens: 300, output_tokens: 50 },
  toolPrompt: 0,
}
const expected = (change: Partial<BillLine>, ...losses: Loss[]) => {
  const scenario: Scenario = { name: 'a', script: 'a.py', environment: 'python', always: true, losses }
  return expectedOf(scenario, [{ ...line, ...change }])
}
const refused = { usage: undefined, id: undefined, told: 'nothing' } as const

describe('what the ledger should have', () => {
  test('is the bill, where everything was told', () => {
    expect(expected({})).toEqual([{ standing: 'charge', usage: line.usage, warnings: [] }])
  })

  test('is an accrual, a part, or nothing to pay, as the provider told', () => {
    expect(expected({ told: 'nothing' })).toEqual([{ standing: 'accrual', usage: {}, warnings: ['USAGE_MISSING'] }])
    const [part] = expected({ told: 'input' })
    expect(part).toMatchObject({ standing: 'charge', warnings: ['USAGE_PARTIAL'] })
    expect(part?.usage).not.toHaveProperty('output_tokens')
    expect(expected({ ...refused, status: 400 })).toEqual([{ standing: 'free', usage: {}, warnings: [] }])
    expect(expected({ ...refused, status: 429 })).toEqual([])
  })

  test('is without what was declared as lost, and only that', () => {
    const on = { case: ['written-1h'] } as const
    const why = 'a test'
    const ttl: Loss = { on, why, loses: 'lifetimes', warning: 'TTL_ASSUMED' }
    expect(expected({}, ttl)).toMatchObject([{ usage: { cache_write_5m_tokens: 300 }, warnings: ['TTL_ASSUMED'] }])
    expect(expected({}, { on, why, loses: 'span', warning: null })).toEqual([])
    expect(expected({}, { on, why, extra: 1, warning: null })).toHaveLength(2)
    expect(expected({ stream: false }, { on: { stream: true }, why, loses: 'span', warning: null })).toHaveLength(1)
  })
})

test('one request too many, one that is missing, one token off and one without its warning are all found', () => {
  const request = { standing: 'charge', usage: { input_tokens: 1 }, warnings: [] } as const
  expect(compare([request], [request])).toEqual({ missing: [], surplus: [], unflagged: [] })
  expect(compare([request], [request, request]).surplus).toHaveLength(1)
  expect(compare([request], []).missing).toHaveLength(1)
  const off = compare([request], [{ ...request, usage: { input_tokens: 2 } }])
  expect([off.missing.length, off.surplus.length]).toEqual([1, 1])
  expect(compare([{ ...request, warnings: ['TTL_ASSUMED'] }], [request]).unflagged).toHaveLength(1)
})
