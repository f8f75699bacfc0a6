import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SpanledgerError } from '../../errors.ts'
import type { ServerFiles } from './server-files.ts'

// From src/clickhouse/embedded and dist/clickhouse/embedded alike.
const childScript = fileURLToPath(new URL('../../../bin/clickhouse-child.mjs', import.meta.url))

/** The engine serves for as long as this query runs; killing it is the clean way to stop. */
const keepAliveQuery = 'SELECT sleepEachRow(0.5) FROM system.numbers FORMAT Null SETTINGS max_block_size = 1'
export const stopStatement = `KILL QUERY WHERE query LIKE 'SELECT sleepEachRow(0.5) FROM system.numbers%' ASYNC`

export interface ServerProcess {
  readonly pid: number
  /** Resolves when it is gone; never rejects. */
  readonly exited: Promise<string>
  running(): boolean
  /** The end of what it wrote to standard error. */
  stderr(): string
  kill(): void
}

export interface ServerProcessOptions {
  readonly library: string
  readonly files: ServerFiles
  readonly httpPort: number
  /** How the child notices that its parent died: the kernel's signal (Linux), or a pipe that closes. */
  readonly watch?: 'signal' | 'pipe' | 'none' | 'none'
}

export function spawnServer(options: ServerProcessOptions): ServerProcess {
  const { library, files, httpPort, watch = process.platform === 'linux' ? 'signal' : 'pipe' } = options
  const child: ChildProcess = spawn(
    process.execPath,
    [childScript, library, String(process.pid), watch, ...engineArguments(files, httpPort)],
    // Detached: Ctrl-C in the terminal is for the parent, which stops this one last. Secrets of the environment stay here.
    { cwd: files.root, detached: true, stdio: ['pipe', 'ignore', 'pipe'], env: {} },
  )
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000)
  })
  child.stdin?.on('error', () => undefined)
  let running = true
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      stderr += error.message
      running = false
      resolve(error.message)
    })
    child.once('exit', (code, signal) => {
      running = false
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`)
    })
  })
  return {
    pid: child.pid ?? 0,
    exited,
    running: () => running,
    stderr: () => stderr,
    kill: () => child.kill('SIGKILL'),
  }
}

function engineArguments(files: ServerFiles, httpPort: number): string[] {
  const paths = ['--path', files.data, '--config-file', files.config]
  const listen = ['--http_port', String(httpPort), '--listen_host', '127.0.0.1']
  return [...paths, ...listen, '--query', `SYSTEM START LISTEN HTTP; ${keepAliveQuery}`]
}

/** Why a server that ended before it was ready did so, by the engine's error code. */
export function startError(stderr: string, exit: string, files: ServerFiles, httpPort: number): SpanledgerError {
  const code = Number(/^Code: (\d+)/m.exec(stderr)?.[1] ?? 0)
  if (code === 76) return directoryInUse(files)
  if (code === 210) return portBusy(httpPort)
  const said = stderr.trim().split('\n').slice(-3).join(' | ')
  return new SpanledgerError('CLICKHOUSE_START_FAILED', `the embedded ClickHouse did not start (${exit}): ${said}`, {
    retryable: false,
    hint: `look at ${files.log}; if its files are damaged, move ${files.data} away`,
  })
}

export function directoryInUse(files: ServerFiles, pid?: number): SpanledgerError {
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return new SpanledgerError('DATA_DIR_IN_USE', `${files.root} is in use by ${who}`, {
    retryable: false,
    hint: 'another spanledger runs on this data directory: stop it, or set SPANLEDGER_DATA_DIR to another one',
  })
}

export function portBusy(port: number): SpanledgerError {
  return new SpanledgerError('PORT_BUSY', `port ${port} of 127.0.0.1, for the embedded ClickHouse, is taken`, {
    retryable: false,
    hint: 'stop what listens there, or set SPANLEDGER_CLICKHOUSE_HTTP_PORT to a free port',
  })
}
