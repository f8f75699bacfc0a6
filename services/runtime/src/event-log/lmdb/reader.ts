import { readBytes } from '../local-log-options.ts'
import type { LogEntry, TopicPartition } from '../port.ts'
import { decodeBlock } from './block.ts'
import { blockKey, findStream, nextOffset, offsetOf, type Store, streamOf } from './store.ts'

/** The entries of a partition from an offset on, some blocks at once; none at the end. They share no memory with LMDB. */
export function readEntries(store: Store, partition: TopicPartition, fromOffset: number): LogEntry[] {
  const stream = findStream(store, partition.topic, partition.partition)
  if (stream === undefined) return []
  const end = nextOffset(store, stream)
  const entries: LogEntry[] = []
  let bytes = 0
  let offset = fromOffset
  while (offset < end && bytes < readBytes) {
    const first = blockAt(store, stream, offset)
    const block = first === undefined ? undefined : getBlock(store, stream, first)
    if (block === undefined) break
    decodeBlock(block, partition, first!, offset, entries)
    offset = first! + block.readUInt32LE(0)
    bytes += block.length
  }
  return entries
}

/** A copy: what LMDB returns is its own memory or a buffer that it uses again. */
function getBlock(store: Store, stream: number, first: number): Buffer | undefined {
  return store.blocks.getBinary(blockKey(stream, first))
}

/** The first offset of the block that holds `offset`, or of the next one when that was trimmed. */
function blockAt(store: Store, stream: number, offset: number): number | undefined {
  const key = blockKey(stream, offset)
  // Whoever reads on is at the start of a block.
  if (store.index.doesExist(key)) return offset
  for (const { key: found, value } of store.index.getRange({ start: key, reverse: true, limit: 1 })) {
    const first = offsetOf(found)
    if (streamOf(found) === stream && first + value.readUInt32LE(0) > offset) return first
  }
  for (const found of store.index.getKeys({ start: key, end: blockKey(stream + 1, 0), limit: 1 })) {
    return offsetOf(found)
  }
  return undefined
}
