import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createEmbeddedClickHouse } from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import { createLogger } from '@spanledger/runtime/logger'

export interface TestLedger {
  readonly clickhouse: ClickHouse
  close(): Promise<void>
}

/** The real engine with the ledger's tables, in a directory of its own. */
export async function createTestLedger(timeZone = 'UTC'): Promise<TestLedger> {
  const dataDir = await mkdtemp(join(tmpdir(), 'spanledger-console-'))
  const engine = createEmbeddedClickHouse({
    dataDir,
    httpPort: 0,
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  await engine.start()
  const { url, user, password } = engine
  const clickhouse = createClickHouse({ url, user, password })
  await migrate(clickhouse, { timeZone })
  return {
    clickhouse,
    async close() {
      await clickhouse.close()
      await engine.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
