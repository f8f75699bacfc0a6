import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { Service } from '../service.ts'
import { type ConfigFile, defaultConfigFile, parseConfigFile } from './config-file.ts'
import { ConfigFileError, type ConfigFileProblem } from './config-file-error.ts'
import { readConfigText } from './load-config-file.ts'

export interface WatchConfigFileOptions {
  /** Undefined when there is none: then the defaults hold, until the next start. */
  readonly path: string | undefined
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
}

export interface WatchedConfigFile extends Service {
  /** The last one that was right as a whole; the same object until another is. Before `start`, the one at creation. */
  current(): ConfigFile
  /**
   * Tells of each new one just before it is in force. Whoever throws refuses it, as if the file had a problem: the old
   * one stays, and that is counted and said.
   */
  onChange(call: (next: ConfigFile) => void): void
  status(): ConfigFileStatus
}

/** Of the file as it was last looked at; times in milliseconds since the epoch. */
export interface ConfigFileStatus {
  readonly path: string | undefined
  /** When what is in force was read. */
  readonly loadedAtMs: number
  /** Why the file as it is now is not in force. */
  readonly refused?: { readonly atMs: number; readonly problems: readonly ConfigFileProblem[] }
}

/** Read again this often, whether or not the file system says that something changed. */
const pollEveryMs = 5_000
/** A new text counts when it is still the same after this long: editors do not write at once. */
const settleMs = 250

/**
 * Keeps the configuration up to date while the process runs. It watches the directory, not the file, which survives
 * editors that rename a new file over the old one, and Kubernetes, which swaps a symbolic link beside it; what the file
 * system does not say, it finds by reading. A file with a problem changes nothing: the old one stays, and that is said.
 *
 * @throws what `loadConfigFile` throws, when it is wrong from the beginning.
 */
export function watchConfigFile(options: WatchConfigFileOptions): WatchedConfigFile {
  const { path, logger, clock = systemClock } = options
  const failures = options.metrics.counter(
    'spanledger_config_reload_failures_total',
    'Changes of the configuration file that were refused: the one before stays in force',
  )
  const lastSuccess = options.metrics.gauge(
    'spanledger_config_last_reload_success_timestamp_seconds',
    'When the configuration that is in force was read',
  )
  let seen = path === undefined ? '' : readConfigText(path)
  let current = path === undefined ? defaultConfigFile : parseConfigFile(seen, path)
  let watcher: FSWatcher | undefined
  let cancelPoll: (() => void) | undefined
  let cancelSettle: (() => void) | undefined
  let status: ConfigFileStatus = { path, loadedAtMs: clock.nowMs() }
  const listeners: ((next: ConfigFile) => void)[] = []
  lastSuccess.set(clock.nowMs() / 1000)

  function read(): string {
    try {
      return readConfigText(path as string)
    } catch (error) {
      // Also a state to be seen once: gone, or not ours to read.
      return `\0${error instanceof Error ? error.message : ''}`
    }
  }

  /** Something may have changed: if the text is another one, looks again whether it stays so. */
  function look(): void {
    const text = read()
    if (text === seen || cancelSettle !== undefined) return
    cancelSettle = clock.after(settleMs, () => {
      cancelSettle = undefined
      if (read() === text) apply(text)
      else look()
    })
  }

  function apply(text: string): void {
    seen = text
    try {
      if (text.startsWith('\0')) throw new Error(text.slice(1))
      const next = parseConfigFile(text, path as string)
      for (const call of listeners) call(next)
      current = next
      status = { path, loadedAtMs: clock.nowMs() }
      lastSuccess.set(clock.nowMs() / 1000)
      logger.info({ path }, 'the configuration file was read again, and is in force')
    } catch (error) {
      failures.inc()
      const problem = error instanceof Error ? error.message : String(error)
      const problems = error instanceof ConfigFileError ? error.problems : [{ line: 1, path: [], problem }]
      status = { path, loadedAtMs: status.loadedAtMs, refused: { atMs: clock.nowMs(), problems } }
      logger.error({ path }, `the configuration stays as it was, the file cannot be used:\n${problem}`)
    }
  }

  function poll(): void {
    cancelPoll = clock.after(pollEveryMs, poll)
    look()
  }

  function stop(): void {
    watcher?.close()
    watcher = undefined
    cancelPoll?.()
    cancelPoll = undefined
    cancelSettle?.()
    cancelSettle = undefined
  }

  return {
    name: 'configuration file',
    current: () => current,
    onChange: (call) => void listeners.push(call),
    status: () => status,
    async start() {
      if (path === undefined || cancelPoll !== undefined) return
      try {
        watcher = watch(dirname(path), { persistent: false }, look)
        watcher.on('error', () => watcher?.close())
      } catch (error) {
        logger.debug(
          { err: error },
          'the directory cannot be watched: the configuration file is read every few seconds',
        )
      }
      poll()
    },
    stop: async () => stop(),
  }
}
