import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createEmbeddedClickHouse } from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import type { Environment } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { makeDirectory } from '@spanledger/runtime/make-directory'
import { createGroup } from '@spanledger/runtime/lifecycle'
import type { Service } from '@spanledger/runtime/service'
import type { AlertSettings } from './alert-settings.ts'
import { checkFreePorts, type WantedPort } from './check-ports.ts'
import { httpUrl } from './http-url.ts'
import {
  collectorPart,
  consolePart,
  detectorPart,
  ledgerPart,
  logPart,
  pricesPart,
  type Surroundings,
  type Sweep,
} from './parts.ts'
import type { Ports } from './ports.ts'
import { removeRunFile, type RunFile, writeRunFile } from './run-file.ts'
import { announced, deferred, task } from './step.ts'

export interface EmbeddedOptions extends Surroundings, Sweep {
  readonly dataDir: string
  readonly ports: Ports
  readonly alerts: AlertSettings
  /** Of everything that comes in, where no API key decides it. */
  readonly tenant?: string
  /** What is happening, for a person. */
  say(line: string): void
}

export interface Embedded {
  readonly service: Service
  readonly doorUrl: string
  /** Of OTLP over gRPC. */
  readonly grpcUrl: string
  readonly consoleUrl: string
  /** Resolves with the error that keeps it from going on. */
  readonly failed: Promise<unknown>
  /** Once started. */
  clickhouse(): ClickHouse
  clickhouseUrl(): string
}

/** Every service in this process, on Kafka or the log of the data directory, and a ClickHouse by URL or of its own. */
export function composeEmbedded(options: EmbeddedOptions): Embedded {
  const { config, dataDir, ports, say, tenant } = options
  const doorUrl = httpUrl(config.SPANLEDGER_HOST, ports.door)
  const grpcUrl = httpUrl(config.SPANLEDGER_HOST, ports.grpc)
  const consoleUrl = httpUrl(config.SPANLEDGER_HOST, ports.console)
  const log = logPart(options, dataDir)
  const server = config.CLICKHOUSE_URL === undefined ? embeddedServer(options) : undefined
  let client: ClickHouse | undefined
  let partFailed: (error: unknown) => void = () => undefined
  const failed = new Promise<unknown>((resolve) => (partFailed = resolve))

  const clickhouseUrl = () => server?.url ?? (config.CLICKHOUSE_URL as string)
  const clickhouseUser = () => server?.user ?? config.CLICKHOUSE_USER ?? 'default'

  /** Port and password of the embedded server are known only when it has started. */
  function connect(): ClickHouse {
    client ??= createClickHouse({
      url: clickhouseUrl(),
      user: clickhouseUser(),
      password: server?.password ?? config.CLICKHOUSE_PASSWORD ?? '',
    })
    return client
  }

  function services(): Service {
    const clickhouse = connect()
    const { file } = options.alerts
    const prices = pricesPart(options, file)
    const ledger = ledgerPart(options, {
      log,
      file,
      prices,
      clickhouse,
      auditor: options.auditor,
      auditSeconds: options.auditSeconds,
    })
    const detector = detectorPart(options, { log, clickhouse, consoleUrl })
    void Promise.race([ledger.failed, detector.failed]).then(partFailed)
    return createGroup('services', [
      ledger,
      detector,
      collectorPart(options, {
        log,
        file,
        port: ports.door,
        grpcPort: ports.grpc,
        ...(tenant !== undefined && { tenant }),
      }),
      consolePart(options, { clickhouse, file, prices, port: ports.console, doorUrl }),
    ])
  }

  const run = (): RunFile => ({
    pid: process.pid,
    doorUrl,
    consoleUrl,
    clickhouse: { url: clickhouseUrl(), user: clickhouseUser() },
  })

  return {
    doorUrl,
    grpcUrl,
    consoleUrl,
    failed,
    clickhouseUrl,
    clickhouse: connect,
    service: createGroup('spanledger', [
      task('data directory', () => makeDataDirectory(dataDir)),
      task('ports', () => checkFreePorts(config.SPANLEDGER_HOST, wantedPorts(ports))),
      options.alerts.file,
      announced(log, logLine(config, dataDir), say),
      ...(server ? [announced(server, 'starting ClickHouse', say)] : []),
      task(
        'tables',
        async () => void (await migrate(connect(), { timeZone: config.SPANLEDGER_TIMEZONE })),
        async () => client?.close(),
      ),
      announced(deferred('services', services), 'starting the ledger, the door and the console', say),
      task(
        'run file',
        () => writeRunFile(dataDir, run()),
        () => removeRunFile(dataDir),
      ),
    ]),
  }
}

function wantedPorts({ door, grpc, console }: Ports): WantedPort[] {
  return [
    { name: 'collector', port: door, variable: 'SPANLEDGER_OTLP_HTTP_PORT' },
    { name: 'collector (gRPC)', port: grpc, variable: 'SPANLEDGER_OTLP_GRPC_PORT' },
    { name: 'console', port: console, variable: 'SPANLEDGER_CONSOLE_PORT' },
  ]
}

function logLine({ KAFKA_BROKERS: brokers }: Environment, dataDir: string): string {
  return brokers === undefined ? `opening the event log in ${dataDir}` : `reaching Kafka at ${brokers}`
}

function embeddedServer({ config, dataDir, ports, logger }: EmbeddedOptions) {
  return createEmbeddedClickHouse({
    dataDir,
    httpPort: ports.clickhouse,
    logger: logger.child({ part: 'clickhouse' }),
    ...(config.SPANLEDGER_CLICKHOUSE_TCP_PORT !== undefined && { tcpPort: config.SPANLEDGER_CLICKHOUSE_TCP_PORT }),
    ...(config.SPANLEDGER_CLICKHOUSE_PASSWORD !== undefined && { password: config.SPANLEDGER_CLICKHOUSE_PASSWORD }),
  })
}

function makeDataDirectory(dataDir: string): void {
  try {
    makeDirectory(dataDir)
  } catch (cause) {
    throw new SpanledgerError('DATA_DIR_UNUSABLE', `cannot make ${dataDir}: ${(cause as Error).message}`, {
      retryable: false,
      hint: 'give this user write access there, or set SPANLEDGER_DATA_DIR to another directory',
      cause,
    })
  }
}
