import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from './free-ports.ts'
import { isRunning, processTree } from './processes.ts'
import { createSql, type Sql } from './sql.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const command = join(root, 'services/cli/bin/spanledger.mjs')

/** A real `spanledger up` in a directory of its own, on ports of its own, that can be killed and started again. */
export interface Spanledger {
  readonly dir: string
  readonly dataDir: string
  readonly doorUrl: string
  readonly consoleUrl: string
  readonly clickhouseUrl: string
  readonly clickhousePassword: string
  /** What other commands need to find it. */
  readonly env: Readonly<Record<string, string>>
  readonly sql: Sql
  /** Everything it printed since the last start. */
  output(): string
  pid(): number
  /** Resolves when it has said that it is ready. */
  start(): Promise<void>
  /** SIGKILL to the process and all its descendants at the same moment; resolves when all are gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
  /** Kills what is left and removes the directory. */
  dispose(): Promise<void>
}

export interface SpanledgerOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Of Node itself. */
  readonly nodeArgs?: readonly string[]
  /** How long a start may take. */
  readonly startMs?: number
}

const password = 'harness-password'

export async function createSpanledger(options: SpanledgerOptions = {}): Promise<Spanledger> {
  build()
  const dir = mkdtempSync(join(tmpdir(), 'spanledger-test-'))
  const dataDir = join(dir, 'data')
  const [door, web, clickhouse] = (await freePorts(3)) as [number, number, number]
  const env = {
    SPANLEDGER_DATA_DIR: dataDir,
    SPANLEDGER_OTLP_HTTP_PORT: String(door),
    SPANLEDGER_CONSOLE_PORT: String(web),
    SPANLEDGER_CLICKHOUSE_HTTP_PORT: String(clickhouse),
    SPANLEDGER_CLICKHOUSE_PASSWORD: password,
    ...options.env,
  }
  const clickhouseUrl = `http://127.0.0.1:${clickhouse}`
  let child: ChildProcess | undefined
  let output = ''

  function running(): ChildProcess & { pid: number } {
    if (child?.pid === undefined) throw new Error('spanledger was not started')
    return child as ChildProcess & { pid: number }
  }

  async function kill(): Promise<void> {
    if (child?.pid === undefined) return
    const pids = processTree(child.pid)
    for (const pid of pids) signal(pid, 'SIGKILL')
    await until('the killed processes to be gone', () => !pids.some(isRunning), { everyMs: 5 })
    const killed = child
    await until('the end of the killed process to be reported', () => ended(killed), { everyMs: 1 })
  }

  return {
    dir,
    dataDir,
    doorUrl: `http://127.0.0.1:${door}`,
    consoleUrl: `http://127.0.0.1:${web}`,
    clickhouseUrl,
    clickhousePassword: password,
    env,
    sql: createSql({ url: clickhouseUrl, password }),
    output: () => output,
    pid: () => running().pid,
    async start() {
      if (child !== undefined && !ended(child)) throw new Error('spanledger runs already')
      output = ''
      const starting = spawn(process.execPath, [...(options.nodeArgs ?? []), command, 'up', ...(options.args ?? [])], {
        cwd: dir,
        env: { ...cleanEnv(), ...env },
      })
      child = starting
      for (const stream of [starting.stdout, starting.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      }
      const isOver = () => ended(starting) || /^spanledger is ready$/m.test(output)
      const withinMs = options.startMs ?? 30_000
      const hasAnswered = await until('it', isOver, { withinMs, everyMs: 20 }).catch(() => false)
      if (!hasAnswered || ended(starting)) {
        const what = hasAnswered
          ? `ended with ${starting.exitCode ?? starting.signalCode}`
          : `was not ready in ${withinMs} ms`
        throw new Error(`spanledger ${what}; it printed:\n${output}`)
      }
    },
    kill,
    async stop() {
      const stopping = running()
      const exited = new Promise<number | null>((resolve) => stopping.once('exit', resolve))
      if (ended(stopping)) return stopping.exitCode
      stopping.kill('SIGTERM')
      return exited
    },
    async dispose() {
      await kill()
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

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The environment without anything that would configure spanledger. */
function cleanEnv(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SPANLEDGER|CLICKHOUSE|KAFKA)_|^(NODE_OPTIONS|DEBUG)$/.test(name),
    ),
  )
}

let isBuilt = false

/** The command line runs what was compiled: bring that up to date once per test process. Type errors are another check's. */
function build(): void {
  if (isBuilt) return
  spawnSync(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root })
  if (!existsSync(join(root, 'services/cli/dist/main.js'))) throw new Error('tsc -b made no services/cli/dist/main.js')
  isBuilt = true
}
