import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { createAlertSettings } from '../compose/alert-settings.ts'
import { composeEmbedded } from '../compose/embedded.ts'
import type { Sweep } from '../compose/parts.ts'
import { choosePorts, movedPortsNotice } from '../compose/ports.ts'
import { unreadVariableNotices } from '../compose/unread-variables.ts'
import { createDemo } from '../demo/demo.ts'
import { judgedOften } from '../demo/demo-alert-settings.ts'
import { demoDataDir } from '../demo/demo-data-dir.ts'
import { readPositive, readWholeNumber } from './options.ts'
import { UsageError } from '../terminal/describe-error.ts'

interface Flags extends Sweep {
  demo?: boolean
  incidents: boolean
  seed?: number
  demoSpeed: number
}

export function upCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('up')
    .summary('run everything in this process')
    .description(
      'Runs the door, the ledger, ClickHouse, the anomaly detector and the console on this machine, in one process and one child. ' +
        'Prints where they are, then "spanledger is ready". Ctrl-C drains and stops.',
    )
    .option(
      '--demo',
      'with 21 days of traffic to look at, then live traffic in which two things go wrong, in a data directory of its own',
    )
    .option('--no-incidents', 'the demo: the same traffic, in which nothing goes wrong')
    .option('--seed <n>', 'the demo: repeat the traffic of this seed (default: a random one, printed)', readWholeNumber)
    .option(
      '--demo-speed <n>',
      'the demo: event time per time, until the traffic has caught up with now',
      readPositive,
      60,
    )
    .option('--no-auditor', 'without the sweep for late duplicates')
    .option('--audit-seconds <n>', 'how often the sweep makes a step', readPositive, 60)
    .addHelpText(
      'after',
      `
Examples:
  $ spanledger up --demo
  $ SPANLEDGER_DATA_DIR=/var/lib/spanledger spanledger up`,
    )
    .action(async (flags: Flags) => done(await up(context, flags)))
}

async function up(context: CommandContext, flags: Flags): Promise<0 | 1> {
  const { terminal, env } = context
  if (!flags.demo && (flags.seed !== undefined || !flags.incidents)) {
    throw new UsageError(
      `--${flags.seed === undefined ? 'no-incidents' : 'seed'} is for the demo`,
      'add --demo, or leave it out',
    )
  }
  const config = loadConfig(env)
  for (const notice of unreadVariableNotices(config)) terminal.err(`note: ${notice}`)
  const level = env.SPANLEDGER_LOG_LEVEL ? config.SPANLEDGER_LOG_LEVEL : 'warn'
  const dataDir = resolve(flags.demo ? demoDataDir(env) : config.SPANLEDGER_DATA_DIR)
  const logger = createLogger({ name: 'spanledger', level })
  const metrics = createMetrics({ process: true })
  const ports = await choosePorts(config, { move: flags.demo === true })
  const moved = movedPortsNotice(config, ports)
  if (moved !== undefined) terminal.err(`note: ${moved}`)
  const alerts = createAlertSettings({ config, env, logger, metrics })
  const embedded = composeEmbedded({
    config,
    dataDir,
    ports,
    auditor: flags.auditor,
    auditSeconds: flags.auditSeconds,
    logger,
    metrics,
    alerts: flags.demo ? judgedOften(alerts, flags.demoSpeed) : alerts,
    say: (line) => terminal.err(`… ${line}`),
    ...(flags.demo && { tenant: 'demo' }),
  })
  const demo = flags.demo
    ? createDemo({
        embedded,
        dataDir,
        terminal,
        withIncidents: flags.incidents,
        speed: flags.demoSpeed,
        seed: flags.seed ?? randomInt(2 ** 31),
        ...demoKey(config.SPANLEDGER_API_KEYS),
      })
    : undefined
  const service: Service = {
    name: 'spanledger',
    async start() {
      await embedded.service.start()
      terminal.out(`console     ${embedded.consoleUrl}${flags.demo ? '/?range=6h' : ''}`)
      terminal.out(`door        ${embedded.doorUrl}  (OTLP: /v1/traces, usage events: /v1/usage)`)
      terminal.out(`gRPC        ${embedded.grpcUrl}  (OTLP)`)
      terminal.out(`ClickHouse  ${embedded.clickhouseUrl()}  (database spanledger)`)
      terminal.out('spanledger is ready')
      await demo?.start()
    },
    async stop() {
      await demo?.stop()
      await embedded.service.stop()
    },
  }
  return context.runUntilSignal(service, embedded.failed)
}

/** The demo sends through the public door like everyone else: with a key, where there are keys. */
function demoKey(keys: readonly { readonly key: string }[] | undefined): { apiKey?: string } {
  return keys?.[0] ? { apiKey: keys[0].key } : {}
}
