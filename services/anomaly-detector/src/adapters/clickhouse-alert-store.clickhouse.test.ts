import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeAlertStoreContract } from '../testing/alert-store-contract.ts'
import { sampleEvent, sampleNowMs } from '../testing/sample-alert.ts'
import { emptyTables } from '../testing/empty-tables.ts'
import { createClickHouseAlertStore } from './clickhouse-alert-store.ts'

let ledger: TestClickHouse
beforeAll(async () => {
  ledger = await startTestClickHouse()
})
afterAll(() => ledger?.stop())

describeAlertStoreContract('the ClickHouse store', async () => {
  await emptyTables(ledger.clickhouse)
  return createClickHouseAlertStore(ledger)
})

test('an event that two detectors say at different times is one row of the history', async () => {
  await emptyTables(ledger.clickhouse)
  const store = createClickHouseAlertStore(ledger)
  await store.record([sampleEvent('opened')])
  await store.record([sampleEvent('opened', undefined, sampleNowMs + 700)])
  const rows = await ledger.clickhouse.query<{ n: string }>(
    "SELECT count() AS n FROM alert_events WHERE target = '' AND event = 'opened'",
  )
  expect(rows[0]?.n).toBe('1')
})
