import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { chargesSchema } from '@spanledger/schemas/api/charges'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { insertRows, ledgerRow, replacementOf, reversalOf } from '../testing/ledger-rows.ts'
import type { Window } from '../time/window.ts'
import { type ChargesWanted, readCharges } from './charges.ts'

let ledger: TestClickHouse

beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())
beforeEach(() => ledger.clickhouse.command('TRUNCATE TABLE ledger'))

async function read(limit: number, filter: 'all' | 'unpriced' | 'untagged' = 'all') {
  return chargesSchema.parse(await readCharges(ledger.clickhouse, { limit, filter })).charges
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 10, 10, 0, second)).toISOString()

test('the newest come first, by the time of the request', async () => {
  await insertRows(
    ledger.clickhouse,
    [5, 9_000, 1, 90_000, 3].map((second) => ledgerRow({ at: at(second), response_id: `r${second}` })),
  )
  const charges = await read(3)
  expect(charges.map((charge) => charge.at)).toEqual([at(90_000), at(9_000), at(5)])
  expect(charges[0]).toMatchObject({ model: 'gpt-4o', cost: '0.0034', input_tokens: '1000', revision: 0 })
})

test('a corrected charge is one row with its corrected cost, and one that was taken back is gone', async () => {
  const corrected = ledgerRow({ at: at(1), cost: '1.000000000000000001' })
  const twice = replacementOf(corrected, { cost: '2', price_version: 'later' })
  const takenBack = ledgerRow({ at: at(2) })
  const last = replacementOf(twice, { cost: '3.5', team: 'billing' })
  const entries = [corrected, reversalOf(corrected), twice, reversalOf(twice), last, takenBack, reversalOf(takenBack)]
  for (const entry of entries.toReversed()) await insertRows(ledger.clickhouse, [entry])
  const charges = await read(50)
  expect(charges).toHaveLength(1)
  expect(charges[0]).toMatchObject({
    entry_id: last.entry_id,
    revision: 2,
    cost: '3.5',
    team: 'billing',
    kind: 'adjustment',
  })
  expect(charges[0]?.input_tokens).toBe('1000')
})

test('charges are found behind many that were taken back', async () => {
  const takenBack = Array.from({ length: 100 }, (_, second) => ledgerRow({ at: at(1_000 + second) }))
  await insertRows(ledger.clickhouse, [...takenBack, ...takenBack.map(reversalOf)])
  await insertRows(ledger.clickhouse, [ledgerRow({ at: at(1) }), ledgerRow({ at: at(2) })])
  expect((await read(5)).map((charge) => charge.at)).toEqual([at(2), at(1)])
})

test('the unpriced and the untagged can be asked for alone', async () => {
  const unpriced = { cost: '0', price_state: 'unpriced', unpriced_requests: 1, unpriced_tokens: 1115 }
  const later = ledgerRow({ at: at(3), ...unpriced, model: 'priced later' })
  await insertRows(ledger.clickhouse, [
    ledgerRow({ at: at(1), ...unpriced, model: 'no price', warnings: ['MODEL_UNKNOWN'] }),
    ledgerRow({ at: at(2), feature: 'untagged', model: 'no feature' }),
    later,
    reversalOf(later),
    replacementOf(later, { cost: '1', price_state: 'priced', unpriced_requests: 0, unpriced_tokens: 0 }),
  ])
  expect((await read(9, 'unpriced')).map((charge) => charge.model)).toEqual(['no price'])
  expect((await read(9, 'unpriced'))[0]?.warnings).toEqual(['MODEL_UNKNOWN'])
  expect((await read(9, 'untagged')).map((charge) => charge.model)).toEqual(['no feature'])
  expect(await read(9)).toHaveLength(3)
})

test('a window and dimensions narrow them; what a correction moved elsewhere is no longer here', async () => {
  const moved = ledgerRow({ at: at(30), team: 'search' })
  await insertRows(ledger.clickhouse, [
    ledgerRow({ at: at(10), team: 'search' }),
    ledgerRow({ at: at(20), team: 'support' }),
    moved,
    reversalOf(moved),
    replacementOf(moved, { team: 'support' }),
    ledgerRow({ at: at(4_000), team: 'search' }),
  ])
  const window = { fromMs: Date.parse(at(10)), toMs: Date.parse(at(4_000)) } as Window
  const times = async (wanted: Partial<ChargesWanted>) =>
    (await readCharges(ledger.clickhouse, { limit: 9, filter: 'all', ...wanted })).charges.map((charge) => charge.at)
  expect(await times({ window })).toEqual([at(30), at(20), at(10)])
  expect(await times({ only: { team: 'search' } })).toEqual([at(4_000), at(10)])
  expect(await times({ window, only: { team: 'support', model: 'gpt-4o' } })).toEqual([at(30), at(20)])
})
