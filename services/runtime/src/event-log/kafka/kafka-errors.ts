import { SpanledgerError } from '../../errors.ts'

interface Meaning {
  readonly code: string
  readonly retryable: boolean
  readonly hint: string
}

const away: Meaning = {
  code: 'LOG_UNAVAILABLE',
  retryable: true,
  hint: 'see that the brokers of KAFKA_BROKERS run and can be reached from here, and that their port speaks TLS exactly when KAFKA_SSL is set',
}
const elsewhere: Meaning = {
  code: 'LOG_UNAVAILABLE',
  retryable: true,
  hint: 'the cluster moves partitions or has too few replicas in sync: it passes when the brokers are back',
}
const reassigned: Meaning = {
  code: 'LOG_REASSIGNED',
  retryable: true,
  hint: 'the partitions went to another member of the group, which reads on from the committed position',
}
const wrongPassword: Meaning = {
  code: 'LOG_LOGIN',
  retryable: false,
  hint: 'correct KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD; see that the port speaks SASL',
}
const forbidden: Meaning = {
  code: 'LOG_FORBIDDEN',
  retryable: false,
  hint: 'give this user the right to read, write and describe the topics and groups of spanledger',
}
const noTopic: Meaning = {
  code: 'TOPIC_MISSING',
  retryable: true,
  hint: 'make it: spanledger topics --create',
}
const tooLarge: Meaning = {
  code: 'RECORD_TOO_LARGE',
  retryable: false,
  hint: 'raise max.message.bytes of the topic (and message.max.bytes of the brokers), or send smaller records',
}
const untrusted: Meaning = {
  code: 'LOG_TLS',
  retryable: false,
  hint: 'set KAFKA_SSL to what the port speaks, and KAFKA_SSL_CA to the authority that signed its certificate',
}

/** By the type of the broker's answer. What is not here is unknown, and may pass. */
const byType: Readonly<Record<string, Meaning>> = {
  UNKNOWN_TOPIC_OR_PARTITION: noTopic,
  INVALID_TOPIC_EXCEPTION: { ...noTopic, retryable: false, hint: 'see KAFKA_TOPIC_PREFIX: the name is not valid' },
  LEADER_NOT_AVAILABLE: elsewhere,
  NOT_LEADER_FOR_PARTITION: elsewhere,
  NOT_ENOUGH_REPLICAS: elsewhere,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: elsewhere,
  NOT_CONTROLLER: elsewhere,
  NOT_COORDINATOR_FOR_GROUP: elsewhere,
  GROUP_COORDINATOR_NOT_AVAILABLE: elsewhere,
  GROUP_LOAD_IN_PROGRESS: elsewhere,
  ILLEGAL_GENERATION: reassigned,
  UNKNOWN_MEMBER_ID: reassigned,
  REBALANCE_IN_PROGRESS: reassigned,
  MESSAGE_TOO_LARGE: tooLarge,
  RECORD_LIST_TOO_LARGE: tooLarge,
  SASL_AUTHENTICATION_FAILED: wrongPassword,
  UNSUPPORTED_SASL_MECHANISM: wrongPassword,
  ILLEGAL_SASL_STATE: wrongPassword,
  TOPIC_AUTHORIZATION_FAILED: forbidden,
  GROUP_AUTHORIZATION_FAILED: forbidden,
  CLUSTER_AUTHORIZATION_FAILED: forbidden,
  POLICY_VIOLATION: { ...forbidden, hint: 'the cluster has a policy against it: make the topics as it wants them' },
  INVALID_REPLICATION_FACTOR: {
    code: 'TOPIC_REPLICATION',
    retryable: false,
    hint: 'the cluster has fewer brokers than copies are wanted: spanledger topics --create --replication 1',
  },
}

/** By the kind of error that kafkajs makes of what never reached a broker, or of its answer. */
const byName: Readonly<Record<string, Meaning>> = {
  KafkaJSConnectionError: away,
  KafkaJSConnectionClosedError: away,
  KafkaJSRequestTimeoutError: away,
  KafkaJSBrokerNotFound: away,
  KafkaJSNoBrokerAvailableError: away,
  KafkaJSSASLAuthenticationError: wrongPassword,
  KafkaJSTopicMetadataNotLoaded: elsewhere,
  KafkaJSMetadataNotLoaded: elsewhere,
}

/** By the code that Node's TLS gives a certificate that it does not trust, or a port that does not speak TLS. */
const byCode: Readonly<Record<string, Meaning>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: untrusted,
}

/** Turns an error of kafkajs into ours, by the type, name or code of what is at the bottom of it. */
export function translateKafkaError(error: unknown, what: string): SpanledgerError {
  if (error instanceof SpanledgerError) return error
  const { code, retryable, hint } = meaningOf(error)
  const message = error instanceof Error ? error.message : String(error)
  return new SpanledgerError(code, `${what}: ${message}`, { retryable, hint, cause: error })
}

function meaningOf(error: unknown): Meaning {
  for (const { type, name, code } of causes(error)) {
    const meaning = byType[type ?? ''] ?? byCode[code ?? ''] ?? byName[name ?? '']
    if (meaning !== undefined) return meaning
  }
  return away
}

interface Cause {
  readonly type?: string
  readonly name?: string
  readonly code?: string
}

/** The error and what is behind it: kafkajs wraps what it gave up on, several of them in one, and more than once. */
function* causes(error: unknown): Generator<Cause> {
  for (let depth = 0; depth < 5 && typeof error === 'object' && error !== null; depth++) {
    yield error as Cause
    const { errors, cause } = error as { errors?: readonly unknown[]; cause?: unknown }
    error = errors?.[0] ?? cause
  }
}

export function topicMissing(topic: string): SpanledgerError {
  return new SpanledgerError('TOPIC_MISSING', `the topic ${topic} is not there`, { ...noTopic })
}

export function recordTooLarge(topic: string, bytes: number, maxBytes: number): SpanledgerError {
  const message = `a record of ${bytes} bytes is more than the topic ${topic} takes (${maxBytes})`
  return new SpanledgerError('RECORD_TOO_LARGE', message, { ...tooLarge })
}

export function logReassigned(group: string): SpanledgerError {
  return new SpanledgerError('LOG_REASSIGNED', `group ${group}: the partitions were assigned anew`, { ...reassigned })
}

export function appendTimedOut(limitMs: number): SpanledgerError {
  return new SpanledgerError('LOG_UNAVAILABLE', `Kafka has not confirmed the records within ${limitMs} ms`, { ...away })
}

export function tooMuchInFlight(bytes: number): SpanledgerError {
  return new SpanledgerError('LOG_FULL', `${bytes} bytes wait for Kafka to take them`, {
    retryable: true,
    hint: 'Kafka takes records slower than they come: see its brokers, or send slower',
  })
}
