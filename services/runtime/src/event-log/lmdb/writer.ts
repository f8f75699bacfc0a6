import type { Clock } from '../../clock.ts'
import type { SpanledgerError } from '../../errors.ts'
import { logFull, pressedShare } from '../local-log-options.ts'
import { partitionOf } from '../partition-of.ts'
import type { LogRecord } from '../port.ts'
import { blockBytes, type Chunk, encodeChunks, joinChunks } from './block.ts'
import { blockKey, liveBytes, makeStream, nextOffset, type Store, storedBytes } from './store.ts'
import { trimPressed } from './trim.ts'

/** One call of `append`, encoded before any lock is taken. */
export interface Append {
  readonly parts: readonly AppendPart[]
  /** What it takes on disk if it shares no block with others. */
  readonly bytes: number
}

interface AppendPart {
  readonly topic: string
  readonly partition: number
  readonly records: number
  readonly chunks: readonly Chunk[]
}

export function prepareAppend(records: readonly LogRecord[], partitions: number): Append {
  const byPartition = new Map<string, { topic: string; partition: number; records: LogRecord[] }>()
  for (const record of records) {
    const partition = partitionOf(record.key, partitions)
    const name = `${record.topic}/${partition}`
    const part = byPartition.get(name)
    if (part === undefined) byPartition.set(name, { topic: record.topic, partition, records: [record] })
    else part.records.push(record)
  }
  const parts = [...byPartition.values()].map(({ topic, partition, records }) => ({
    topic,
    partition,
    records: records.length,
    chunks: encodeChunks(records),
  }))
  const sizes = parts.flatMap(({ chunks }) => chunks.map(({ bytes }) => storedBytes(bytes.length)))
  return { parts, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

export interface AppendLimits {
  readonly maxBytes: number
  readonly isArchive: (topic: string) => boolean
  readonly clock: Clock
}

/**
 * In a write transaction: appends those that fit under the cap, each whole or not at all, and gives each that does not
 * its refusal. Chunks of the same partition share blocks.
 */
export function writeAppends(
  store: Store,
  appends: readonly Append[],
  limits: AppendLimits,
): (SpanledgerError | undefined)[] {
  const { maxBytes, isArchive, clock } = limits
  const wanted = appends.reduce((sum, { bytes }) => sum + bytes, 0)
  let live = liveBytes(store)
  if (live + wanted > maxBytes) live = trimPressed(store, maxBytes * (1 - pressedShare) - wanted, isArchive)

  const streams = new Map<number, Chunk[]>()
  const refusals = appends.map(({ parts, bytes }) => {
    if (live + bytes > maxBytes) return logFull(maxBytes)
    live += bytes
    for (const { topic, partition, chunks } of parts) {
      const stream = makeStream(store, topic, partition)
      const waiting = streams.get(stream)
      if (waiting === undefined) streams.set(stream, [...chunks])
      else waiting.push(...chunks)
    }
    return undefined
  })
  if (streams.size === 0) return refusals

  let written = 0
  for (const [stream, chunks] of streams) written += writeStream(store, stream, chunks, clock.nowMs())
  void store.state.put(['bytes'], liveBytes(store) + written)
  void store.state.put(['appends'], appendCount(store) + 1)
  return refusals
}

/** Counts the transactions that appended: a cheap way to see that another process did. */
export function appendCount(store: Store): number {
  return (store.state.get(['appends']) as number | undefined) ?? 0
}

function writeStream(store: Store, stream: number, chunks: readonly Chunk[], nowMs: number): number {
  let offset = nextOffset(store, stream)
  let written = 0
  for (let from = 0; from < chunks.length; ) {
    let size = 0
    let to = from
    while (to < chunks.length && (to === from || size + chunks[to]!.bytes.length <= blockBytes)) {
      size += chunks[to++]!.bytes.length
    }
    const block = joinChunks(chunks.slice(from, to), nowMs)
    const count = block.readUInt32LE(0)
    const stored = storedBytes(block.length)
    const key = blockKey(stream, offset)
    void store.blocks.put(key, block)
    void store.index.put(key, indexEntry(count, stored, nowMs))
    offset += count
    written += stored
    from = to
  }
  void store.state.put(['next', stream], offset)
  return written
}

function indexEntry(count: number, stored: number, appendedAtMs: number): Buffer {
  const entry = Buffer.allocUnsafe(16)
  entry.writeUInt32LE(count, 0)
  entry.writeUInt32LE(stored, 4)
  entry.writeDoubleLE(appendedAtMs, 8)
  return entry
}
