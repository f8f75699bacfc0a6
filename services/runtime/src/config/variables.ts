import { z } from 'zod'
import { apiKeys, flag, httpUrl, kafkaBrokers, kafkaName, port, positiveInteger, timeZone } from './values.ts'

export interface VariableDoc {
  /** What it is for: the README's table is printed from it. */
  readonly about: string
  /** What a good value is: what an error says to do. */
  readonly expects: string
  /** Shown as the default where there is no fixed one. */
  readonly without?: string
  /** Never printed. */
  readonly secret?: true
}

export const variableDocs = z.registry<VariableDoc>()

function describe<S extends z.ZodType>(schema: S, about: string, expects: string, more: Partial<VariableDoc> = {}): S {
  variableDocs.add(schema, { about, expects, ...more })
  return schema
}

const text = z.string()
const portExpected = 'a port number from 0 to 65535 (0 takes any free one)'
const prefixExpected = 'letters, digits, ".", "_" and "-", 100 at most'
const urlExpected = 'a URL with http or https, without user and password in it'

/** Every variable that any service reads. A service takes its part with `pick`. */
export const environment = z.object({
  SPANLEDGER_DATA_DIR: describe(
    text.default('./.spanledger'),
    'the embedded log and the ClickHouse files',
    'a directory that can be written',
  ),
  SPANLEDGER_CONFIG: describe(
    text.optional(),
    'the configuration file: rules, routes and channels of alerts, attribution, prices (budgets are not in this version yet)',
    'the path of a YAML file',
    { without: '`./spanledger.yaml` if there' },
  ),
  SPANLEDGER_HOST: describe(
    text.default('127.0.0.1'),
    'the address to listen on; any but a loopback one needs API keys',
    'an IP address or a host name of this machine',
  ),
  SPANLEDGER_OTLP_HTTP_PORT: describe(port.default(4318), 'the door: OTLP over HTTP and usage events', portExpected),
  SPANLEDGER_OTLP_GRPC_PORT: describe(port.default(4317), 'the door: OTLP over gRPC', portExpected),
  SPANLEDGER_CONSOLE_PORT: describe(port.default(4320), 'web console and read API', portExpected),
  SPANLEDGER_ADMIN_PORT: describe(
    port.optional(),
    '`/healthz`, `/readyz` and `/metrics` of a service run alone that has no other port',
    portExpected,
  ),
  SPANLEDGER_CLICKHOUSE_HTTP_PORT: describe(port.default(8123), 'embedded ClickHouse: HTTP', portExpected),
  SPANLEDGER_CLICKHOUSE_TCP_PORT: describe(port.optional(), 'embedded ClickHouse: native protocol', portExpected),
  SPANLEDGER_CLICKHOUSE_PASSWORD: describe(
    text.optional(),
    'embedded ClickHouse: password of its `default` user',
    'a password',
    { secret: true, without: 'generated into the data directory' },
  ),
  SPANLEDGER_API_KEYS: describe(
    apiKeys.optional(),
    'who may send: `Authorization: Bearer <key>`; the key decides the tenant',
    'key:tenant, more of them separated by commas',
    { secret: true },
  ),
  SPANLEDGER_TIMEZONE: describe(
    timeZone.default('UTC'),
    'day boundaries of budgets, reports, alerts and exports',
    'an IANA time zone such as UTC or Europe/Berlin',
  ),
  SPANLEDGER_LOG_LEVEL: describe(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'how much is logged, to standard error',
    'trace, debug, info, warn, error or silent',
  ),
  SPANLEDGER_METRICS_MAX_SERIES: describe(
    positiveInteger.default(2_000),
    'ledger: label sets of the `llm_*` metrics; what comes beyond is counted under the value `other`',
    'a whole number',
  ),
  SPANLEDGER_TOKEN_METRICS_TOLERANCE: describe(
    z.coerce.number().min(0).max(1).default(0.05),
    "how far the ledger may be from a service's own token metrics before it is said",
    'a part of 1, as 0.05 for 5 %',
  ),
  SPANLEDGER_TOKEN_METRICS_MIN_TOKENS: describe(
    positiveInteger.default(10_000),
    'tokens in six hours from which on the two are compared',
    'a whole number',
  ),
  SPANLEDGER_UNPRICED_DAYS: describe(
    z.coerce.number().int().min(0).max(3_650).default(35),
    'ledger: how many days back requests without a price are charged when one arrives; 0: not at all',
    'a whole number of days',
  ),
  SPANLEDGER_EVENT_LOG_MAX_BYTES: describe(
    positiveInteger.default(8 * 2 ** 30),
    'embedded log: unprocessed and retained bytes at which the door answers 503',
    'a whole number of bytes',
  ),
  SPANLEDGER_EVENT_LOG_RETENTION_HOURS: describe(
    positiveInteger.default(24),
    'embedded log: how long processed records stay',
    'a whole number of hours',
  ),
  CLICKHOUSE_URL: describe(
    httpUrl.optional(),
    'a ClickHouse server or cluster instead of the embedded one',
    urlExpected,
  ),
  CLICKHOUSE_USER: describe(text.optional(), 'its user', 'a user name', { without: '`default`' }),
  CLICKHOUSE_PASSWORD: describe(text.optional(), "its user's password", 'a password', { secret: true }),
  KAFKA_BROKERS: describe(
    kafkaBrokers.optional(),
    'Kafka instead of the embedded log: some of its brokers',
    'host:port, more of them separated by commas',
  ),
  KAFKA_SSL: describe(flag.optional(), 'Kafka: TLS', 'true or false'),
  KAFKA_SSL_CA: describe(
    text.optional(),
    'Kafka: the authority that signed its certificates, where this machine does not trust it already',
    'the path of a PEM file',
  ),
  KAFKA_SASL_MECHANISM: describe(
    z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    'Kafka: SASL mechanism',
    'plain, scram-sha-256 or scram-sha-512',
  ),
  KAFKA_SASL_USERNAME: describe(text.optional(), 'Kafka: SASL user', 'a user name'),
  KAFKA_SASL_PASSWORD: describe(text.optional(), 'Kafka: SASL password', 'a password', { secret: true }),
  KAFKA_TOPIC_PREFIX: describe(kafkaName.optional(), 'Kafka: put before every topic', prefixExpected),
  KAFKA_GROUP_PREFIX: describe(kafkaName.optional(), 'Kafka: put before every group', prefixExpected),
  KAFKA_PARTITIONS: describe(
    positiveInteger.default(12),
    'Kafka: partitions of the topics that are made, at most so many ledgers can share the work',
    'a whole number above 0',
  ),
  KAFKA_SESSION_TIMEOUT_MS: describe(
    positiveInteger.default(15_000),
    'Kafka: after how long of silence the partitions of a ledger go to the others; within what the brokers allow',
    'a whole number of milliseconds',
  ),
  SCHEMA_REGISTRY_URL: describe(
    httpUrl.optional(),
    'Kafka: a schema registry with the API of Confluent; without one the schema ids of this release are used',
    urlExpected,
  ),
  SCHEMA_REGISTRY_USER: describe(text.optional(), 'its user, where it asks for one', 'a user name or API key'),
  SCHEMA_REGISTRY_PASSWORD: describe(text.optional(), "its user's password", 'a password or API secret', {
    secret: true,
  }),
  SLACK_WEBHOOK_URL: describe(httpUrl.optional(), 'where alerts go: Slack, by an incoming webhook', urlExpected, {
    secret: true,
  }),
  ALERTMANAGER_URL: describe(
    httpUrl.optional(),
    'where alerts go: Prometheus Alertmanager (not in this version yet)',
    urlExpected,
  ),
  ALERT_WEBHOOK_URL: describe(
    httpUrl.optional(),
    'where alerts go: any webhook (not in this version yet)',
    urlExpected,
    { secret: true },
  ),
  ALERT_WEBHOOK_SECRET: describe(text.optional(), 'signs what goes to the webhook', 'a secret', { secret: true }),
})

export type VariableName = keyof typeof environment.shape
export type Environment = Readonly<z.output<typeof environment>>

export const variableNames = Object.keys(environment.shape) as VariableName[]

export function docOf(name: VariableName): VariableDoc {
  const doc = variableDocs.get(environment.shape[name])
  if (doc === undefined) throw new TypeError(`${name} is not described`)
  return doc
}
