import { resolve } from 'node:path'
import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { ConfigError } from '@spanledger/runtime/config/config-error'
import { type Environment, loadConfig } from '@spanledger/runtime/config/environment'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { connections } from '../compose/connections.ts'
import { tokenTolerance } from '../compose/parts.ts'
import { demoDataDir } from '../demo/demo-data-dir.ts'
import { readRunFile } from '../compose/run-file.ts'
import { type Check, failed, ok } from '../doctor/check.ts'
import { checkClickHouse } from '../doctor/clickhouse.ts'
import { checkConfigFile } from '../doctor/config-file.ts'
import { checkKafka } from '../doctor/kafka.ts'
import { checkMachine } from '../doctor/machine.ts'
import { checkPorts } from '../doctor/ports.ts'
import { checkPrices } from '../doctor/prices.ts'
import { checkTagCoverage } from '../doctor/tag-coverage.ts'
import { checkTokenMetrics } from '../doctor/token-metrics.ts'

const marks = { ok: 'ok      ', warning: 'warning ', failed: 'FAILED  ' } as const

export function doctorCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('doctor')
    .summary('what is wrong, and what to do')
    .description(
      'Looks at the configuration, the machine, ports, connections, clocks, tables and the age of prices.\n' +
        'Exits with 1 when something does not work; warnings alone exit with 0.',
    )
    .option('--json', 'as one JSON document')
    .addHelpText('after', '\nExample:\n  $ spanledger doctor')
    .action(async (flags: { json?: boolean }) => {
      const checks = await examine(context)
      const isFailed = checks.some((check) => check.state === 'failed')
      context.terminal.out(flags.json ? JSON.stringify({ ok: !isFailed, checks }, null, 2) : describe(checks))
      done(isFailed ? 1 : 0)
    })
}

async function examine(context: CommandContext): Promise<Check[]> {
  let config: Environment
  try {
    config = loadConfig(context.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ variable, problem, fix }) => failed('configuration', `${variable} ${problem}`, fix))
  }
  const dirs = [config.SPANLEDGER_DATA_DIR, demoDataDir(context.env)].map((dir) => resolve(dir))
  const running = dirs.map((dir) => ({ dir, run: readRunFile(dir) })).find(({ run }) => run !== undefined)
  const nowMs = Date.now()
  return [
    ok('configuration', 'every variable is known and can be used'),
    ...checkConfigFile(config, context.env, nowMs),
    ...checkMachine({ ...config, SPANLEDGER_DATA_DIR: running?.dir ?? config.SPANLEDGER_DATA_DIR }),
    ...(await checkPorts(config, running?.run)),
    ...(await checkKafka(config)),
    ...(await checkConnections(config, context.env, running !== undefined)),
    checkPrices(loadCatalogue(), nowMs),
  ]
}

async function checkConnections(config: Environment, env: CommandContext['env'], isRunning: boolean): Promise<Check[]> {
  if (config.CLICKHOUSE_URL === undefined && !isRunning) return []
  const [connection, ...others] = connections(config, env)
  try {
    if (connection === undefined) return []
    const checks = await checkClickHouse(connection.clickhouse, connection.name)
    return [
      ...checks,
      ...(await checkTagCoverage(connection.clickhouse, config.SPANLEDGER_TIMEZONE, Date.now())),
      ...(await checkTokenMetrics(connection.clickhouse, tokenTolerance(config), Date.now())),
    ]
  } finally {
    await Promise.all([connection, ...others].map((each) => each?.clickhouse.close()))
  }
}

function describe(checks: readonly Check[]): string {
  return checks
    .flatMap(({ name, state, message, fix }) => [
      `${marks[state]}${name}: ${message}`,
      ...(fix === undefined ? [] : [`          what to do: ${fix}`]),
    ])
    .join('\n')
}
