import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import type { CommandContext } from './command-context.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { priceCommand } from './commands/price.ts'
import { replayCommand } from './commands/replay.ts'
import { repriceCommand } from './commands/reprice.ts'
import { runCommand } from './commands/run.ts'
import { topicsCommand } from './commands/topics.ts'
import { unpricedCommand } from './commands/unpriced.ts'
import { upCommand } from './commands/up.ts'
import { describeError, UsageError } from './terminal/describe-error.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
const notYet = ['backtest', 'rejected', 'report', 'rezone']

/** Runs one command line (without node and script) and resolves to its exit code: 0 done, 1 failed, 2 used wrongly. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<0 | 1 | 2> {
  const { terminal, env } = context
  let exitCode: 0 | 1 = 0
  const done = (code: 0 | 1): void => {
    exitCode = code
  }
  const program = new Command('spanledger')
    .description('Turns telemetry of LLM calls into an exact cost ledger.')
    .version(version, '--version', 'print the version')
    .option('--verbose', 'say more when something fails')
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText(
      'after',
      '\nStart here:\n  $ spanledger up --demo    everything in one process, with real traffic to look at',
    )
  for (const create of [
    upCommand,
    runCommand,
    replayCommand,
    priceCommand,
    explainCommand,
    unpricedCommand,
    repriceCommand,
    topicsCommand,
    doctorCommand,
  ]) {
    program.addCommand(create(context, done).copyInheritedSettings(program))
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
  }
  try {
    refuseWhatIsNotYet(args)
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(describeError(error, program.opts().verbose === true || Boolean(env.DEBUG)))
    return error instanceof UsageError ? 2 : 1
  }
}

/** A command of the plan is no misspelt one: it must not be answered with a guess. */
function refuseWhatIsNotYet(args: readonly string[]): void {
  const name = args.find((arg) => !arg.startsWith('-'))
  if (name === undefined || !notYet.includes(name)) return
  throw new UsageError(`${name} is not in this version yet`, '`spanledger --help` lists the commands that are')
}
