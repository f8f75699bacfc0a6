import type { Environment } from '@spanledger/runtime/config/environment'
import { configuredKafka } from '@spanledger/runtime/event-log/kafka/configured-kafka'

/** How to reach the Kafka of the environment; undefined when it names none, and the log is the embedded one. */
export function kafkaConnection(config: Environment) {
  return configuredKafka(config, 'spanledger')
}
