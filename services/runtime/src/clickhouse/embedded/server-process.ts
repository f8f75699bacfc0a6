import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SpanledgerError } from '../../errors.ts'
import type { ServerFiles } from './server-files.ts'

// From src/clickhouse/embedded and dist/clickhouse/embedded alike.
const childScript = fileURLToPath(new URL('../../../bin/clickhouse-child.mjs', import.meta.url))

export interface ServerProcess {
  readonly pid: number
  /** Resolves when it is gone; never rejects. */
  readonly exited: Promise<string>
  running(): boolean
  /** The end of what it wrote to its terminal. */
  said(): string
  /** Asks it to end what it does and exit; `exited` tells when it has. */
  askToStop(): void
  kill(): void
}

export interface ServerProcessOptions {
  readonly library: string
  readonly files: ServerFiles
  readonly httpPort: number
  readonly tcpPort?: number
  /** How the child notices that its parent died: the kernel's signal (Linux), or a pipe that closes. */
  readonly watch?: 'signal' | 'pipe' | 'none' | 'none'
}

export function spawnServer(options: ServerProcessOptions): ServerProcess {
  const { library, files, tcpPort, watch = process.platform === 'linux' ? 'signal' : 'pipe' } = options
  const passwordFile = tcpPort === undefined ? '' : files.password
  const child: ChildProcess = spawn(
    process.execPath,
    [childScript, library, String(process.pid), watch, passwordFile, ...engineArguments(options)],
    // Detached: Ctrl-C in the terminal is for the parent, which stops this one last. Secrets of the environment stay here.
    { cwd: files.root, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: {} },
  )
  let said = ''
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
    })
  }
  const control = child.stdio[3] as Writable
  control.on('error', () => undefined)
  let running = true
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      said += error.message
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
    said: () => said,
    askToStop: () => void control.write('x'),
    kill: () => child.kill('SIGKILL'),
  }
}

function engineArguments({ files, httpPort, tcpPort }: ServerProcessOptions): string[] {
  const paths = ['--path', files.data, '--config-file', files.config]
  const listen = ['--listen_host', '127.0.0.1', '--http_port', String(httpPort)]
  const native = tcpPort === undefined ? [] : ['--tcp_port', String(tcpPort)]
  const statements = `${tcpPort === undefined ? '' : 'SYSTEM START LISTEN TCP; '}SYSTEM START LISTEN HTTP`
  const prompt = ['--interactive', '--disable_suggestion', '--progress', 'off', '--history_file', '/dev/null']
  return [...paths, ...listen, ...native, ...prompt, '--query', statements]
}

const errorCode = /^Code: (\d+)/m

/** Whether the engine has reported an error, after which it does not get ready. */
export function hasFailed(said: string): boolean {
  return errorCode.test(said)
}

/** Why a server did not get ready, by the engine's error code. */
export function startError(said: string, exit: string, files: ServerFiles, httpPort: number): SpanledgerError {
  const code = Number(errorCode.exec(said)?.[1] ?? 0)
  if (code === 76) return directoryInUse(files)
  if (code === 210) return portBusy(httpPort)
  const reason = said.trim().split('\n').slice(-3).join(' | ')
  return new SpanledgerError('CLICKHOUSE_START_FAILED', `the embedded ClickHouse did not start (${exit}): ${reason}`, {
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
    hint: 'stop what listens there, or set SPANLEDGER_CLICKHOUSE_HTTP_PORT (or _TCP_PORT) to a free port',
  })
}
