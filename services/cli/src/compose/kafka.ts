import type { Environment } from '@spanledger/runtime/config/environment'
import type { KafkaConnection } from '@spanledger/runtime/event-log/kafka'

/** How to reach the Kafka of the environment; undefined when it names none, and the log is the embedded one. */
export function kafkaConnection(config: Environment): KafkaConnection | undefined {
  if (config.KAFKA_BROKERS === undefined) return undefined
  const {
    KAFKA_SSL: ssl,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_PREFIX: groupPrefix,
  } = config
  return {
    brokers: brokersOf(config.KAFKA_BROKERS),
    clientId: 'spanledger',
    ...(ssl !== undefined && { ssl }),
    ...(mechanism !== undefined && { sasl: { mechanism, username, password } }),
    ...(topicPrefix !== undefined && { topicPrefix }),
    ...(groupPrefix !== undefined && { groupPrefix }),
  }
}

function brokersOf(text: string): string[] {
  return text
    .split(',')
    .map((broker) => broker.trim())
    .filter(Boolean)
}
