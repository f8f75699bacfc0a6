import type { LogEntry, Position } from '../event-log/port.ts'
import { ConsecutiveList } from './consecutive-list.ts'

/** How far each partition is: takes batches in the order they were read, and gives back positions that may be committed. */
export class Progress {
  #partitions = new Map<string, ConsecutiveList<Position>>()

  /** Notes that a batch is under way; call what it returns once it is handled, to get the positions that became free. */
  begin(batch: readonly LogEntry[]): () => Position[] {
    const last = new Map<string, Position>()
    for (const { topic, partition, offset } of batch) {
      last.set(`${topic}/${partition}`, { topic, partition, offset: offset + 1 })
    }
    const finish = [...last].map(([key, position]) => this.#listOf(key).push(position))
    return () => finish.map((done) => done()).filter((position) => position !== undefined)
  }

  /** Forgets everything: batches that began before free nothing any more. */
  reset(): void {
    this.#partitions = new Map()
  }

  #listOf(key: string): ConsecutiveList<Position> {
    let list = this.#partitions.get(key)
    if (list === undefined) this.#partitions.set(key, (list = new ConsecutiveList()))
    return list
  }
}
