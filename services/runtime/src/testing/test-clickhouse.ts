import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type ClickHouse, createClickHouse } from '../clickhouse/client.ts'
import { createEmbeddedClickHouse, type EmbeddedClickHouse } from '../clickhouse/embedded/embedded-clickhouse.ts'
import { migrate, type MigrateOptions } from '../clickhouse/migrations.ts'
import { createLogger } from '../logger.ts'

export interface TestClickHouse {
  readonly server: EmbeddedClickHouse
  readonly clickhouse: ClickHouse
  /** Stops the server and deletes its directory. */
  stop(): Promise<void>
}

/** A real engine on a free port and in a directory of its own, with all tables; `migrated: false` leaves it empty. */
export async function startTestClickHouse(
  options: MigrateOptions & { migrated?: boolean } = {},
): Promise<TestClickHouse> {
  const { migrated = true, ...migrateOptions } = options
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'spanledger-clickhouse-'))
  const logger = createLogger({ name: 'test', level: 'silent' })
  const server = createEmbeddedClickHouse({ dataDir, httpPort: 0, logger })
  await server.start()
  const clickhouse = createClickHouse({ url: server.url, user: server.user, password: server.password })
  if (migrated) await migrate(clickhouse, migrateOptions)
  return {
    server,
    clickhouse,
    async stop() {
      await clickhouse.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
