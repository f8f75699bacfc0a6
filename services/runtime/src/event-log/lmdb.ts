import { randomUUID } from 'node:crypto'
import { makeDirectory } from '../make-directory.ts'
import { systemClock } from '../clock.ts'
import { createLogger } from '../logger.ts'
import { startStop } from '../start-stop.ts'
import { Delivery } from './delivery.ts'
import { releaseLock, takeLock } from './lmdb/group-lock.ts'
import { translateError } from './lmdb/lmdb-errors.ts'
import { commitPositions, groupLag, joinGroup } from './lmdb/positions.ts'
import { readEntries } from './lmdb/reader.ts'
import { liveBytes, openStore, type Store, settleDirectory } from './lmdb/store.ts'
import { createTransactions, type Transactions } from './lmdb/transactions.ts'
import { trimOld } from './lmdb/trim.ts'
import { appendCount, prepareAppend } from './lmdb/writer.ts'
import { createLocalLogMetrics } from './local-log-metrics.ts'
import { type LocalLogOptions, localLogDefaults, logClosed, trimEveryMs } from './local-log-options.ts'
import type { EventLog, SubscribeOptions, Subscription } from './port.ts'

export interface LmdbEventLogOptions extends LocalLogOptions {
  /** Made when it is not there. Several processes of one machine may use it at the same time. */
  readonly dir: string
  /** How often to look whether another process appended; appends of this process are seen at once. */
  readonly pollMs?: number
}

const defaultPollMs = 20

/**
 * A log in a directory, for one machine.
 *
 * - What `append` and `commit` acknowledge is on the disk: many of them share one transaction and one flush.
 * - It survives `kill -9` at any moment, and losing power as far as the disk keeps what it confirmed.
 * - A group has one consumer at a time, in whatever process; a second one is refused with GROUP_BUSY, until the first
 *   stops or its process is gone. (Processes must see each other: the same machine, and the same container.)
 * - Entries go when every group that ever subscribed has committed them and `retentionMs` has passed, or earlier when
 *   the size cap presses; never before they are committed.
 */
export function createLmdbEventLog(options: LmdbEventLogOptions): EventLog {
  const { dir, pollMs = defaultPollMs, clock = systemClock } = options
  const { maxBytes, retentionMs, isArchive, partitions: wantedPartitions } = { ...localLogDefaults, ...options }
  const logger = options.logger ?? createLogger({ name: 'event-log', level: 'warn' })
  const metrics = createLocalLogMetrics(options.metrics)
  const subscriptions = new Map<Delivery, Subscription>()
  let opened: { readonly store: Store; readonly transactions: Transactions; readonly partitions: number } | undefined
  let cancelPoll: (() => void) | undefined
  let cancelTrim: (() => void) | undefined

  function current() {
    if (opened === undefined) throw logClosed()
    return opened
  }

  async function open(): Promise<void> {
    try {
      makeDirectory(dir)
    } catch (error) {
      throw translateError(error, `the event log's directory ${dir} cannot be made`)
    }
    const store = openStore(dir, maxBytes)
    const transactions = createTransactions(store, dir, { maxBytes, isArchive, clock })
    opened = { store, transactions, partitions: wantedPartitions }
    let partitions = wantedPartitions
    await transactions.run(() => (partitions = settleDirectory(store, wantedPartitions)))
    if (partitions !== wantedPartitions)
      logger.warn(`the event log in ${dir} has ${partitions} partitions; it keeps them`)
    opened = { store, transactions, partitions }
    poll(appendCount(store))
    void trim()
  }

  async function close(): Promise<void> {
    cancelPoll?.()
    cancelTrim?.()
    await Promise.all([...subscriptions.values()].map((subscription) => subscription.stop()))
    const closing = opened
    opened = undefined
    await closing?.transactions.idle()
    await closing?.store.root.close()
  }

  function wakeAll(): void {
    for (const delivery of subscriptions.keys()) delivery.wake()
  }

  /** Looks for appends of other processes. */
  function poll(seen: number): void {
    const { store } = current()
    store.root.resetReadTxn()
    const appends = appendCount(store)
    if (appends !== seen) wakeAll()
    metrics.liveBytes(liveBytes(store))
    cancelPoll = clock.after(pollMs, () => poll(appends))
  }

  async function trim(): Promise<void> {
    try {
      // Readers that were killed keep pages from being used again.
      opened?.store.root.readerCheck()
      for (let more = true; more && opened !== undefined; ) {
        const { store, transactions } = opened
        await transactions.run(() => (more = trimOld(store, clock.nowMs() - retentionMs, isArchive)))
      }
    } catch (error) {
      logger.warn({ err: error }, 'old entries could not be trimmed')
    }
    if (opened !== undefined) cancelTrim = clock.after(trimEveryMs, () => void trim())
  }

  async function subscribe({ group, topics, onEntries, onAssigned }: SubscribeOptions): Promise<Subscription> {
    const { store, transactions, partitions } = current()
    const nonce = randomUUID()
    const leave = () => transactions.run(() => releaseLock(store, group, nonce))
    const from = await transactions.run(() => {
      takeLock(store, group, nonce)
      return joinGroup(store, group, topics, partitions)
    })
    try {
      await onAssigned?.(from.map(({ topic, partition }) => ({ topic, partition })))
    } catch (error) {
      await leave()
      throw error
    }
    const delivery = new Delivery({
      from,
      read: (partition, offset) => readEntries(store, partition, offset),
      onEntries,
      clock,
      logger,
    })
    const subscription: Subscription = {
      async commit(positions) {
        await current().transactions.run(() => commitPositions(store, group, positions))
      },
      async stop() {
        await delivery.stop()
        if (subscriptions.delete(delivery)) await leave()
      },
    }
    subscriptions.set(delivery, subscription)
    return subscription
  }

  return {
    name: 'event log (lmdb)',
    ...startStop(open, close),
    async append(records) {
      const { transactions, partitions } = current()
      if (records.length === 0) return
      const append = prepareAppend(records, partitions)
      try {
        await transactions.append(append)
      } catch (error) {
        metrics.refused(error)
        throw error
      }
      for (const { topic, records: count } of append.parts) metrics.appended(topic, count)
      wakeAll()
    },
    subscribe,
    async lag(group, topics) {
      const { store, partitions } = current()
      return groupLag(store, group, topics, partitions)
    },
  }
}
