import { mkdirSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { systemClock } from '../clock.ts'
import type { SpanledgerError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import { GroupCommit } from './lmdb/group-commit.ts'
import { releaseLock, takeLock } from './lmdb/group-lock.ts'
import { translateError } from './lmdb/lmdb-errors.ts'
import { readEntries } from './lmdb/reader.ts'
import { findStream, firstOffset, makeStream, nextOffset, openStore, type Store } from './lmdb/store.ts'
import { trimOld } from './lmdb/trim.ts'
import { type Append, appendCount, prepareAppend, writeAppends } from './lmdb/writer.ts'
import { type LocalLogOptions, localLogDefaults, logClosed, trimEveryMs } from './local-log-options.ts'
import type { EventLog, Position, SubscribeOptions, Subscription } from './port.ts'

export interface LmdbEventLogOptions extends LocalLogOptions {
  /** Made when it is not there. Several processes of one machine may use it at the same time. */
  readonly dir: string
  /** How often to look whether another process appended; appends of this process are seen at once. */
  readonly pollMs?: number
}

/** Something to do in a write transaction: an append, or a function that throws a SpanledgerError to refuse. */
type Write = Append | (() => void)

const defaultPollMs = 20

/**
 * A log in a directory, for one machine.
 *
 * - What `append` and `commit` acknowledge is on the disk: many of them share one transaction and one flush.
 * - It survives `kill -9` at any moment, and losing power as far as the disk keeps what it confirmed.
 * - A group has one consumer at a time, in whatever process; a second one is refused with GROUP_BUSY, until the first
 *   stops or its process is gone.
 * - Entries go when every group that ever subscribed has committed them and `retentionMs` has passed, or earlier when
 *   the size cap presses; never before they are committed.
 */
export function createLmdbEventLog(options: LmdbEventLogOptions): EventLog {
  const { dir, maxBytes, retentionMs, isArchive, pollMs } = { ...localLogDefaults, pollMs: defaultPollMs, ...options }
  const { clock = systemClock, logger = createLogger({ name: 'event-log', level: 'warn' }) } = options
  const deliveries = new Set<Delivery>()
  const writes = new GroupCommit<Write>(commitWrites, { maxItems: 1_000 })
  let store: Store | undefined
  let partitions: number = options.partitions ?? localLogDefaults.partitions
  let seenAppends = 0
  let cancelPoll: (() => void) | undefined
  let cancelTrim: (() => void) | undefined

  function opened(): Store {
    if (store === undefined) throw logClosed()
    return store
  }

  /** One transaction for all; an error that is not a refusal undoes it as a whole. */
  async function commitWrites(items: readonly Write[]): Promise<readonly (SpanledgerError | undefined)[]> {
    const current = opened()
    const outcomes: (SpanledgerError | undefined)[] = []
    try {
      await current.root.childTransaction(() => {
        outcomes.length = 0
        const appends = items.filter((item) => typeof item !== 'function')
        const refusals = writeAppends(current, appends, { maxBytes, isArchive, clock })
        for (const item of items) outcomes.push(typeof item === 'function' ? attempt(item) : refusals.shift())
      })
    } catch (error) {
      throw translateError(error, `the event log in ${dir} cannot be written`)
    }
    return outcomes
  }

  function wakeAll(): void {
    for (const delivery of deliveries) delivery.wake()
  }

  function poll(): void {
    cancelPoll = clock.after(pollMs, poll)
    if (deliveries.size === 0) return
    const current = opened()
    current.root.resetReadTxn()
    const appends = appendCount(current)
    if (appends !== seenAppends) wakeAll()
    seenAppends = appends
  }

  async function trim(): Promise<void> {
    try {
      for (let more = true; more && store !== undefined; ) {
        await writes.write(() => {
          more = trimOld(opened(), clock.nowMs() - retentionMs, isArchive)
        })
      }
    } catch (error) {
      logger.warn({ err: error }, 'old entries could not be trimmed')
    } finally {
      if (store !== undefined) cancelTrim = clock.after(trimEveryMs, () => void trim())
    }
  }

  function commitPositions(group: string, positions: readonly Position[]): void {
    const { state } = opened()
    for (const { topic, partition, offset } of positions) {
      const key = ['position', group, topic, partition]
      const known = (state.get(key) as number | undefined) ?? -1
      if (offset > known) void state.put(key, offset)
    }
  }

  /** Takes the group and makes its positions known: what it has not committed is kept for it from now on. */
  async function joinGroup(group: string, topics: readonly string[], nonce: string): Promise<Position[]> {
    const current = opened()
    const positions: Position[] = []
    await writes.write(() => {
      positions.length = 0
      takeLock(current, group, nonce)
      for (const topic of topics) {
        for (let partition = 0; partition < partitions; partition++) {
          const stream = makeStream(current, topic, partition)
          const known = current.state.get(['position', group, topic, partition]) as number | undefined
          positions.push({ topic, partition, offset: known ?? firstOffset(current, stream) })
        }
      }
      commitPositions(group, positions)
    })
    return positions
  }

  async function subscribe(subscribeOptions: SubscribeOptions): Promise<Subscription> {
    const { group, topics, onEntries, onAssigned } = subscribeOptions
    const nonce = randomUUID()
    const from = await joinGroup(group, topics, nonce)
    const current = opened()
    const leave = () => writes.write(() => releaseLock(current, group, nonce))
    try {
      await onAssigned?.(from.map(({ topic, partition }) => ({ topic, partition })))
    } catch (error) {
      await leave()
      throw error
    }
    const read: DeliveryOptions['read'] = (partition, offset) => readEntries(current, partition, offset)
    const delivery = new Delivery({ from, read, onEntries, clock, logger })
    deliveries.add(delivery)
    return {
      async commit(positions) {
        opened()
        await writes.write(() => commitPositions(group, positions))
      },
      async stop() {
        await delivery.stop()
        if (deliveries.delete(delivery) && store !== undefined) await leave()
      },
    }
  }

  return {
    name: 'event log (lmdb)',
    async start() {
      if (store !== undefined) return
      try {
        mkdirSync(dir, { recursive: true })
      } catch (error) {
        throw translateError(error, `the event log's directory ${dir} cannot be made`)
      }
      store = openStore(dir, maxBytes)
      partitions = await settlePartitions(store)
      seenAppends = appendCount(store)
      poll()
      void trim()
    },
    async stop() {
      if (store === undefined) return
      cancelPoll?.()
      cancelTrim?.()
      await Promise.all([...deliveries].map((delivery) => delivery.stop()))
      await writes.idle()
      const closing = store
      store = undefined
      await closing.root.close()
    },
    async append(records) {
      opened()
      if (records.length === 0) return
      await writes.write(prepareAppend(records, partitions))
      wakeAll()
    },
    subscribe,
    async lag(group, topics) {
      const current = opened()
      let sum = 0
      for (const topic of topics) {
        for (let partition = 0; partition < partitions; partition++) {
          const stream = findStream(current, topic, partition)
          if (stream === undefined) continue
          const position = (current.state.get(['position', group, topic, partition]) as number | undefined) ?? 0
          sum += nextOffset(current, stream) - Math.max(firstOffset(current, stream), position)
        }
      }
      return sum
    },
  }

  /** The directory decides once it has a number: keys must stay in their partitions. */
  async function settlePartitions(current: Store): Promise<number> {
    let settled = partitions
    await writes.write(() => {
      const known = current.state.get(['partitions']) as number | undefined
      if (known === undefined) void current.state.put(['partitions'], partitions)
      else settled = known
    })
    if (settled !== partitions) logger.warn(`the event log in ${dir} has ${settled} partitions; it keeps them`)
    return settled
  }
}

function attempt(action: () => void): SpanledgerError | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if ((error as Error).name === 'SpanledgerError') return error as SpanledgerError
    throw error
  }
}
