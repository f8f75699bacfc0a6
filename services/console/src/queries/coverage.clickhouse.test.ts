import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { lintSql } from '@spanledger/runtime/testing/sql-lint'
import { type Coverage, coverageSchema, coveredDimensions } from '@spanledger/schemas/api/coverage'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { insertRows, ledgerRow, replacementOf, reversalOf } from '../testing/ledger-rows.ts'
import { resolveWindow, type WindowRequest } from '../time/window.ts'
import { readCoverage } from './coverage.ts'

const now = Date.parse('2026-01-10T10:30:00Z')
const at = new Date(now - 60_000).toISOString()
let ledger: TestClickHouse

beforeAll(async () => {
  ledger = await startTestClickHouse()
})
beforeEach(() => ledger.clickhouse.command('TRUNCATE TABLE ledger'))
afterAll(() => ledger?.stop())

const insert = (...rows: Parameters<typeof insertRows>[1]) => insertRows(ledger.clickhouse, rows)
async function coverage(request: WindowRequest = { range: '1h' }, only = {}): Promise<Coverage> {
  const window = resolveWindow(request, now, 'UTC')
  if (window.kind !== 'ok') throw new Error(window.reason)
  return coverageSchema.parse(await readCoverage(ledger.clickhouse, window.value, only))
}
const part = (requests: number, cost: string, unpriced = 0) => ({
  requests: `${requests}`,
  cost,
  unpriced_requests: `${unpriced}`,
})

test('by service, the one with the most spend that nobody owns first, with what says each dimension', async () => {
  await insert(
    ledgerRow({ at, service: 'owned', cost: '9', customer: 'acme', user: 'u' }),
    ledgerRow({ at, service: 'half', cost: '2', team: 'untagged' }),
    ledgerRow({ at, service: 'half', cost: '3' }),
    ledgerRow({ at, service: 'wild', cost: '4', team: 'untagged', feature: 'untagged', user: 'u' }),
    ledgerRow({ at, service: '', cost: '0', feature: 'untagged', unpriced_requests: 1, price_state: 'unpriced' }),
    ledgerRow({ at: new Date(now - 7_200_000).toISOString(), service: 'earlier', cost: '5' }),
  )
  const { services, all } = await coverage()
  expect(services).toEqual([
    {
      service: 'wild',
      total: part(1, '4'),
      with: { team: part(0, '0'), feature: part(0, '0'), customer: part(0, '0'), user: part(1, '4') },
    },
    {
      service: 'half',
      total: part(2, '5'),
      with: { team: part(1, '3'), feature: part(2, '5'), customer: part(0, '0'), user: part(0, '0') },
    },
    {
      service: '',
      total: part(1, '0', 1),
      with: { team: part(1, '0', 1), feature: part(0, '0'), customer: part(0, '0'), user: part(0, '0') },
    },
    {
      service: 'owned',
      total: part(1, '9'),
      with: { team: part(1, '9'), feature: part(1, '9'), customer: part(1, '9'), user: part(1, '9') },
    },
  ])
  expect(all).toEqual({
    total: part(5, '18', 1),
    with: { team: part(3, '12', 1), feature: part(3, '14'), customer: part(1, '9'), user: part(2, '13') },
  })
})

test('a correction counts as what it corrects; what was taken back altogether is not there', async () => {
  const corrected = ledgerRow({ at, service: 'a', team: 'untagged', cost: '1' })
  const gone = ledgerRow({ at, service: 'b', team: 'untagged' })
  await insert(corrected, reversalOf(corrected), replacementOf(corrected, { team: 'search', cost: '2' }))
  await insert(gone, reversalOf(gone))
  const { services } = await coverage()
  expect(services.map(({ service, total, with: said }) => [service, total, said.team])).toEqual([
    ['a', part(1, '2'), part(1, '2')],
  ])
})

test('many services: the worst by name, the others as one, and all sum to the total to the last digit', async () => {
  await insert(
    ...Array.from({ length: 40 }, (_, n) =>
      ledgerRow({ at, service: `s${n % 25}`, cost: `0.00000000000000000${n % 9}`, team: n % 3 ? 'untagged' : 't' }),
    ),
  )
  const { services, all } = await coverage({ range: '24h' })
  expect(services).toHaveLength(11)
  expect(services.at(-1)?.service).toBeNull()
  for (const read of [
    (each: Coverage['all']) => each.total,
    ...coveredDimensions.map((dimension) => (each: Coverage['all']) => each.with[dimension]),
  ]) {
    expect(services.reduce((sum, each) => sum + attoFromDecimal(read(each).cost), 0n)).toBe(
      attoFromDecimal(read(all).cost),
    )
    expect(services.reduce((sum, each) => sum + BigInt(read(each).requests), 0n)).toBe(BigInt(read(all).requests))
  }
})

test('it is narrowed like every other figure, and nothing is nothing', async () => {
  await insert(ledgerRow({ at, service: 'a', team: 'x' }), ledgerRow({ at, service: 'b' }))
  expect((await coverage({ range: '1h' }, { team: 'x' })).services.map(({ service }) => service)).toEqual(['a'])
  expect((await coverage({ range: '1h' }, { team: 'none' })).services).toEqual([])
})

test('its query divides no decimals', async () => {
  const asked: string[] = []
  const window = resolveWindow({ range: '1h' }, now, 'UTC')
  if (window.kind !== 'ok') throw new Error(window.reason)
  await readCoverage({ query: async (sql) => (asked.push(sql), []) }, window.value)
  expect(asked.flatMap(lintSql)).toEqual([])
})
