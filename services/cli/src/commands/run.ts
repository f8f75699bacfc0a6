import { resolve } from 'node:path'
import { createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import { type Environment, loadConfig } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { mountHealth } from '@spanledger/runtime/http/health'
import { createHttpServer } from '@spanledger/runtime/http/server'
import { createGroup } from '@spanledger/runtime/lifecycle'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { Argument, Command } from 'commander'
import { Hono } from 'hono'
import type { CommandContext } from '../command-context.ts'
import { type AlertSettings, createAlertSettings } from '../compose/alert-settings.ts'
import { httpUrl } from '../compose/http-url.ts'
import {
  collectorPart,
  configFilePart,
  consolePart,
  detectorPart,
  ledgerPart,
  logPart,
  logProblem,
  pricesPart,
  type Surroundings,
  type Sweep,
} from '../compose/parts.ts'
import { task } from '../compose/step.ts'
import { unreadVariableNotices } from '../compose/unread-variables.ts'
import { readPositive } from './options.ts'

const names = ['collector', 'ledger', 'anomaly-detector', 'console'] as const
type Name = (typeof names)[number]

interface Flags extends Sweep {
  readonly instance?: string
}

interface RunAround extends Surroundings {
  readonly env: CommandContext['env']
}

interface Composed {
  readonly service: Service
  readonly failed?: Promise<unknown>
}

export function runCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('run')
    .summary('run one service as its own process')
    .description(
      'Runs one service alone. With KAFKA_BROKERS the services meet there, on as many machines as you like, and several ' +
        'ledgers share the work; without, in the event log of SPANLEDGER_DATA_DIR, on one machine. ' +
        'All but the collector need CLICKHOUSE_URL.',
    )
    .addArgument(new Argument('<service>', 'which one').choices(names))
    .option('--no-auditor', 'a ledger without the sweep for late duplicates')
    .option('--audit-seconds <n>', 'how often the sweep makes a step', readPositive, 60)
    .option('--instance <name>', 'of a ledger: its name among the others (default: host name and process id)')
    .addHelpText(
      'after',
      `
Examples:
  $ spanledger run collector
  $ KAFKA_BROKERS=10.0.0.4:9092 CLICKHOUSE_URL=http://10.0.0.5:8123 spanledger run ledger
  $ CLICKHOUSE_URL=http://10.0.0.5:8123 CLICKHOUSE_PASSWORD=… SPANLEDGER_ADMIN_PORT=9464 spanledger run ledger
  $ CLICKHOUSE_URL=http://10.0.0.5:8123 SLACK_WEBHOOK_URL=https://… spanledger run anomaly-detector`,
    )
    .action(async (name: Name, flags: Flags) => {
      const config = loadConfig(context.env)
      for (const notice of unreadVariableNotices(config)) context.terminal.err(`note: ${notice}`)
      const logger = createLogger({ name: `spanledger-${name}`, level: config.SPANLEDGER_LOG_LEVEL })
      const around = { config, logger, metrics: createMetrics({ process: true }), env: context.env }
      const { service, failed } = compose[name](around, flags)
      const ready = task('ready', () => context.terminal.out(`spanledger ${name} is ready`))
      done(await context.runUntilSignal(createGroup(name, [service, ready]), failed))
    })
}

const compose: Readonly<Record<Name, (around: RunAround, flags: Flags) => Composed>> = {
  collector(around) {
    const { config } = around
    const log = logPart(around, resolve(config.SPANLEDGER_DATA_DIR))
    const file = configFilePart(around)
    const door = collectorPart(around, {
      log,
      file,
      port: config.SPANLEDGER_OTLP_HTTP_PORT,
      grpcPort: config.SPANLEDGER_OTLP_GRPC_PORT,
    })
    return { service: createGroup('collector', [file, log, door]) }
  },
  ledger(around, flags) {
    const { config } = around
    const log = logPart(around, resolve(config.SPANLEDGER_DATA_DIR))
    const { clickhouse, tables } = database(config)
    const file = configFilePart(around)
    const ledger = ledgerPart(around, { log, file, prices: pricesPart(around, file), clickhouse, ...flags })
    const readiness = { ledger: () => ledger.problem(), 'event log': () => logProblem(around, log) }
    return {
      service: createGroup('ledger', [file, log, tables, ledger, ...adminServer(around, readiness)]),
      failed: ledger.failed,
    }
  },
  'anomaly-detector'(around) {
    const { config } = around
    const log = logPart(around, resolve(config.SPANLEDGER_DATA_DIR))
    const { clickhouse, tables } = database(config)
    const alerts = createAlertSettings(around)
    const consoleUrl = httpUrl(config.SPANLEDGER_HOST, config.SPANLEDGER_CONSOLE_PORT)
    warnOfLocalLinks(around, alerts, consoleUrl)
    const detector = detectorPart({ ...around, alerts }, { log, clickhouse, consoleUrl })
    const readiness = { 'anomaly detector': () => detector.problem(), 'event log': () => logProblem(around, log) }
    return {
      service: createGroup('anomaly-detector', [alerts.file, log, tables, detector, ...adminServer(around, readiness)]),
      failed: detector.failed,
    }
  },
  console(around) {
    const { config } = around
    const { clickhouse, tables } = database(config)
    const doorUrl = httpUrl(config.SPANLEDGER_HOST, config.SPANLEDGER_OTLP_HTTP_PORT)
    const file = configFilePart(around)
    const prices = pricesPart(around, file)
    const web = consolePart(around, { clickhouse, file, prices, port: config.SPANLEDGER_CONSOLE_PORT, doorUrl })
    return { service: createGroup('console', [file, tables, web]) }
  },
}

/** Who reads a message sits elsewhere. */
function warnOfLocalLinks({ logger }: Surroundings, alerts: AlertSettings, consoleUrl: string): void {
  const tells = alerts.slackWebhookUrl !== undefined || Object.keys(alerts.channelUrls).length > 0
  if (!tells || alerts.config().console_url !== undefined) return
  logger.warn(`links in messages lead to ${consoleUrl}: set alerts.console_url to where people open the console`)
}

function database(config: Environment) {
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user = 'default', CLICKHOUSE_PASSWORD: password = '' } = config
  if (url === undefined) {
    throw new SpanledgerError('CLICKHOUSE_URL_MISSING', 'a service that runs alone needs a ClickHouse by URL', {
      retryable: false,
      hint: 'set CLICKHOUSE_URL (and CLICKHOUSE_USER, CLICKHOUSE_PASSWORD), or use `spanledger up`, which brings its own',
    })
  }
  const clickhouse = createClickHouse({ url, user, password })
  const tables = task(
    'tables',
    async () => void (await migrate(clickhouse, { timeZone: config.SPANLEDGER_TIMEZONE })),
    () => clickhouse.close(),
  )
  return { clickhouse, tables }
}

/** Health and metrics of a service that has no port of its own. */
function adminServer(
  { config, metrics }: Surroundings,
  readiness: Parameters<typeof mountHealth>[1]['readiness'] = {},
) {
  const { SPANLEDGER_ADMIN_PORT: port, SPANLEDGER_HOST: host } = config
  if (port === undefined) return []
  const app = new Hono()
  mountHealth(app, { metrics, readiness })
  return [createHttpServer({ name: 'admin', app, host, port })]
}
