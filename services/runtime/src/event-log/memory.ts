import { systemClock } from '../clock.ts'
import { createLogger } from '../logger.ts'
import { Delivery } from './delivery.ts'
import { createLocalLogMetrics } from './local-log-metrics.ts'
import {
  groupBusy,
  type LocalLogOptions,
  localLogDefaults,
  logClosed,
  logFull,
  pressedShare,
  readBytes,
  trimEveryMs,
} from './local-log-options.ts'
import { partitionOf } from './partition-of.ts'
import { startStop } from '../start-stop.ts'
import type { EventLog, LogEntry, LogRecord, Position, SubscribeOptions, TopicPartition } from './port.ts'

interface Partition extends TopicPartition {
  entries: LogEntry[]
  nextOffset: number
}

/** A log that lives as long as the process: for tests, and for trying things out. It keeps every promise but durability. */
export function createMemoryEventLog(options: LocalLogOptions = {}): EventLog {
  const { partitions: partitionCount, maxBytes, retentionMs, isArchive } = { ...localLogDefaults, ...options }
  const { clock = systemClock, logger = createLogger({ name: 'event-log', level: 'warn' }) } = options
  const metrics = createLocalLogMetrics(options.metrics)
  const topics = new Map<string, Partition[]>()
  const committed = new Map<string, Map<Partition, number>>()
  const deliveries = new Map<string, Delivery>()
  const busy = new Set<string>()
  let open = false
  let bytes = 0
  let cancelTrim: (() => void) | undefined

  function partitionsOf(topic: string): Partition[] {
    let partitions = topics.get(topic)
    if (partitions === undefined) {
      partitions = Array.from({ length: partitionCount }, (_, partition) => ({
        topic,
        partition,
        entries: [],
        nextOffset: 0,
      }))
      topics.set(topic, partitions)
    }
    return partitions
  }

  /** Entries before this offset may go. */
  function committedByAll(partition: Partition): number {
    const offsets = [...committed.values()]
      .map((group) => group.get(partition))
      .filter((offset) => offset !== undefined)
    if (offsets.length === 0) return isArchive(partition.topic) ? partition.nextOffset : 0
    return Math.min(...offsets)
  }

  /** Drops committed entries, oldest first, while `go` agrees. */
  function trim(go: (oldest: LogEntry) => boolean, limitOf = committedByAll): void {
    const all = [...topics.values()].flat()
    for (;;) {
      const candidates = all.filter(({ entries }) => entries[0] !== undefined)
      const oldest = candidates
        .filter((partition) => partition.entries[0]!.offset < limitOf(partition))
        .toSorted((a, b) => a.entries[0]!.appendedAtMs - b.entries[0]!.appendedAtMs)[0]
      if (oldest === undefined || !go(oldest.entries[0]!)) return
      bytes -= sizeOf(oldest.entries.shift()!)
    }
  }

  function trimOld(): void {
    cancelTrim = clock.after(trimEveryMs, trimOld)
    const before = clock.nowMs() - retentionMs
    // By age, groups do not hold an archive.
    const limitOf = (partition: Partition) =>
      isArchive(partition.topic) ? partition.nextOffset : committedByAll(partition)
    trim((oldest) => oldest.appendedAtMs < before, limitOf)
  }

  function append(records: readonly LogRecord[]): void {
    const size = records.reduce((sum, record) => sum + sizeOf(record), 0)
    if (bytes + size > maxBytes) {
      const target = maxBytes * (1 - pressedShare) - size
      trim(() => bytes > target)
    }
    if (bytes + size > maxBytes) throw logFull(maxBytes)
    bytes += size
    const appendedAtMs = clock.nowMs()
    for (const { topic, key, value, headers = {} } of records) {
      const partition = partitionsOf(topic)[partitionOf(key, partitionCount)]!
      const offset = partition.nextOffset++
      partition.entries.push({
        topic,
        partition: partition.partition,
        offset,
        appendedAtMs,
        key,
        value: Uint8Array.from(value),
        headers: { ...headers },
      })
    }
    for (const delivery of deliveries.values()) delivery.wake()
  }

  function read({ topic, partition }: TopicPartition, offset: number): LogEntry[] {
    const { entries } = partitionsOf(topic)[partition]!
    const first = entries[0]
    if (first === undefined) return []
    const found: LogEntry[] = []
    let size = 0
    for (let index = Math.max(0, offset - first.offset); index < entries.length && size < readBytes; index++) {
      found.push(entries[index]!)
      size += sizeOf(entries[index]!)
    }
    return found
  }

  function commit(group: string, positions: readonly Position[]): void {
    const offsets = committed.get(group)!
    for (const { topic, partition, offset } of positions) {
      const key = partitionsOf(topic)[partition]!
      offsets.set(key, Math.max(offsets.get(key) ?? 0, offset))
    }
  }

  return {
    name: 'event log (memory)',
    ...startStop(
      async () => {
        open = true
        trimOld()
      },
      async () => {
        cancelTrim?.()
        await Promise.all([...deliveries.values()].map((delivery) => delivery.stop()))
        deliveries.clear()
        busy.clear()
        open = false
      },
    ),
    async append(records) {
      if (!open) throw logClosed()
      try {
        append(records)
      } catch (error) {
        metrics.refused(error)
        throw error
      }
      metrics.liveBytes(bytes)
      for (const { topic } of records) metrics.appended(topic, 1)
    },
    async subscribe({ group, topics: subscribed, onEntries, onAssigned }: SubscribeOptions) {
      if (!open) throw logClosed()
      if (busy.has(group)) throw groupBusy(group, 'this process')
      busy.add(group)
      const offsets = committed.get(group) ?? new Map<Partition, number>()
      committed.set(group, offsets)
      const partitions = subscribed.flatMap(partitionsOf)
      for (const partition of partitions) offsets.set(partition, offsets.get(partition) ?? 0)
      await onAssigned?.(partitions.map(({ topic, partition }) => ({ topic, partition })))
      const from = partitions.map((key) => ({ topic: key.topic, partition: key.partition, offset: offsets.get(key)! }))
      const delivery = new Delivery({ from, read, onEntries, clock, logger })
      deliveries.set(group, delivery)
      return {
        async commit(positions) {
          if (!open) throw logClosed()
          commit(group, positions)
        },
        async stop() {
          await delivery.stop()
          if (deliveries.get(group) !== delivery) return
          deliveries.delete(group)
          busy.delete(group)
        },
      }
    },
    async lag(group, subscribed) {
      const offsets = committed.get(group)
      return subscribed.flatMap(partitionsOf).reduce((sum, partition) => {
        const first = partition.entries[0]?.offset ?? partition.nextOffset
        return sum + partition.nextOffset - Math.max(first, offsets?.get(partition) ?? 0)
      }, 0)
    },
  }
}

function sizeOf(record: LogRecord | LogEntry): number {
  return record.value.byteLength + record.key.length
}
