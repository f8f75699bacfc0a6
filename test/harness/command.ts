import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRunning, processTree } from './processes.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const command = join(root, 'services/cli/bin/spanledger.mjs')

export interface RunningOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The line that says it is ready. */
  readonly ready: RegExp
  /** Of Node itself. */
  readonly nodeArgs?: readonly string[]
  /** How long a start may take. */
  readonly startMs?: number
}

/** A command that goes on until it is stopped: it can be killed and started again. */
export interface RunningCommand {
  /** Everything it printed since the last start. */
  output(): string
  pid(): number
  /** Resolves when it has said that it is ready. */
  start(): Promise<void>
  /** SIGKILL to the process and all its descendants at the same moment; resolves when all are gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
}

export function createRunningCommand(options: RunningOptions): RunningCommand {
  const { args, cwd, env, ready, nodeArgs = [], startMs = 30_000 } = options
  const name = `spanledger ${args.join(' ')}`
  let child: ChildProcess | undefined
  let output = ''

  function running(): ChildProcess & { pid: number } {
    if (child?.pid === undefined) throw new Error(`${name} was not started`)
    return child as ChildProcess & { pid: number }
  }

  return {
    output: () => output,
    pid: () => running().pid,
    async start() {
      if (child !== undefined && !ended(child)) throw new Error(`${name} runs already`)
      output = ''
      const starting = spawn(process.execPath, [...nodeArgs, command, ...args], { cwd, env: { ...cleanEnv(), ...env } })
      child = starting
      for (const stream of [starting.stdout, starting.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      }
      const isOver = () => ended(starting) || ready.test(output)
      const hasAnswered = await until('it', isOver, { withinMs: startMs, everyMs: 20 }).catch(() => false)
      if (!hasAnswered || ended(starting)) {
        const what = hasAnswered
          ? `ended with ${starting.exitCode ?? starting.signalCode}`
          : `was not ready in ${startMs} ms`
        throw new Error(`${name} ${what}; it printed:\n${output}`)
      }
    },
    async kill() {
      if (child?.pid === undefined) return
      const pids = processTree(child.pid)
      for (const pid of pids) signal(pid, 'SIGKILL')
      await until('the killed processes to be gone', () => !pids.some(isRunning), { everyMs: 5 })
      const killed = child
      await until('the end of the killed process to be reported', () => ended(killed), { everyMs: 1 })
    },
    async stop() {
      const stopping = running()
      const exited = new Promise<number | null>((resolve) => stopping.once('exit', resolve))
      if (ended(stopping)) return stopping.exitCode
      stopping.kill('SIGTERM')
      return exited
    },
  }
}

export interface ServiceOptions extends Omit<RunningOptions, 'args' | 'ready'> {
  readonly args?: readonly string[] | undefined
}

/** `spanledger run <name>`: one service as a process of its own. */
export function createRunningService(name: string, { args = [], ...options }: ServiceOptions): RunningCommand {
  return createRunningCommand({
    ...options,
    args: ['run', name, ...args],
    ready: new RegExp(`^spanledger ${name} is ready$`, 'm'),
  })
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
export function cleanEnv(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SPANLEDGER|CLICKHOUSE|KAFKA)_|^(NODE_OPTIONS|DEBUG)$/.test(name),
    ),
  )
}

let isBuilt = false

/** The command line runs what was compiled: bring that up to date once per test process. Type errors are another check's. */
export function build(): void {
  if (isBuilt) return
  spawnSync(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root })
  if (!existsSync(join(root, 'services/cli/dist/main.js'))) throw new Error('tsc -b made no services/cli/dist/main.js')
  isBuilt = true
}
