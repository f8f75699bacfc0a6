import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@spanledger/runtime/testing/free-ports'
import { build, cleanEnv, command, createRunningCommand, type RunningCommand } from './command.ts'
import { createSql, type Sql } from './sql.ts'

/** A real `spanledger up` in a directory of its own, on ports of its own, that can be killed and started again. */
export interface Spanledger extends RunningCommand {
  readonly dir: string
  readonly dataDir: string
  readonly doorUrl: string
  /** OTLP over gRPC. */
  readonly grpcUrl: string
  readonly consoleUrl: string
  readonly clickhouseUrl: string
  readonly clickhousePassword: string
  /** What other commands need to find it. */
  readonly env: Readonly<Record<string, string>>
  readonly sql: Sql
  /** Kills what is left and removes the directory. */
  dispose(): Promise<void>
}

export interface SpanledgerOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Of Node itself. */
  readonly nodeArgs?: readonly string[]
}

const password = 'harness-password'

export async function createSpanledger(options: SpanledgerOptions = {}): Promise<Spanledger> {
  build()
  const dir = mkdtempSync(join(tmpdir(), 'spanledger-test-'))
  const dataDir = join(dir, 'data')
  const [door, grpc, web, clickhouse] = (await freePorts(4)) as [number, number, number, number]
  const env = {
    SPANLEDGER_DATA_DIR: dataDir,
    SPANLEDGER_OTLP_HTTP_PORT: String(door),
    SPANLEDGER_OTLP_GRPC_PORT: String(grpc),
    SPANLEDGER_CONSOLE_PORT: String(web),
    SPANLEDGER_CLICKHOUSE_HTTP_PORT: String(clickhouse),
    SPANLEDGER_CLICKHOUSE_PASSWORD: password,
    ...options.env,
  }
  const clickhouseUrl = `http://127.0.0.1:${clickhouse}`
  const running = createRunningCommand({
    args: ['up', ...(options.args ?? [])],
    cwd: dir,
    env,
    ready: /^spanledger is ready$/m,
    ...(options.nodeArgs && { nodeArgs: options.nodeArgs }),
  })

  return {
    ...running,
    dir,
    dataDir,
    doorUrl: `http://127.0.0.1:${door}`,
    grpcUrl: `http://127.0.0.1:${grpc}`,
    consoleUrl: `http://127.0.0.1:${web}`,
    clickhouseUrl,
    clickhousePassword: password,
    env,
    sql: createSql({ url: clickhouseUrl, password }),
    async dispose() {
      await running.kill()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Runs any other command of the command line to its end. */
export function runSpanledger(
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; cwd?: string; input?: string } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  build()
  const child = spawn(process.execPath, [command, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...cleanEnv(), ...options.env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(options.input ?? '')
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}
