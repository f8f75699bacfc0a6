import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@spanledger/runtime/testing/free-ports'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { build, createRunningService, type RunningCommand } from './command.ts'
import { createSql, type Sql } from './sql.ts'

/** The door, the ledger and the console as three processes on one data directory, and a ClickHouse that outlives them. */
export interface SeparateServices {
  readonly dataDir: string
  readonly doorUrl: string
  /** OTLP over gRPC. */
  readonly grpcUrl: string
  readonly consoleUrl: string
  readonly collector: RunningCommand
  readonly ledger: RunningCommand
  readonly console: RunningCommand
  readonly server: TestClickHouse
  readonly sql: Sql
  dispose(): Promise<void>
}

export interface SeparateOptions {
  readonly ledgerArgs?: readonly string[]
  /** What the services take for ClickHouse, given its own URL: a proxy before it. */
  readonly through?: (url: string) => Promise<string>
  readonly env?: Readonly<Record<string, string>>
}

export async function createSeparateServices(options: SeparateOptions = {}): Promise<SeparateServices> {
  build()
  const dir = mkdtempSync(join(tmpdir(), 'spanledger-apart-'))
  const dataDir = join(dir, 'data')
  const [server, [door, grpc, web]] = await Promise.all([startTestClickHouse(), freePorts(3)])
  const { url, user, password } = server.server
  const env = {
    SPANLEDGER_DATA_DIR: dataDir,
    SPANLEDGER_OTLP_HTTP_PORT: String(door),
    SPANLEDGER_OTLP_GRPC_PORT: String(grpc),
    SPANLEDGER_CONSOLE_PORT: String(web),
    SPANLEDGER_LOG_LEVEL: 'warn',
    CLICKHOUSE_URL: (await options.through?.(url)) ?? url,
    CLICKHOUSE_USER: user,
    CLICKHOUSE_PASSWORD: password,
    ...options.env,
  }
  const collector = createRunningService('collector', { cwd: dir, env })
  const ledger = createRunningService('ledger', { cwd: dir, env, args: options.ledgerArgs })
  const web_ = createRunningService('console', { cwd: dir, env })
  return {
    dataDir,
    doorUrl: `http://127.0.0.1:${door}`,
    grpcUrl: `http://127.0.0.1:${grpc}`,
    consoleUrl: `http://127.0.0.1:${web}`,
    collector,
    ledger,
    console: web_,
    server,
    sql: createSql({ url, password }),
    async dispose() {
      await Promise.all([collector, ledger, web_].map((each) => each.kill()))
      await server.stop()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
