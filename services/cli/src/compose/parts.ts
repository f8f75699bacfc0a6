import { hostname } from 'node:os'
import { join } from 'node:path'
import { type AnomalyDetector, createAnomalyDetector } from '@spanledger/anomaly-detector/service'
import { type Collector, createCollector } from '@spanledger/collector/service'
import { type Console, createConsole } from '@spanledger/console/service'
import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createExplainer } from '@spanledger/ledger/explain/explainer'
import { createNearModels } from '@spanledger/ledger/pricing/near-models'
import { previewPrices } from '@spanledger/ledger/reprice/preview-prices'
import { createLedger, type Ledger } from '@spanledger/ledger/service'
import type { Tolerance } from '@spanledger/ledger/token-metrics/compare'
import { createAlertEventCodec } from '@spanledger/runtime/avro/alert-events'
import { createConfluentSchemaRegistry } from '@spanledger/runtime/avro/confluent-schema-registry'
import { createFileSchemaRegistry } from '@spanledger/runtime/avro/file-schema-registry'
import type { SchemaRegistry } from '@spanledger/runtime/avro/schema-registry'
import { createUsageEventCodec, type UsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { Environment } from '@spanledger/runtime/config/environment'
import { findConfigFile } from '@spanledger/runtime/config-file/load-config-file'
import { type WatchedConfigFile, watchConfigFile } from '@spanledger/runtime/config-file/watch-config-file'
import { createKafkaEventLog } from '@spanledger/runtime/event-log/kafka'
import { createLmdbEventLog } from '@spanledger/runtime/event-log/lmdb'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createGroup } from '@spanledger/runtime/lifecycle'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import { inputTopics } from '@spanledger/schemas/events/topics'
import { catalogueDate } from '@spanledger/schemas/prices/catalogue-date'
import { showCatalogue } from './catalogue-metrics.ts'
import { kafkaConnection } from './kafka.ts'
import type { AlertSettings } from './alert-settings.ts'
import { createPriceBook, type PriceBook } from './price-book.ts'

/** What every part of a process shares. */
export interface Surroundings {
  readonly config: Environment
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The sweep that finds and reverses duplicates that identity did not catch at once. */
export interface Sweep {
  readonly auditor: boolean
  readonly auditSeconds: number
}

function tools({ logger, metrics }: Surroundings, part: string): { logger: Logger; metrics: Metrics } {
  return { logger: logger.child({ part }), metrics }
}

/** The configuration file, read again when it changes; to be started before who reads it. Throws when it is wrong. */
export function configFilePart({ config, logger, metrics }: Surroundings): WatchedConfigFile {
  return watchConfigFile({ path: findConfigFile(config.SPANLEDGER_CONFIG), logger, metrics })
}

/** The prices of the configuration file, on the catalogue of this release. */
export function pricesPart(around: Surroundings, file: WatchedConfigFile): PriceBook {
  showCatalogue(loadCatalogue(), around.metrics)
  return createPriceBook({ file, ...tools(around, 'prices') })
}

/** Kafka where the environment names brokers, else a log in the data directory. */
export function logPart(around: Surroundings, dataDir: string): EventLog {
  const { config } = around
  const kafka = kafkaConnection(config)
  if (kafka !== undefined) return createKafkaEventLog({ ...kafka, ...tools(around, 'log') })
  return createLmdbEventLog({
    dir: join(dataDir, 'log'),
    maxBytes: config.SPANLEDGER_EVENT_LOG_MAX_BYTES,
    retentionMs: config.SPANLEDGER_EVENT_LOG_RETENTION_HOURS * 3_600_000,
    ...tools(around, 'log'),
  })
}

/** What keeps the log from being read, or undefined: a readiness check. */
export async function logProblem({ config }: Surroundings, log: EventLog): Promise<string | undefined> {
  const name = config.KAFKA_BROKERS === undefined ? log.name : `Kafka at ${config.KAFKA_BROKERS.join(',')}`
  const late = new Promise<string>((resolve) => {
    setTimeout(() => resolve(`${name} does not answer within ${logAnswerMs} ms`), logAnswerMs).unref()
  })
  const asked = log.lag('ledger', inputTopics).then(
    () => undefined,
    (error: unknown) => `${name}: ${error instanceof Error ? error.message : String(error)}`,
  )
  return Promise.race([asked, late])
}

const logAnswerMs = 3_000

/** Only records on Kafka are for others to read: the embedded log keeps to the schema ids of this release. */
function schemaRegistry({ config }: Surroundings): SchemaRegistry {
  const { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: url } = config
  if (brokers === undefined || url === undefined) return createFileSchemaRegistry()
  const { SCHEMA_REGISTRY_USER: user, SCHEMA_REGISTRY_PASSWORD: password } = config
  return createConfluentSchemaRegistry({ url, user, password })
}

function usageEventCodec(around: Surroundings): UsageEventCodec {
  return createUsageEventCodec(schemaRegistry(around), { topicPrefix: around.config.KAFKA_TOPIC_PREFIX })
}

export function collectorPart(
  around: Surroundings,
  parts: {
    readonly log: EventLog
    readonly file: WatchedConfigFile
    readonly port: number
    readonly grpcPort: number
    readonly tenant?: string
  },
): Collector {
  const { config } = around
  const { log, file, port, grpcPort, tenant } = parts
  return createCollector({
    log,
    logProblem: () => logProblem(around, log),
    usageEvents: usageEventCodec(around),
    attribution: () => file.current().attribution,
    ...tools(around, 'collector'),
    options: {
      host: config.SPANLEDGER_HOST,
      port,
      grpcPort,
      apiKeys: config.SPANLEDGER_API_KEYS ?? [],
      ...(tenant !== undefined && { tenant }),
    },
  })
}

/** On Kafka several ledgers share the work, on as many machines: each has a name of its own. */
function ledgerInstance({ KAFKA_BROKERS: brokers }: Environment): string {
  return brokers === undefined ? 'ledger' : `${hostname()}-${process.pid}`
}

export function ledgerPart(
  around: Surroundings,
  parts: Sweep & {
    readonly log: EventLog
    readonly file: WatchedConfigFile
    readonly prices: PriceBook
    readonly clickhouse: ClickHouse
    readonly instance?: string | undefined
  },
): Ledger {
  const { log, file, prices, clickhouse, auditor, auditSeconds, instance = ledgerInstance(around.config) } = parts
  const ledger = createLedger({
    log,
    usageEvents: usageEventCodec(around),
    attribution: () => file.current().attribution,
    clickhouse,
    instance,
    auditor,
    auditEveryMs: auditSeconds * 1000,
    ...tools(around, 'ledger'),
    engine: prices.engine(),
    timeZone: around.config.SPANLEDGER_TIMEZONE,
    maxMetricSeries: around.config.SPANLEDGER_METRICS_MAX_SERIES,
    tokenMetrics: tokenTolerance(around.config),
    unpricedDays: around.config.SPANLEDGER_UNPRICED_DAYS,
  })
  const both = createGroup('ledger', [ledger, prices.follow((engine) => ledger.useEngine(engine))])
  return { ...ledger, start: () => both.start(), stop: () => both.stop() }
}

/** How far the ledger may be from the services' own token metrics. */
export function tokenTolerance(config: Environment): Tolerance {
  return { ratio: config.SPANLEDGER_TOKEN_METRICS_TOLERANCE, minTokens: config.SPANLEDGER_TOKEN_METRICS_MIN_TOKENS }
}

/** Judges what was committed and tells people. It keeps nothing of its own: another process may run one as well. */
export function detectorPart(
  around: Surroundings & { readonly alerts: AlertSettings },
  parts: { readonly log: EventLog; readonly clickhouse: ClickHouse; readonly consoleUrl: string },
): AnomalyDetector {
  const { config, channelUrls, slackWebhookUrl } = around.alerts
  return createAnomalyDetector({
    ...parts,
    alertEvents: createAlertEventCodec(schemaRegistry(around), { topicPrefix: around.config.KAFKA_TOPIC_PREFIX }),
    ...tools(around, 'anomaly-detector'),
    config,
    channelUrls,
    timeZone: around.config.SPANLEDGER_TIMEZONE,
    ...(slackWebhookUrl !== undefined && { slackWebhookUrl }),
  })
}

export function consolePart(
  around: Surroundings,
  parts: {
    readonly clickhouse: ClickHouse
    readonly file: WatchedConfigFile
    readonly prices: PriceBook
    readonly port: number
    readonly doorUrl: string
  },
): Console {
  const { config } = around
  const { clickhouse, file, prices, port, doorUrl } = parts
  return createConsole({
    clickhouse,
    explain: createExplainer({ clickhouse }),
    nearModels: createNearModels(loadCatalogue()),
    catalogue: catalogueDate(loadCatalogue()),
    prices: {
      file,
      version: () => prices.engine().version,
      preview: (overrides, nowMs) => previewPrices(prices.engine(), prices.engineOf(overrides), { clickhouse, nowMs }),
    },
    ...tools(around, 'console'),
    options: { host: config.SPANLEDGER_HOST, port, timeZone: config.SPANLEDGER_TIMEZONE, doorUrl },
  })
}
