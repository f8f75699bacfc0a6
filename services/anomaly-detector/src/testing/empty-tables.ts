import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'

/** As after the first migration. */
export async function emptyTables(clickhouse: ClickHouse): Promise<void> {
  for (const table of ['ledger', 'alerts', 'alert_events', 'alert_outbox', 'detector_positions'])
    await clickhouse.command(`TRUNCATE TABLE ${table}`)
}
