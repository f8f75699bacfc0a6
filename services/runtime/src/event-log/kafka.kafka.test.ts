import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { describeEventLogContract } from '../testing/event-log-contract.ts'
import { sharedKafka } from '../testing/shared-kafka.ts'
import { createKafkaEventLog, type KafkaEventLogOptions } from './kafka.ts'

const { brokers } = sharedKafka()
const logger = createLogger({ name: 'test', level: process.env.TEST_LOG ?? 'silent' })

/** A log with topics and groups of its own in the shared cluster. */
async function createSubject(options: Partial<KafkaEventLogOptions> = {}) {
  const prefix = `t${randomUUID().slice(0, 8)}.`
  const all = {
    brokers,
    clientId: 'test',
    topicPrefix: prefix,
    groupPrefix: prefix,
    logger,
    partitions: 4,
    sessionTimeoutMs: 6_000,
    ...options,
  }
  const opened: { stop(): Promise<void> }[] = []
  async function open() {
    const log = createKafkaEventLog({ ...all, metrics: createMetrics() })
    opened.push(log)
    await log.start()
    return log
  }
  const log = await open()
  return {
    log,
    open,
    async reopen() {
      await log.stop()
      return open()
    },
    async dispose() {
      await Promise.all(opened.map((one) => one.stop()))
    },
  }
}

describe.runIf(brokers.length > 0)('with a broker', () => {
  describeEventLogContract('the Kafka event log', createSubject)
})
