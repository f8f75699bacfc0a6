import { SpanledgerError } from '@spanledger/runtime/errors'

/** A command line that was used wrongly: exit code 2. */
export class UsageError extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
  }
}

/** What is wrong, where, and what to do; the stack and its causes only when asked for. */
export function describeError(error: unknown, verbose: boolean): string {
  const lines =
    error instanceof SpanledgerError
      ? [`error: ${error.message} [${error.code}]`, `  what to do: ${error.hint}`]
      : error instanceof UsageError
        ? [`error: ${error.message}`, `  what to do: ${error.hint}`]
        : [
            `error: ${error instanceof Error ? error.message : String(error)}`,
            '  this was not expected: run it again with --verbose and report what it prints',
          ]
  if (!verbose) return lines.join('\n')
  for (let cause = error; cause instanceof Error; cause = cause.cause) lines.push(cause.stack ?? cause.message)
  return lines.join('\n')
}
