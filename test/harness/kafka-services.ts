import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKafkaEventLog } from '@spanledger/runtime/event-log/kafka'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { freePorts } from '@spanledger/runtime/testing/free-ports'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { inputTopics } from '@spanledger/schemas/events/topics'
import { build, createRunningService, type RunningCommand } from './command.ts'
import { createSql, type Sql } from './sql.ts'
import { until } from './until.ts'

export interface KafkaServices {
  readonly doorUrl: string
  /** host:port of OTLP over gRPC. */
  readonly grpcAddress: string
  readonly collector: RunningCommand
  readonly ledgers: readonly RunningCommand[]
  /** `/readyz` and `/metrics` of each ledger. */
  readonly adminUrls: readonly string[]
  readonly server: TestClickHouse
  readonly sql: Sql
  /** The name of a topic on the brokers. */
  topic(name: string): string
  /** Resolves when the ledgers have committed everything that is in the log: then all of it can be read in ClickHouse. */
  untilDrained(withinMs?: number): Promise<void>
  dispose(): Promise<void>
}

export interface KafkaServicesOptions {
  readonly brokers: readonly string[]
  readonly ledgers?: number
  readonly ledgerArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A door and ledgers as processes with nothing in common but Kafka, under a prefix of their own, and ClickHouse. */
export async function createKafkaServices(options: KafkaServicesOptions): Promise<KafkaServices> {
  build()
  const { brokers, ledgers: count = 2, ledgerArgs = [] } = options
  const dir = mkdtempSync(join(tmpdir(), 'spanledger-kafka-'))
  const prefix = `test-${randomBytes(6).toString('hex')}.`
  const [server, ports] = await Promise.all([startTestClickHouse(), freePorts(2 + count)])
  const [door, grpc, ...admins] = ports as [number, number, ...number[]]
  const { url, user, password } = server.server
  const env = {
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_GROUP_PREFIX: prefix,
    KAFKA_PARTITIONS: '6',
    KAFKA_SESSION_TIMEOUT_MS: '6000',
    SPANLEDGER_OTLP_HTTP_PORT: String(door),
    SPANLEDGER_OTLP_GRPC_PORT: String(grpc),
    SPANLEDGER_LOG_LEVEL: 'info',
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: user,
    CLICKHOUSE_PASSWORD: password,
    ...options.env,
  }
  const service = (name: string, args: readonly string[], more: Record<string, string> = {}) =>
    createRunningService(name, {
      args,
      cwd: dir,
      env: { ...env, SPANLEDGER_DATA_DIR: join(dir, name), ...more },
      startMs: 60_000,
    })
  const collector = service('collector', [])
  const ledgers = admins.map((port) => service('ledger', ledgerArgs, { SPANLEDGER_ADMIN_PORT: String(port) }))
  const log = createKafkaEventLog({
    brokers,
    clientId: 'harness',
    topicPrefix: prefix,
    groupPrefix: prefix,
    logger: createLogger({ name: 'harness', level: 'silent' }),
    metrics: createMetrics(),
  })
  let opened: Promise<EventLog> | undefined
  const open = () => (opened ??= log.start().then(() => log))

  return {
    doorUrl: `http://127.0.0.1:${door}`,
    grpcAddress: `127.0.0.1:${grpc}`,
    collector,
    ledgers,
    adminUrls: admins.map((port) => `http://127.0.0.1:${port}`),
    server,
    sql: createSql({ url, password }),
    topic: (name) => `${prefix}${name}`,
    async untilDrained(withinMs = 90_000) {
      const lag = async () => (await open()).lag('ledger', inputTopics).catch(() => undefined)
      await until('the ledgers to have read the whole log', async () => (await lag()) === 0, {
        withinMs,
        everyMs: 100,
      })
    },
    async dispose() {
      await Promise.all([collector, ...ledgers].map((each) => each.kill()))
      await opened?.then(() => log.stop())
      await server.stop()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
