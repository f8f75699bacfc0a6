import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createCollector } from '@spanledger/collector/service'
import { createConsole } from '@spanledger/console/service'
import { createExplainer } from '@spanledger/ledger/explain/explainer'
import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createPriceEngine } from '@spanledger/ledger/pricing/engine'
import { createLedger } from '@spanledger/ledger/service'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createEmbeddedClickHouse } from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import type { Environment } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createLmdbEventLog } from '@spanledger/runtime/event-log/lmdb'
import { createGroup } from '@spanledger/runtime/lifecycle'
import type { Logger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { Ports } from './ports.ts'
import { removeRunFile, writeRunFile } from './run-file.ts'
import { announced, deferred } from './step.ts'

export interface EmbeddedOptions {
  readonly config: Environment
  readonly dataDir: string
  readonly ports: Ports
  /** Of what comes without an API key and without a `spanledger.tenant` attribute. */
  readonly tenant?: string
  /** The sweep that finds and reverses duplicates that identity did not catch at once. */
  readonly auditor: boolean
  readonly logger: Logger
  /** What is happening, for a person. */
  say(line: string): void
}

export interface Embedded {
  readonly service: Service
  readonly doorUrl: string
  readonly consoleUrl: string
  /** Resolves with the error that keeps it from going on. */
  readonly failed: Promise<unknown>
  /** Once started. */
  clickhouse(): ClickHouse
  clickhouseUrl(): string
}

/** Every service in this process, on the log of the data directory and a ClickHouse of its own (or by URL). */
export function composeEmbedded(options: EmbeddedOptions): Embedded {
  const { config, dataDir, ports, logger, say, tenant } = options
  const host = config.SPANLEDGER_HOST
  const doorUrl = `http://${urlHost(host)}:${ports.door}`
  const consoleUrl = `http://${urlHost(host)}:${ports.console}`
  const metrics = createMetrics({ process: true })
  const log = createLmdbEventLog({
    dir: join(dataDir, 'log'),
    maxBytes: config.SPANLEDGER_EVENT_LOG_MAX_BYTES,
    retentionMs: config.SPANLEDGER_EVENT_LOG_RETENTION_HOURS * 3_600_000,
    logger: logger.child({ part: 'log' }),
    metrics,
  })
  const server = config.CLICKHOUSE_URL === undefined ? embeddedServer(options) : undefined
  let client: ClickHouse | undefined
  let ledgerFailed: (error: unknown) => void = () => undefined
  const failed = new Promise<unknown>((resolve) => (ledgerFailed = resolve))

  /** Known only when the server has started: its port and password may be made up there. */
  function connect(): ClickHouse {
    client = createClickHouse({
      url: server?.url ?? (config.CLICKHOUSE_URL as string),
      user: server?.user ?? config.CLICKHOUSE_USER ?? 'default',
      password: server?.password ?? config.CLICKHOUSE_PASSWORD ?? '',
    })
    return client
  }

  async function services(): Promise<Service> {
    const clickhouse = connect()
    say('checking the tables')
    await migrate(clickhouse, { timeZone: config.SPANLEDGER_TIMEZONE })
    const timeZone = config.SPANLEDGER_TIMEZONE
    const part = (name: string) => ({ logger: logger.child({ part: name }), metrics })
    const ledger = createLedger({
      log,
      clickhouse,
      engine: createPriceEngine({ catalogue: loadCatalogue() }),
      ...part('ledger'),
      timeZone,
      auditor: options.auditor,
    })
    void ledger.failed.then(ledgerFailed)
    return createGroup('services', [
      ledger,
      createCollector({
        log,
        ...part('collector'),
        options: {
          host,
          port: ports.door,
          apiKeys: config.SPANLEDGER_API_KEYS ?? [],
          ...(tenant !== undefined && { tenant }),
        },
      }),
      createConsole({
        clickhouse,
        explain: createExplainer({ clickhouse }),
        ...part('console'),
        options: { host, port: ports.console, timeZone, doorUrl },
      }),
    ])
  }

  const clickhouseUrl = () => server?.url ?? (config.CLICKHOUSE_URL as string)
  return {
    doorUrl,
    consoleUrl,
    failed,
    clickhouseUrl,
    clickhouse() {
      if (client === undefined) throw new TypeError('ClickHouse is known only after start')
      return client
    },
    service: createGroup('spanledger', [
      deferred('data directory', () => dataDirectory(dataDir)),
      announced(log, `opening the event log in ${dataDir}`, say),
      ...(server ? [announced(server, 'starting ClickHouse', say)] : []),
      { name: 'connection', start: async () => undefined, stop: async () => client?.close() },
      deferred('services', services),
      runFile(dataDir, () => ({
        pid: process.pid,
        doorUrl,
        consoleUrl,
        clickhouse: { url: clickhouseUrl(), user: server?.user ?? config.CLICKHOUSE_USER ?? 'default' },
      })),
    ]),
  }
}

function embeddedServer({ config, dataDir, ports, logger }: EmbeddedOptions) {
  return createEmbeddedClickHouse({
    dataDir,
    httpPort: ports.clickhouse,
    logger: logger.child({ part: 'clickhouse' }),
    ...(config.SPANLEDGER_CLICKHOUSE_PASSWORD !== undefined && { password: config.SPANLEDGER_CLICKHOUSE_PASSWORD }),
  })
}

function dataDirectory(dataDir: string): Service {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (cause) {
    throw new SpanledgerError('DATA_DIR_UNUSABLE', `cannot make ${dataDir}: ${(cause as Error).message}`, {
      retryable: false,
      hint: 'give this user write access there, or set SPANLEDGER_DATA_DIR to another directory',
      cause,
    })
  }
  return { name: 'data directory', start: async () => undefined, stop: async () => undefined }
}

function runFile(dataDir: string, content: () => Parameters<typeof writeRunFile>[1]): Service {
  return {
    name: 'run file',
    start: async () => writeRunFile(dataDir, content()),
    stop: async () => removeRunFile(dataDir),
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
}
