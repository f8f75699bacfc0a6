import { randomUUID } from 'node:crypto'
import { createKafkaEventLog, type KafkaEventLogOptions } from '../../event-log/kafka.ts'
import type { EventLog } from '../../event-log/port.ts'
import { createLogger } from '../../logger.ts'
import { createMetrics } from '../../metrics.ts'

export interface OpenLogs {
  /** What every log of these is opened with. */
  readonly options: KafkaEventLogOptions
  /** A started log, as a process of its own would have it. */
  open(more?: Partial<KafkaEventLogOptions>): Promise<EventLog>
  stopAll(): Promise<void>
}

/** Logs on the same topics and groups of a cluster, which are nobody else's: their names are drawn. */
export function openLogs(brokers: readonly string[], more: Partial<KafkaEventLogOptions> = {}): OpenLogs {
  const prefix = `t${randomUUID().slice(0, 8)}.`
  const options: KafkaEventLogOptions = {
    brokers,
    clientId: 'test',
    topicPrefix: prefix,
    groupPrefix: prefix,
    partitions: 4,
    // The least that brokers take by default.
    sessionTimeoutMs: 6_000,
    logger: createLogger({ name: 'test', level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    metrics: createMetrics(),
    ...more,
  }
  const logs: EventLog[] = []
  return {
    options,
    async open(other = {}) {
      const log = createKafkaEventLog({ ...options, metrics: createMetrics(), ...other })
      logs.push(log)
      await log.start()
      return log
    },
    async stopAll() {
      await Promise.all(logs.map((log) => log.stop()))
    },
  }
}
