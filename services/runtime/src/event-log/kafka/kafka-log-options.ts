import type { Clock } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import type { Metrics } from '../../metrics.ts'
import type { KafkaConnection } from './connection.ts'

export interface KafkaEventLogOptions extends KafkaConnection {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  /** How many partitions the topics get that `start` makes. */
  readonly partitions?: number
  /** How long `start` tries to reach the brokers. */
  readonly startLimitMs?: number
  /** How long an append is tried before it is refused with LOG_UNAVAILABLE. */
  readonly appendLimitMs?: number
  /** Of records that wait for Kafka: more are refused with LOG_FULL. */
  readonly maxWaitingBytes?: number
  /** The largest record, as `max.message.bytes` of the topics allows it: a larger one is refused. */
  readonly maxRecordBytes?: number
  /** After how long a member that is silent loses its partitions. */
  readonly sessionTimeoutMs?: number
}

export const kafkaLogDefaults = {
  startLimitMs: 30_000,
  appendLimitMs: 10_000,
  maxWaitingBytes: 64 * 2 ** 20,
  maxRecordBytes: 8 * 2 ** 20 - 1_024,
  sessionTimeoutMs: 15_000,
} as const

/** How long the first record of a batch waits for others. */
export const lingerMs = 3

export const batchLimits = {
  /** One round trip: what is more goes in the next. */
  maxBatchBytes: 8 * 2 ** 20,
  /** Well below `max.message.bytes` of any topic, whose default is 1 MiB. */
  maxPartitionBytes: 900_000,
  maxPartitionRecords: 10_000,
} as const
