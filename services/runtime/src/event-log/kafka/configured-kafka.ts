import { readFileSync } from 'node:fs'
import { ConfigError } from '../../config/config-error.ts'
import type { Environment } from '../../config/environment.ts'
import type { KafkaConnection } from './connection.ts'

/**
 * What the environment says about Kafka: undefined when it names no brokers, so that the embedded log is used.
 *
 * @throws ConfigError when the authority's file cannot be read
 */
export function configuredKafka(
  config: Environment,
  clientId: string,
): (KafkaConnection & { readonly partitions: number; readonly sessionTimeoutMs: number }) | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_SSL: ssl = false, KAFKA_SSL_CA: caFile } = config
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config
  const { KAFKA_TOPIC_PREFIX: topicPrefix, KAFKA_GROUP_PREFIX: groupPrefix, KAFKA_PARTITIONS: partitions } = config
  if (brokers === undefined) return undefined
  return {
    brokers,
    clientId,
    partitions,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
    ssl: ssl && caFile !== undefined ? { ca: readAuthority(caFile) } : ssl,
    ...(mechanism !== undefined &&
      username !== undefined &&
      password !== undefined && { sasl: { mechanism, username, password } }),
    ...(topicPrefix !== undefined && { topicPrefix }),
    ...(groupPrefix !== undefined && { groupPrefix }),
  }
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const problem = `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`
    throw new ConfigError([
      { variable: 'KAFKA_SSL_CA', given: JSON.stringify(file), problem, fix: 'it takes the path of a PEM file' },
    ])
  }
}
