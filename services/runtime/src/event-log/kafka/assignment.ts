import type { Clock } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import { Delivery } from '../delivery.ts'
import type { LogEntry, Position, SubscribeOptions, TopicPartition } from '../port.ts'
import { logReassigned } from './kafka-errors.ts'
import { type OffsetRange, OwnedPartitions } from './owned-partitions.ts'
import type { StartingPoint } from './positions.ts'

/** Sends positions to the broker as those of the generation that is current when it is called. */
export type CommitNow = (positions: readonly Position[]) => Promise<void>

export interface AssignmentOptions {
  readonly group: string
  readonly from: readonly StartingPoint[]
  readonly onEntries: SubscribeOptions['onEntries']
  pause(partition: TopicPartition): void
  resume(partitions: readonly TopicPartition[]): void
  /** Reading went on at `to` when `from` was next. */
  onSkipped(partition: TopicPartition, from: number, to: number): void
  readonly clock: Clock
  readonly logger: Logger
}

/** What this member has been given to read, from one rebalance to the next. */
export class Assignment {
  readonly #options: AssignmentOptions
  readonly #owned: OwnedPartitions
  readonly #delivery: Delivery
  #committing: Promise<void> = Promise.resolve()
  #ended = false

  constructor(options: AssignmentOptions) {
    this.#options = options
    this.#owned = new OwnedPartitions(options.from)
    this.#delivery = new Delivery({
      from: options.from,
      read: (partition, offset) => this.#read(partition, offset),
      onEntries: options.onEntries,
      clock: options.clock,
      logger: options.logger,
    })
  }

  /** Takes what was read, to hand it over in turn; false when it is not to be handed over by this one. */
  accept(partition: TopicPartition, entries: LogEntry[], offsets: OffsetRange): boolean {
    const owned = this.#owned.get(partition)
    if (this.#ended || owned === undefined || entries.length === 0) return false
    const { expected, enough } = this.#owned.add(owned, entries, offsets)
    if (offsets.first > expected) this.#options.onSkipped(partition, expected, offsets.first)
    if (enough && !owned.paused) {
      owned.paused = true
      this.#options.pause(partition)
    }
    this.#delivery.wake()
    return true
  }

  /** One at a time, so that a position never moves backwards. */
  commit(positions: readonly Position[], commitNow: CommitNow): Promise<void> {
    const commit = this.#committing.catch(() => undefined).then(() => this.#commit(positions, commitNow))
    this.#committing = commit
    return commit
  }

  /** Hands over nothing more, and waits for handlers under way. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#delivery.stop()
  }

  #read(partition: TopicPartition, offset: number): readonly LogEntry[] {
    const entries = this.#owned.read(partition, offset)
    if (this.#ended) return entries
    const resumable = this.#owned.takeResumable()
    if (resumable.length > 0) this.#options.resume(resumable)
    return entries
  }

  async #commit(positions: readonly Position[], commitNow: CommitNow): Promise<void> {
    const ahead: Position[] = []
    for (const position of positions) {
      const owned = this.#owned.get(position)
      if (owned === undefined) throw logReassigned(this.#options.group)
      if (position.offset > owned.committed) ahead.push(position)
    }
    if (ahead.length === 0) return
    await commitNow(ahead)
    for (const position of ahead) {
      const owned = this.#owned.get(position)!
      owned.committed = Math.max(owned.committed, position.offset)
    }
  }
}
