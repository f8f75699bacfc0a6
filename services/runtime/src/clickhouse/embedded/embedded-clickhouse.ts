import { createServer } from 'node:net'
import { createBackoff } from '../../backoff.ts'
import { type Clock, sleep, systemClock } from '../../clock.ts'
import { SpanledgerError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import type { Service } from '../../service.ts'
import { findEngineLibrary } from './engine-library.ts'
import { endOrphan, writePidFile } from './orphan.ts'
import { type Credentials, serverFiles, writeServerFiles } from './server-files.ts'
import { hasFailed, portBusy, type ServerProcess, spawnServer, startError } from './server-process.ts'

export interface EmbeddedClickHouseOptions {
  /** `SPANLEDGER_DATA_DIR`; the server keeps everything under `clickhouse` in it. */
  readonly dataDir: string
  /** 0 takes a free one. */
  readonly httpPort: number
  /** Of the native protocol, which is not served when absent. */
  readonly tcpPort?: number
  /** Generated into the data directory when absent. */
  readonly password?: string
  readonly logger: Logger
  readonly clock?: Clock
  /** How the child notices its parent's death (`none` is for tests of orphans); the platform decides when absent. */
  readonly watch?: 'signal' | 'pipe' | 'none' | 'none'
}

export interface EmbeddedHealth {
  readonly ready: boolean
  /** Why it is not ready, for a person. */
  readonly reason?: string
  /** How often it ended without being asked to, and was started again. */
  readonly restarts: number
}

/**
 * A real ClickHouse server in a child process, reachable on loopback only.
 *
 * - It dies with this process, whatever ends it; a living orphan of the same directory is ended at start.
 * - What it acknowledged survives `kill -9` of it and of us. When it ends unasked it is started again.
 * - `url` and the credentials are known once `start()` has resolved.
 */
export interface EmbeddedClickHouse extends Service {
  readonly url: string
  readonly user: 'default'
  readonly password: string
  readonly grafanaPassword: string
  readonly pid: number
  health(): EmbeddedHealth
}

const startTimeoutMs = 60_000
const stopTimeoutMs = 15_000

export function createEmbeddedClickHouse(options: EmbeddedClickHouseOptions): EmbeddedClickHouse {
  const { logger, clock = systemClock } = options
  const files = serverFiles(options.dataDir)
  const backoffMs = createBackoff({ firstMs: 200, maxMs: 10_000 })

  let httpPort = options.httpPort
  let credentials: Credentials | undefined
  let server: ServerProcess | undefined
  let reason = 'not started'
  let ready = false
  let restarts = 0
  let starting: Promise<void> | undefined
  let supervising: Promise<void> | undefined
  let stopping: AbortController | undefined

  const url = () => `http://127.0.0.1:${httpPort}`

  async function startOnce(): Promise<void> {
    const library = findEngineLibrary()
    const { tcpPort, watch } = options
    credentials = await writeServerFiles(files, options.password, tcpPort !== undefined)
    await endOrphan(files)
    httpPort = await checkPort(options.httpPort === 0 && httpPort !== 0 ? httpPort : options.httpPort)
    if (tcpPort !== undefined) await checkPort(tcpPort)
    server = spawnServer({
      library,
      files,
      httpPort,
      ...(tcpPort !== undefined && { tcpPort }),
      ...(watch && { watch }),
    })
    await waitUntilReady(server)
    await writePidFile(files, server.pid)
    ready = true
  }

  async function waitUntilReady(child: ServerProcess): Promise<void> {
    const deadline = clock.nowMs() + startTimeoutMs
    while (!(await answersPing(url()))) {
      if (!child.running()) throw startError(child.said(), await child.exited, files, httpPort)
      if (hasFailed(child.said()) || clock.nowMs() > deadline || stopping?.signal.aborted) {
        child.kill()
        const exit = await child.exited
        throw startError(
          child.said(),
          clock.nowMs() > deadline ? `no answer in ${startTimeoutMs} ms` : exit,
          files,
          httpPort,
        )
      }
      await sleep(clock, 20)
    }
    // Ours, and not a stranger's server on the same port.
    if (!child.running()) throw startError(child.said(), await child.exited, files, httpPort)
  }

  /** Starts it again whenever it ends unasked, until `signal` aborts. */
  async function supervise(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && server !== undefined) {
      const exit = await server.exited
      if (signal.aborted) return
      ready = false
      logger.error({ exit, said: server.said().trim().slice(-500) }, 'the embedded ClickHouse ended: starting it again')
      for (let attempt = 1; !signal.aborted && !ready; attempt++) {
        restarts++
        reason = `the embedded ClickHouse ended (${exit}) and is being restarted`
        await sleep(clock, backoffMs(attempt), signal)
        if (signal.aborted) return
        await startOnce().catch((error: unknown) => {
          reason = error instanceof Error ? error.message : String(error)
          logger.error({ err: error, attempt }, 'the embedded ClickHouse could not be restarted')
        })
      }
    }
  }

  async function start(): Promise<void> {
    const controller = new AbortController()
    stopping = controller
    await startOnce()
    supervising = supervise(controller.signal)
  }

  async function stop(): Promise<void> {
    stopping?.abort()
    await starting?.catch(() => undefined)
    ready = false
    reason = 'stopped'
    if (server?.running()) {
      server.askToStop()
      const cancel = clock.after(stopTimeoutMs, () => {
        logger.warn({ timeoutMs: stopTimeoutMs }, 'the embedded ClickHouse does not stop: killing it')
        server?.kill()
      })
      await server.exited
      cancel()
    }
    await supervising
    supervising = undefined
    starting = undefined
  }

  function known(): Credentials {
    if (credentials !== undefined) return credentials
    throw new SpanledgerError('CLICKHOUSE_NOT_STARTED', 'the embedded ClickHouse has not been started', {
      retryable: false,
      hint: 'start it before asking for its credentials',
    })
  }

  return {
    name: 'clickhouse',
    user: 'default',
    get url() {
      return url()
    },
    get password() {
      return known().password
    },
    get grafanaPassword() {
      return known().grafanaPassword
    },
    get pid() {
      return server?.pid ?? 0
    },
    health: () => ({ ready, restarts, ...(!ready && { reason }) }),
    start() {
      starting ??= start().catch((error: unknown) => {
        starting = undefined
        throw error
      })
      return starting
    },
    stop,
  }
}

async function answersPing(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ping`, { headers: { Connection: 'close' }, signal: AbortSignal.timeout(1000) })
    return (await response.text()).startsWith('Ok.')
  } catch {
    return false
  }
}

/** The port, or a free one for 0; rejects when it is taken. */
function checkPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? portBusy(port) : cause)
    })
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      const taken = typeof address === 'object' && address !== null ? address.port : port
      probe.close(() => resolve(taken))
    })
  })
}
