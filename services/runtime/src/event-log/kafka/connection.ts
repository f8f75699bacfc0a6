import { Kafka, type LogEntry as KafkaLogLine, logLevel, type RetryOptions, type SASLOptions } from 'kafkajs'
import type { Logger } from '../../logger.ts'

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

/** How to reach a Kafka cluster, and who we are there. */
export interface KafkaConnection {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[]
  /** TLS: true for the certificates that the system trusts, or the authority (PEM) to trust instead. */
  readonly ssl?: boolean | { readonly ca: string }
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string }
  readonly clientId: string
  /** Put before every topic. */
  readonly topicPrefix?: string
  /** Put before every consumer group. */
  readonly groupPrefix?: string
}

const connectionTimeoutMs = 5_000
const requestTimeoutMs = 10_000
const tryEachMs = 500

/** To try again for about so long. */
export function patience(limitMs: number): RetryOptions {
  const retries = Math.max(1, Math.ceil(limitMs / tryEachMs))
  return { retries, initialRetryTime: tryEachMs / 4, maxRetryTime: tryEachMs, factor: 0.2, multiplier: 2 }
}

/** The kafkajs client, which tries what fails again for about `patienceMs`. */
export function connectKafka(connection: KafkaConnection, logger: Logger, patienceMs: number): Kafka {
  const { brokers, ssl = false, sasl, clientId } = connection
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ssl: typeof ssl === 'boolean' ? ssl : { ca: [ssl.ca] },
    ...(sasl && { sasl: sasl as SASLOptions }),
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: patience(patienceMs),
    logLevel: logLevel.INFO,
    // What kafkajs calls an error is mostly something that it tries again: for those who look closely.
    logCreator: () => (line) => logger.debug({ kafka: fieldsOf(line) }, `kafka: ${line.log.message}`),
  })
}

function fieldsOf({ namespace, log }: KafkaLogLine): Record<string, unknown> {
  const { message: _message, timestamp: _timestamp, logger: _logger, ...fields } = log
  return { namespace, ...fields }
}
