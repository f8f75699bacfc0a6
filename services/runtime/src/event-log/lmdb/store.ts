import { type Database, open, type RootDatabase } from 'lmdb'
import { SpanledgerError } from '../../errors.ts'
import { translateError } from './lmdb-errors.ts'

/**
 * The tables of a log's directory:
 *
 * - `blocks`: stream u32 · first offset u48 (big-endian) -> a block (block.ts)
 * - `index`: the same key -> count u32 · stored bytes u32 · appendedAtMs f64, to trim without touching blocks
 * - `state`: ['format'], ['partitions'], ['topic', name] -> stream of its partition 0, ['next', stream] -> next offset,
 *   ['bytes'] -> live bytes, ['appends'] -> counts append transactions, ['position', group, topic, partition] -> next
 *   offset to process, ['lock', group] -> who reads it
 */
export interface Store {
  readonly root: RootDatabase
  readonly blocks: Database<Buffer, Buffer>
  readonly index: Database<Buffer, Buffer>
  readonly state: Database<unknown, (string | number)[]>
}

/** Room between the streams of two topics: more partitions than anyone has. */
const streamsPerTopic = 4096

export function openStore(dir: string, maxBytes: number): Store {
  try {
    const root = open({
      path: dir,
      noSubdir: false,
      maxDbs: 4,
      // Address space, not memory or disk: live bytes are capped, free pages and fragmentation come on top.
      mapSize: Math.ceil((maxBytes * 2 + 2 ** 30) / 65_536) * 65_536,
      // A commit resolves when it is on the disk: the flush is part of the transaction, not something that follows.
      overlappingSync: false,
      noSync: false,
      // Each of our transactions is one instruction already. Batching by turns would only add a promise of LMDB's own
      // that nobody handles when a commit fails.
      eventTurnBatching: false,
    })
    return {
      root,
      blocks: root.openDB<Buffer, Buffer>('blocks', { encoding: 'binary', keyEncoding: 'binary' }),
      index: root.openDB<Buffer, Buffer>('index', { encoding: 'binary', keyEncoding: 'binary' }),
      state: root.openDB<unknown, (string | number)[]>('state', { encoding: 'msgpack' }),
    }
  } catch (error) {
    throw translateError(error, `the event log in ${dir} cannot be opened`)
  }
}

export function blockKey(stream: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(10)
  key.writeUInt32BE(stream, 0)
  key.writeUIntBE(offset, 4, 6)
  return key
}

export function streamOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, key.length).readUInt32BE(0)
}

export function offsetOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, key.length).readUIntBE(4, 6)
}

/** What a block of this many bytes takes on disk: alone on whole pages, or within a page when it is small. */
export function storedBytes(size: number): number {
  return size > 2_000 ? Math.ceil((size + 16) / 4096) * 4096 + 64 : size + 64
}

/** The stream of a topic's partition, or undefined while nothing was ever appended or read there. */
export function findStream(store: Store, topic: string, partition: number): number | undefined {
  const base = store.state.get(['topic', topic]) as number | undefined
  return base === undefined ? undefined : base + partition
}

/** In a write transaction: the same, made when it is not there. */
export function makeStream(store: Store, topic: string, partition: number): number {
  const known = findStream(store, topic, partition)
  if (known !== undefined) return known
  const base = [...topicsOf(store)].length * streamsPerTopic
  void store.state.put(['topic', topic], base)
  return base + partition
}

export function* topicsOf(store: Store): Generator<readonly [topic: string, base: number]> {
  for (const { key, value } of store.state.getRange({ start: ['topic'], end: ['topic', '\uffff'] })) {
    yield [String(key[1]), value as number]
  }
}

export function nextOffset(store: Store, stream: number): number {
  return (store.state.get(['next', stream]) as number | undefined) ?? 0
}

/** The oldest offset that is still there, or the next one when nothing is. */
export function firstOffset(store: Store, stream: number): number {
  for (const key of store.index.getKeys({ start: blockKey(stream, 0), end: blockKey(stream + 1, 0), limit: 1 })) {
    return offsetOf(key)
  }
  return nextOffset(store, stream)
}

export function liveBytes(store: Store): number {
  return (store.state.get(['bytes']) as number | undefined) ?? 0
}

const format = 1

/**
 * In a write transaction: makes a fresh directory ours, and gives the number of partitions of its topics. A directory
 * keeps the number that it was made with: keys must stay where they are.
 */
export function settleDirectory(store: Store, wantedPartitions: number): number {
  const known = store.state.get(['format'])
  if (known !== undefined && known !== format) {
    throw new SpanledgerError(
      'LOG_FORMAT',
      `the event log has format ${String(known)}, this version writes ${format}`,
      {
        retryable: false,
        hint: 'let the version that wrote it process what is in it, or move the directory away',
      },
    )
  }
  if (known !== undefined) return store.state.get(['partitions']) as number
  void store.state.put(['format'], format)
  void store.state.put(['partitions'], wantedPartitions)
  return wantedPartitions
}
