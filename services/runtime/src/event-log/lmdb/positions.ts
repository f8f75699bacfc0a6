import type { Position, TopicPartition } from '../port.ts'
import { findStream, firstOffset, makeStream, nextOffset, type Store } from './store.ts'

/**
 * In a write transaction: where a group goes on, in every partition of the topics. From now on the log keeps for it
 * what it has not committed.
 */
export function joinGroup(store: Store, group: string, topics: readonly string[], partitions: number): Position[] {
  const positions = partitionsOf(topics, partitions).map(({ topic, partition }) => {
    const oldest = firstOffset(store, makeStream(store, topic, partition))
    return { topic, partition, offset: committedOffset(store, group, { topic, partition }) ?? oldest }
  })
  commitPositions(store, group, positions)
  return positions
}

/** In a write transaction: moves a group's positions, never backwards. */
export function commitPositions(store: Store, group: string, positions: readonly Position[]): void {
  for (const position of positions) {
    const known = committedOffset(store, group, position)
    if (known !== undefined && known >= position.offset) continue
    void store.state.put(['position', group, position.topic, position.partition], position.offset)
  }
}

/** Entries that a group has not committed. */
export function groupLag(store: Store, group: string, topics: readonly string[], partitions: number): number {
  return partitionsOf(topics, partitions).reduce((sum, position) => {
    const stream = findStream(store, position.topic, position.partition)
    if (stream === undefined) return sum
    const from = committedOffset(store, group, position) ?? firstOffset(store, stream)
    return sum + nextOffset(store, stream) - from
  }, 0)
}

function committedOffset(store: Store, group: string, { topic, partition }: TopicPartition): number | undefined {
  return store.state.get(['position', group, topic, partition]) as number | undefined
}

function partitionsOf(topics: readonly string[], partitions: number): TopicPartition[] {
  return topics.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition })))
}
