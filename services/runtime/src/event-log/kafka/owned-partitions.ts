import type { LogEntry, TopicPartition } from '../port.ts'
import { entryBytes } from '../../consumer/batcher.ts'
import type { StartingPoint } from './positions.ts'

interface Owned extends TopicPartition {
  readonly waiting: { readonly entries: readonly LogEntry[]; readonly bytes: number }[]
  bytes: number
  next: number
  committed: number
  paused: boolean
}

/** Of a read, with what is no entry: the marks of transactions have offsets too. */
export interface OffsetRange {
  readonly first: number
  readonly last: number
}

/** What one partition, and all together, hold for handlers at most, give or take what one read brings. */
const maxPartitionBytes = 2 * 2 ** 20
const maxBytes = 48 * 2 ** 20

/** The partitions of one assignment: what was read of each and waits for its handler, and how far it is committed. */
export class OwnedPartitions {
  readonly #partitions = new Map<string, Owned>()
  #bytes = 0

  constructor(from: readonly StartingPoint[]) {
    for (const { topic, partition, offset, expected } of from) {
      const owned = { topic, partition, waiting: [], bytes: 0, next: expected, committed: offset, paused: false }
      this.#partitions.set(keyOf({ topic, partition }), owned)
    }
  }

  get(partition: TopicPartition): Owned | undefined {
    return this.#partitions.get(keyOf(partition))
  }

  /** Takes what was read; tells where it should have begun, and whether the partition has enough for now. */
  add(owned: Owned, entries: readonly LogEntry[], { last }: OffsetRange): { expected: number; enough: boolean } {
    const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
    const expected = owned.next
    owned.waiting.push({ entries, bytes })
    owned.bytes += bytes
    owned.next = last + 1
    this.#bytes += bytes
    return { expected, enough: owned.bytes >= maxPartitionBytes || this.#bytes >= maxBytes }
  }

  /** The next entries at or after the offset; those before it are done. */
  read(partition: TopicPartition, offset: number): readonly LogEntry[] {
    const owned = this.get(partition)
    if (owned === undefined) return []
    for (let first = owned.waiting[0]; first !== undefined; first = owned.waiting[0]) {
      if (first.entries.at(-1)!.offset >= offset) return first.entries
      owned.waiting.shift()
      owned.bytes -= first.bytes
      this.#bytes -= first.bytes
    }
    return []
  }

  /** Partitions that were paused and may be read again. */
  takeResumable(): Owned[] {
    if (this.#bytes >= maxBytes) return []
    const resumable = [...this.#partitions.values()].filter(({ paused, bytes }) => paused && bytes < maxPartitionBytes)
    for (const owned of resumable) owned.paused = false
    return resumable
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
