import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkTagCoverage } from './tag-coverage.ts'

const now = Date.parse('2026-01-10T10:30:00Z')
let ledger: TestClickHouse
beforeAll(async () => {
  ledger = await startTestClickHouse()
})
beforeEach(() => ledger.clickhouse.command('TRUNCATE TABLE ledger'))
afterAll(() => ledger?.stop())

function insert(service: string, requests: number, team: string, feature = 'f'): Promise<void> {
  const at = '2026-01-10 10:00:00'
  return ledger.clickhouse.command(
    `INSERT INTO ledger (at, minute, hour, day, service, team, feature, requests, cost)
     VALUES ('${at}', '${at}', '${at}', '2026-01-10', '${service}', '${team}', '${feature}', ${requests}, 1)`,
  )
}

test('services below the bound are told, the worst first; small ones and covered ones are not', async () => {
  await insert('half', 50, 'untagged')
  await insert('half', 50, 't')
  await insert('', 30, 'untagged', 'untagged')
  await insert('', 30, 'untagged', 'untagged')
  await insert('tried', 19, 'untagged')
  await insert('good', 95, 't')
  await insert('good', 5, 'untagged')
  const checks = await checkTagCoverage(ledger.clickhouse, 'UTC', now)
  expect(checks.map(({ state, message }) => `${state} ${message}`)).toEqual([
    'warning requests without a service: of the requests of 7 days 0 % have a team and 0 % have a feature',
    'warning half: of the requests of 7 days 50 % have a team',
  ])
  expect(checks[1]?.fix).toContain('OTEL_RESOURCE_ATTRIBUTES=spanledger.team=…')
})

test('without such a service there is nothing to do,', async () => {
  const [check] = await checkTagCoverage(ledger.clickhouse, 'UTC', now)
  expect(check?.state).toBe('ok')
})
