import { blockKey, liveBytes, nextOffset, offsetOf, type Store, topicsOf } from './store.ts'

interface StoredBlock {
  readonly key: Buffer
  readonly end: number
  readonly stored: number
  readonly appendedAtMs: number
}

/** At most so many blocks go in one transaction, so that appends never wait long. */
const blocksPerTrim = 1_000

/**
 * In a write transaction: removes blocks that were appended before `beforeMs` and that every group is done with; those of
 * archives whoever is done with them. Says whether there may be more.
 */
export function trimOld(store: Store, beforeMs: number, isArchive: (topic: string) => boolean): boolean {
  let removed = 0
  let bytes = 0
  for (const { stream, limit } of committedStreams(store, isArchive, true)) {
    for (const block of blocksBefore(store, stream, limit, blocksPerTrim - removed)) {
      if (block.appendedAtMs >= beforeMs) break
      bytes += remove(store, block)
      removed += 1
    }
    if (removed >= blocksPerTrim) break
  }
  if (bytes > 0) void store.state.put(['bytes'], liveBytes(store) - bytes)
  return removed >= blocksPerTrim
}

/** In a write transaction: removes the oldest blocks that every group is done with until `target` live bytes are left. */
export function trimPressed(store: Store, target: number, isArchive: (topic: string) => boolean): number {
  let live = liveBytes(store)
  const queues = committedStreams(store, isArchive, false).map(({ stream, limit }) =>
    blocksBefore(store, stream, limit, 10_000),
  )
  const heads = queues.map((queue) => queue.shift())
  while (live > target) {
    let oldest = -1
    for (const [index, head] of heads.entries()) {
      if (head !== undefined && !(head.appendedAtMs >= (heads[oldest]?.appendedAtMs ?? Infinity))) oldest = index
    }
    const block = heads[oldest]
    if (block === undefined) break
    live -= remove(store, block)
    heads[oldest] = queues[oldest]!.shift()
  }
  void store.state.put(['bytes'], live)
  return live
}

/** Every stream with the offset below which every group that knows it is done; by age, groups do not hold an archive. */
function committedStreams(
  store: Store,
  isArchive: (topic: string) => boolean,
  byAge: boolean,
): { stream: number; limit: number }[] {
  const limits = new Map<string, number>()
  for (const { key, value } of store.state.getRange({ start: ['position'], end: ['position', '\uffff'] })) {
    const name = `${String(key[2])}/${String(key[3])}`
    limits.set(name, Math.min(limits.get(name) ?? Infinity, value as number))
  }
  const partitions = store.state.get(['partitions']) as number
  return [...topicsOf(store)].flatMap(([topic, base]) =>
    Array.from({ length: partitions }, (_, partition) => {
      const stream = base + partition
      const everything = isArchive(topic) ? nextOffset(store, stream) : 0
      const held = limits.get(`${topic}/${partition}`) ?? everything
      return { stream, limit: byAge && isArchive(topic) ? everything : held }
    }),
  )
}

/** The oldest blocks of a stream that lie below an offset as a whole. */
function blocksBefore(store: Store, stream: number, limit: number, atMost: number): StoredBlock[] {
  const blocks: StoredBlock[] = []
  const range = { start: blockKey(stream, 0), end: blockKey(stream, limit), limit: atMost, snapshot: false }
  for (const { key, value } of store.index.getRange(range)) {
    const end = offsetOf(key) + value.readUInt32LE(0)
    if (end > limit) break
    blocks.push({
      key: Buffer.from(key),
      end,
      stored: value.readUInt32LE(4),
      appendedAtMs: value.readDoubleLE(8),
    })
  }
  return blocks
}

function remove(store: Store, { key, stored }: StoredBlock): number {
  void store.blocks.remove(key)
  void store.index.remove(key)
  return stored
}
