import type { Service } from '../service.ts'

/** What a producer writes. Records with the same key go to the same partition of their topic, in order. */
export interface LogRecord {
  readonly topic: string
  readonly key: string
  readonly value: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** What a consumer reads. */
export interface LogEntry {
  readonly topic: string
  readonly partition: number
  /** Position in the partition: dense or not, strictly increasing. */
  readonly offset: number
  /** When the log accepted it, milliseconds since the epoch. */
  readonly appendedAtMs: number
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** `offset` is the next one to read: the last processed one + 1. */
export interface Position extends TopicPartition {
  readonly offset: number
}

export interface SubscribeOptions {
  /** Consumer group: its committed positions survive restarts; members of one group share the partitions. */
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Called with entries of one partition, in order; never concurrently for the same partition.
   * The promise is back-pressure: the next entries of that partition come only after it resolves.
   */
  onEntries(entries: readonly LogEntry[]): Promise<void>
  /**
   * Partitions may be about to go to another member: finish what is under way and commit it, begin nothing new. What is
   * not committed when this resolves, or when the log can wait no longer, is delivered again, to whoever owns it then.
   */
  onRevoked?(): Promise<void>
  /** The partitions now owned changed: forget what was read and not committed, it will be delivered to its owner again. */
  onAssigned?(partitions: readonly TopicPartition[]): Promise<void>
}

export interface Subscription {
  /** Durable when it resolves. Positions never move backwards. */
  commit(positions: readonly Position[]): Promise<void>
  /** Stops delivery and waits for handlers under way. Nothing is committed by stopping. */
  stop(): Promise<void>
}

/**
 * The durable log between the door and the ledger.
 *
 * - `append` resolves only when every record is durable (all or nothing towards the caller); it rejects with code
 *   `LOG_FULL` (retryable) when the size cap is reached and `LOG_UNAVAILABLE` (retryable) when the log cannot be reached.
 * - Delivery is at least once: what was not committed is delivered again after a restart.
 * - A group that has no committed position starts at the oldest entry.
 */
export interface EventLog extends Service {
  append(records: readonly LogRecord[]): Promise<void>
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** Entries appended and not yet committed by the group, summed over the topics' partitions. */
  lag(group: string, topics: readonly string[]): Promise<number>
}
