import type { CommandContext } from '../command-context.ts'
import { runProgram } from '../program.ts'

/** Runs one command line in this process, and gives what it printed. Not for what runs until a signal. */
export async function runCaptured(args: readonly string[], env: Readonly<Record<string, string>>) {
  const out: string[] = []
  const err: string[] = []
  const context: CommandContext = {
    env,
    terminal: {
      isInteractive: false,
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      stream: process.stderr,
    },
    interruption: () => new AbortController().signal,
    runUntilSignal: () => Promise.reject(new Error('not in this test')),
  }
  return { code: await runProgram(args, context), out: out.join('\n'), err: err.join('\n') }
}
