import { createClickHouseRepriceJobs } from '@spanledger/ledger/adapters/clickhouse-reprice-jobs'
import { createReportingDay } from '@spanledger/ledger/adapters/reporting-day'
import { createRepriceQueries } from '@spanledger/ledger/adapters/reprice-queries'
import type { ChargesWanted } from '@spanledger/ledger/reprice/charges-wanted'
import type { JobStatus } from '@spanledger/ledger/reprice/ports'
import { previewReprice } from '@spanledger/ledger/reprice/preview-reprice'
import { loadPricesInUse } from '@spanledger/ledger/reprice/prices-in-use'
import type { RepriceReport } from '@spanledger/ledger/reprice/reprice-report'
import { type Environment, loadConfig } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { type Connection, connections } from '../compose/connections.ts'
import { describeReport, isAbove, percent, reportJson } from '../reprice/describe-report.ts'
import { runJob } from '../reprice/run-job.ts'
import { createCountBar } from '../terminal/count-bar.ts'
import { UsageError } from '../terminal/describe-error.ts'
import { readNotNegative, readTime } from './options.ts'

interface Flags {
  from: number
  to: number
  provider?: string
  model?: string
  tenant?: string
  team?: string
  state?: string
  priceVersion?: string
  dryRun?: boolean
  limitPercent: number
  yes?: boolean
  json?: boolean
}

export function repriceCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('reprice')
    .summary('price the past anew, by corrections')
    .description(
      'Prices the charges of a time range with the prices that the ledger uses now. First it says what that changes; ' +
        'then the running ledger writes a correction for each charge that differs. Nothing is overwritten: what was ' +
        'known before stays readable. The same again changes nothing, and with the old prices it takes everything back.',
    )
    .requiredOption(
      '--from <time>',
      'charges of requests from then on, such as 2026-11-01 or 2026-11-01T00:00:00Z',
      readTime,
    )
    .requiredOption('--to <time>', 'and before then ("now")', readTime)
    .option('--provider <name>', 'only of this provider')
    .option('--model <id>', 'only of this model, as it was asked for or as it was priced')
    .option('--tenant <name>', 'only of this tenant')
    .option('--team <name>', 'only of this team')
    .addOption(new Option('--state <state>', 'only in this state').choices(['priced', 'free', 'estimated', 'unpriced']))
    .option('--price-version <version>', 'only what was charged with these prices')
    .option('--dry-run', 'say what it would change, and change nothing')
    .option('--limit-percent <n>', 'how much of the dollars may change without --yes', readNotNegative, 5)
    .option('--yes', 'change it, however much that is')
    .option('--json', 'as one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ spanledger reprice --from 2026-11-01 --to now --dry-run
  $ spanledger reprice --from 2026-10-01 --to 2026-11-01 --provider anthropic --yes`,
    )
    .action(async (flags: Flags) => {
      if (flags.from >= flags.to) throw new UsageError('--from is not before --to', 'give the earlier time first')
      const config = loadConfig(context.env)
      const candidates = connections(config, context.env)
      try {
        await reprice(context, config, candidates[0] as Connection, flags)
      } finally {
        await Promise.all(candidates.map(({ clickhouse }) => clickhouse.close()))
      }
      done(0)
    })
}

async function reprice(context: CommandContext, config: Environment, ledger: Connection, flags: Flags): Promise<void> {
  const { terminal } = context
  const { clickhouse, name } = ledger
  const signal = context.interruption()
  const engine = await loadPricesInUse(clickhouse, Date.now())
  const wanted = wantedOf(flags)
  const say = (line: string) => (flags.json ? undefined : terminal.out(line))
  const inform = (line: string) => (flags.json ? undefined : terminal.err(line))

  inform(`the ledger in ${name}, with the prices it uses now (${engine.version})`)
  const bar = createCountBar(terminal, 'looking', 0)
  const dayOf = dayNames(config.SPANLEDGER_TIMEZONE)
  const report = await previewReprice({
    reader: createRepriceQueries(clickhouse),
    price: (request) => engine.price(request),
    wanted,
    dayOf,
    progress: (charges) => bar.update(charges),
    signal,
  }).finally(() => bar.stop())
  say(describeReport(report))

  const { corrected } = report.total
  if (!flags.dryRun && corrected > 0 && !flags.yes && isAbove(report.total, flags.limitPercent)) {
    if (flags.json) terminal.out(json(engine.version, wanted, report))
    throw new SpanledgerError(
      'REPRICE_ABOVE_LIMIT',
      `nothing was changed: ${percent(report.total)}, the limit is ${flags.limitPercent}%`,
      {
        retryable: false,
        hint: 'if that is right, run it again with --yes, or with a higher --limit-percent',
      },
    )
  }
  const result = flags.dryRun || corrected === 0 ? undefined : await carryOut()
  if (flags.json) terminal.out(json(engine.version, wanted, report, result))
  else if (flags.dryRun) terminal.err('a dry run: nothing was changed')

  async function carryOut(): Promise<JobStatus> {
    const writing = createCountBar(terminal, 'correcting', report.total.charges)
    const status = await runJob({
      jobs: createClickHouseRepriceJobs(clickhouse),
      job: { wanted, priceVersion: engine.version },
      progress: (charges) => writing.update(charges),
      signal,
    }).finally(() => writing.stop())
    say(`\n${status.corrected} charges corrected: ${decimalFromAtto(status.delta)} USD`)
    return status
  }
}

function wantedOf(flags: Flags): ChargesWanted {
  const { from, to, provider, model, tenant, team, state, priceVersion } = flags
  return {
    fromMs: from,
    toMs: to,
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(tenant !== undefined && { tenant }),
    ...(team !== undefined && { team }),
    ...(state !== undefined && { priceState: state }),
    ...(priceVersion !== undefined && { priceVersion }),
  }
}

function json(version: string, wanted: ChargesWanted, report: RepriceReport, result?: JobStatus): string {
  const { fromMs, toMs, ...filter } = wanted
  const document = {
    price_version: version,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    filter,
    ...reportJson(report),
    corrected: result ? { charges: result.corrected, delta_usd: decimalFromAtto(result.delta) } : null,
  }
  return JSON.stringify(document, null, 2)
}

/** The reporting day of a time as YYYY-MM-DD. */
function dayNames(timeZone: string): (at: number) => string {
  const day = createReportingDay(timeZone)
  return (at) => new Date(day(at) * 86_400_000).toISOString().slice(0, 10)
}
