import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import type { Observation } from '../observation.ts'
import type { LedgerStore } from '../ports.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation } from '../testing/observations.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'

let engine: TestClickHouse
let store: LedgerStore
beforeAll(async () => {
  engine = await startTestClickHouse()
  const { clickhouse } = engine
  store = createClickHouseLedgerStore({ clickhouse, timeZone: 'UTC', group: 'test', instance: 'one' })
})
afterAll(() => engine?.stop())
beforeEach(() => engine.clickhouse.command('TRUNCATE TABLE ledger'))

// The window of the sweep counts from the engine's own day.
const now = Date.now()
const usage = { input_tokens: 100, output_tokens: 10 }
const request = (name: string, fields: Partial<Observation> = {}) =>
  observation({ eventId: name, requestModel: "m'\\", operation: 'chat', at: now - hourMs, ...fields })
const reports: readonly Observation[] = [
  ...Array.from({ length: 40 }, (_, n) =>
    request(`e${n}`, { usage, at: now - n * hourMs, attribution: { feature: n < 35 ? 'chat' : 'report' } }),
  ),
  request('other model', { requestModel: 'n', usage }),
  request('lost', { attribution: { feature: 'chat' }, responseId: 'r-lost' }),
  request('lost too', { attribution: { feature: 'report' }, at: now - 20 * 24 * hourMs }),
  request('lost three', { attribution: { feature: 'report' }, at: now - 30 * hourMs }),
  request('lengths', { inputCharacters: 400, outputCharacters: 40 }),
  request('refused', { status: 'error' }),
]
const accrued = async () =>
  engine.clickhouse.query<Record<string, string>>(
    `SELECT toString(any(feature)) AS feature, toString(sum(accrued_cost)) AS accrued, toString(sum(cost)) AS cost,
       argMax(accrual_basis, revision) AS basis, toString(sum(requests)) AS requests
     FROM ledger WHERE price_state = 'unpriced' GROUP BY identity ORDER BY accrued, basis`,
  )

test('requests without usage are estimated in ClickHouse as in memory, once, and settled by usage that comes later', async () => {
  const memory = new MemoryLedgerStore()
  for (const each of [store, memory]) {
    const { lander, auditor } = ledgerOn(each, { clock: () => now })
    await lander.land(reports)
    await auditor.step()
    await auditor.step()
  }
  const rows = await accrued()
  expect(rows.map(({ requests }) => requests)).toEqual(['1', '1', '1', '1'])
  expect(rows.map(({ basis }) => basis && JSON.parse(basis).requests).toSorted()).toEqual(['', '35', '40', undefined])
  expect(rows.find(({ basis }) => basis === '')).toMatchObject({ accrued: '0', cost: '0', feature: 'report' })
  const inMemory = memory.live().filter(({ reportedUnits, priceState }) => reportedUnits === 0 && priceState !== 'free')
  expect(rows.map(({ basis }) => basis).toSorted()).toEqual(inMemory.map(({ accrualBasis }) => accrualBasis).toSorted())
  const [{ entries } = {}] = await engine.clickhouse.query<{ entries: string }>('SELECT count() AS entries FROM ledger')
  expect(entries).toBe(String(memory.entries.length))

  const { lander } = ledgerOn(store, { clock: () => now })
  await lander.land([
    observation({ responseId: 'r-lost', rank: 30, at: now - hourMs + 9, requestModel: "m'\\", usage }),
  ])
  expect((await accrued()).filter(({ accrued: usd }) => usd !== '0')).toHaveLength(2)
  const [settled] = await engine.clickhouse.query(
    `SELECT sum(accrued_cost) AS accrued, sum(requests) AS requests, sum(input_tokens) AS input FROM ledger
     WHERE response_id = 'r-lost'`,
  )
  expect(settled).toEqual({ accrued: '0', requests: '1', input: '100' })
})
