import { createLogger } from '@spanledger/runtime/logger'
import { runUntilSignal } from '@spanledger/runtime/signals'
import type { CommandContext } from './command-context.ts'
import { runProgram } from './program.ts'
import { createTerminal } from './terminal/terminal.ts'

/** The command line's composition root: the only file that knows the process, its environment and its signals. */
const context: CommandContext = {
  env: process.env,
  terminal: createTerminal(process.stdout, process.stderr),
  interruption() {
    const controller = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
    return controller.signal
  },
  runUntilSignal(service, failed) {
    const logger = createLogger({ name: 'spanledger' })
    return runUntilSignal({ service, logger, ...(failed && { failed }) })
  },
}

process.exit(await runProgram(process.argv.slice(2), context))
