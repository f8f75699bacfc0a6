import type { Logger } from '../../logger.ts'
import type { TopicPartition } from '../port.ts'
import type { KafkaLogMetrics } from './kafka-log-metrics.ts'
import type { StartingPoint } from './positions.ts'

interface LostOptions {
  readonly group: string
  /** Where the group stands, and where each partition begins now. */
  positions(): Promise<readonly StartingPoint[]>
  readonly logger: Logger
  readonly metrics: KafkaLogMetrics
}

/**
 * Told that reading went on at `to` when `from` was next, counts what is gone of it: what lies before the partition's
 * present beginning. The rest are marks of transactions, and what was written in those that were aborted.
 */
export function createTellLost({ group, positions, logger, metrics }: LostOptions) {
  return async function tellLost({ topic, partition }: TopicPartition, from: number, to: number): Promise<void> {
    try {
      const now = (await positions()).find((each) => each.topic === topic && each.partition === partition)
      const count = Math.min(to, now?.begins ?? to) - from
      if (count <= 0) return
      metrics.skipped(topic, count)
      logger.warn({ group, topic, partition, count }, 'offsets are gone that were not read yet')
    } catch (error) {
      logger.warn({ err: error, group, topic, partition, from, to }, 'offsets were passed over, and may be gone unread')
    }
  }
}
