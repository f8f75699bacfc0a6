import { Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { type ReplayShape, replayShapes } from '../replay/bodies.ts'
import { createDoor } from '../replay/door.ts'
import { createProgressDisplay } from '../replay/progress.ts'
import { type ReplaySummary, replay } from '../replay/replay.ts'
import { rebasedRequests } from '../traces/rebase.ts'
import { bundledTraces, openTrace, type Trace } from '../traces/trace-file.ts'
import { readHttpUrl, readPositive, readTime, readWholeNumber } from './options.ts'

interface Flags {
  speed?: number
  to?: string
  as: ReplayShape
  seed: number
  limit?: number
  endAt?: number
  apiKey?: string
  patience: number
  json?: boolean
}

export function replayCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('replay')
    .summary('send a real trace through the public door')
    .description(
      `Sends a recorded trace through the public door: ${bundledTraces.join(', ')}, ` +
        'or a file in the format of the Azure (CSV) or Mooncake (JSON lines) traces.\n' +
        'Its last request is said to happen now, all others before it. The same trace and seed ' +
        'give the same requests: sending twice changes nothing.',
    )
    .argument('<trace>', 'name of a bundled trace, or path of a file')
    .option('--speed <n>', 'times the recorded arrival rate (default: as fast as the door takes it)', readPositive)
    .option('--to <url>', 'OTLP/HTTP door (default: the local one, SPANLEDGER_OTLP_HTTP_PORT)', readHttpUrl)
    .addOption(new Option('--as <shape>', 'what to send each request as').choices(replayShapes).default('events'))
    .option('--seed <n>', 'of the assignment of models and tags', readWholeNumber, 1)
    .option('--limit <rows>', 'only the first rows of the trace', readWholeNumber)
    .option('--end-at <time>', 'when the last request is said to happen (default: now)', readTime)
    .option('--api-key <key>', 'sent as Authorization: Bearer')
    .option('--patience <seconds>', 'how long to wait for a door that is away', readPositive, 60)
    .option('--json', 'the summary as one JSON line on standard output')
    .addHelpText(
      'after',
      `
Examples:
  $ spanledger replay mooncake-conversation --speed 60     an hour of traffic in a minute
  $ spanledger replay azure-code --as spans                as an instrumented SDK would send it
  $ spanledger replay ./my-trace.jsonl.gz --to http://10.0.0.7:4318 --api-key k1`,
    )
    .action(async (nameOrPath: string, flags: Flags) => {
      const trace = await openTrace(nameOrPath)
      const summary = await send(context, trace, flags)
      context.terminal.out(flags.json ? JSON.stringify({ trace: trace.name, ...summary }) : describe(trace, summary))
      done(summary.rejected > 0 || summary.interrupted ? 1 : 0)
    })
}

async function send(context: CommandContext, trace: Trace, flags: Flags): Promise<ReplaySummary> {
  const { seed, limit, speed, apiKey } = flags
  const signal = context.interruption()
  const total = Math.min(trace.rows, limit ?? Infinity)
  const url = flags.to ?? `http://127.0.0.1:${context.env.SPANLEDGER_OTLP_HTTP_PORT ?? 4318}`
  const display = createProgressDisplay(context.terminal, total)
  try {
    return await replay({
      requests: rebasedRequests(trace, {
        seed,
        endAtMs: flags.endAt ?? Date.now(),
        ...(limit !== undefined && { limit }),
      }),
      send: createDoor({
        url,
        patienceMs: flags.patience * 1000,
        signal,
        onWait: (reason) => display.waiting(reason),
        ...(apiKey !== undefined && { apiKey }),
      }),
      as: flags.as,
      signal,
      onProgress: (progress) => display.update(progress),
      ...(speed !== undefined && { speed }),
    })
  } finally {
    display.stop()
  }
}

function describe(trace: Trace, summary: ReplaySummary): string {
  const seconds = summary.durationMs / 1000
  const lines = [
    `${trace.name}: ${summary.acknowledged} requests, ${summary.sent} items sent in ${seconds.toFixed(1)} s ` +
      `(${Math.round(summary.sent / Math.max(seconds, 0.001))}/s): ${summary.accepted} accepted, ${summary.rejected} refused`,
  ]
  for (const [code, count] of Object.entries(summary.rejectedByCode)) lines.push(`  refused ${count} x ${code}`)
  if (summary.interrupted)
    lines.push('  interrupted: run it again to send the rest, what was sent is not charged twice')
  return lines.join('\n')
}
