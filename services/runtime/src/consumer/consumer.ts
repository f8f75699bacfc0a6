import { type Clock, systemClock } from '../clock.ts'
import type { SpanledgerError } from '../errors.ts'
import type { EventLog, LogEntry, Subscription, TopicPartition } from '../event-log/port.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { Service } from '../service.ts'
import { Batcher, type BatchOptions } from './batcher.ts'
import { Committer } from './committer.ts'
import { createConsumerMetrics } from './consumer-metrics.ts'
import { Progress } from './progress.ts'
import { decide, retry } from './retry.ts'
import { Signal } from '../signal.ts'

export interface ConsumerOptions {
  readonly log: EventLog
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Does the work of a batch, which may hold entries of several partitions, in order within each. When it resolves the
   * entries are done for good. A retryable SpanledgerError gets it called again with the same entries, any other error
   * ends the consumer as failed. Up to `batch.inFlight` calls run at the same time.
   */
  handle(entries: readonly LogEntry[]): Promise<void>
  /**
   * The partitions now owned changed. Called when nothing of before is under way any more, and before anything of the new
   * ones is handled.
   */
  onAssigned?(partitions: readonly TopicPartition[]): Promise<void>
  readonly batch: BatchOptions
  readonly clock?: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly backoffMs?: (attempt: number) => number
}

export interface Consumer extends Service {
  /** Resolves with the error that ended the consumer: the process should then stop. */
  readonly failed: Promise<unknown>
  /** What keeps it from making progress, or undefined: a readiness check. */
  problem(): string | undefined
}

const lagEveryMs = 2_000

/**
 * Reads a log in batches and commits what was handled: at least once, in any order of completion, only the unbroken
 * head. What it holds is bounded: `inFlight` batches, the next ones, and what the log hands over at once per partition.
 * `stop` lets calls under way finish, commits them, and leaves the rest in the log.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { log, group, topics, clock = systemClock, logger } = options
  const metrics = createConsumerMetrics(options.metrics, group)
  const batcher = new Batcher(options.batch, clock, dispatch)
  const committer = new Committer(async (positions) => (await subscribing)?.commit(positions))
  const underWay = new Set<Promise<void>>()
  const changed = new Signal()

  let state: 'stopped' | 'running' | 'failed' | 'draining' = 'stopped'
  let subscribing: Promise<Subscription> | undefined
  let stopping: Promise<void> | undefined
  let progress = new Progress()
  /** Partitions may be about to go: what is under way is finished, nothing is begun. */
  let isRevoked = false
  let aborting = new AbortController()
  let retrying: string | undefined
  let failure: unknown
  let reportFailure: (error: unknown) => void
  const failed = new Promise<unknown>((resolve) => (reportFailure = resolve))
  let cancelLag: (() => void) | undefined

  async function onEntries(entries: readonly LogEntry[]): Promise<void> {
    const from = progress
    // Waiting here is the back-pressure. What was read before the partitions changed belongs to its new owner.
    const isOurs = () => state !== 'stopped' && from === progress && !isRevoked
    while (isOurs() && (state !== 'running' || batcher.full)) await changed.next()
    if (isOurs() && state === 'running') batcher.add(entries)
  }

  async function onRevoked(): Promise<void> {
    isRevoked = true
    // The log waits for this only so long: what fails now is tried again by the next owner.
    aborting.abort()
    batcher.clear()
    changed.notify()
    await settleUnderWay()
  }

  async function onAssigned(partitions: readonly TopicPartition[]): Promise<void> {
    aborting.abort()
    aborting = new AbortController()
    progress = new Progress()
    isRevoked = false
    batcher.clear()
    changed.notify()
    await settleUnderWay()
    await options.onAssigned?.(partitions)
  }

  function dispatch(): void {
    while (state === 'running' && !isRevoked && underWay.size < options.batch.inFlight) {
      const batch = batcher.take()
      if (batch === undefined) break
      const run = runBatch(batch).finally(() => {
        underWay.delete(run)
        dispatch()
      })
      underWay.add(run)
    }
    changed.notify()
  }

  async function runBatch(batch: readonly LogEntry[]): Promise<void> {
    const startedMs = clock.nowMs()
    const from = progress
    const done = from.begin(batch)
    const { signal } = aborting
    try {
      await persist(() => options.handle(batch), signal)
      metrics.handled(batch.length, clock.nowMs() - startedMs)
      const positions = done()
      if (from === progress && positions.length > 0) await persist(() => committer.add(positions), signal)
    } catch (error) {
      // A retry that was given up: the entries stay uncommitted and come again.
      if (signal.aborted && decide(error) === 'retry') return
      fail(error)
    }
  }

  async function persist(action: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await retry(action, { clock, signal, onRetry, ...(options.backoffMs && { backoffMs: options.backoffMs }) })
    retrying = undefined
  }

  function onRetry(error: SpanledgerError, attempt: number, delayMs: number): void {
    metrics.retried(error.code)
    logger.warn({ err: error, group, attempt, delayMs }, `${group}: trying a batch again`)
    if (attempt > 1) retrying = `${error.code}: ${error.message}`
  }

  function fail(error: unknown): void {
    if (state === 'running') state = 'failed'
    failure ??= error
    logger.error({ err: error, group }, `${group}: stopped, a batch cannot be handled`)
    reportFailure(error)
  }

  async function settleUnderWay(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
  }

  function reportLag(): void {
    cancelLag = clock.after(lagEveryMs, reportLag)
    log.lag(group, topics).then(metrics.lag, (error: unknown) => logger.debug({ err: error }, 'lag is unknown'))
  }

  async function drain(): Promise<void> {
    const subscription = await subscribing?.catch(() => undefined)
    state = 'draining'
    cancelLag?.()
    aborting.abort()
    batcher.clear()
    await settleUnderWay()
    state = 'stopped'
    const stopped = subscription?.stop()
    changed.notify()
    await stopped
    subscribing = undefined
  }

  return {
    name: `consumer ${group}`,
    failed,
    problem() {
      if (failure !== undefined) return `failed: ${failure instanceof Error ? failure.message : String(failure)}`
      return state === 'running' ? retrying : state
    },
    async start() {
      if (subscribing !== undefined) return void (await subscribing)
      stopping = undefined
      aborting = new AbortController()
      progress = new Progress()
      isRevoked = false
      state = 'running'
      subscribing = log.subscribe({ group, topics, onEntries, onRevoked, onAssigned })
      try {
        await subscribing
      } catch (error) {
        subscribing = undefined
        state = 'stopped'
        throw error
      }
      reportLag()
    },
    stop() {
      return (stopping ??= drain())
    },
  }
}
