import { describe } from 'vitest'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { describeEventLogContract } from '../testing/event-log-contract.ts'
import { openLogs } from '../testing/kafka/open-logs.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { sharedKafka } from '../testing/shared-kafka.ts'
import { createKafkaEventLog } from './kafka.ts'

describe('with a broker', () => {
  const { brokers } = sharedKafka()

  describeServiceContract('the Kafka event log', {
    create: async () => createKafkaEventLog(openLogs(brokers).options),
    createBroken: async () =>
      createKafkaEventLog({
        brokers: ['127.0.0.1:1'],
        clientId: 'test',
        startLimitMs: 100,
        logger: createLogger({ name: 'test', level: 'silent' }),
        metrics: createMetrics(),
      }),
  })

  describeEventLogContract('the Kafka event log', async () => {
    const logs = openLogs(brokers)
    const log = await logs.open()
    return {
      log,
      async reopen() {
        await log.stop()
        return logs.open()
      },
      dispose: () => logs.stopAll(),
    }
  })
})
