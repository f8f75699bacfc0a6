import pino from 'pino'
import { SpanledgerError } from './errors.ts'
import { createTerminalStream } from './logger/terminal.ts'

export type Logger = pino.Logger

export interface LoggerOptions {
  readonly name: string
  /** trace, debug, info, warn, error, fatal or silent. */
  readonly level?: string
  /** Where lines go instead of standard error. */
  readonly destination?: pino.DestinationStream
}

/** Fields that never reach a log line, at the top or one level down. */
const secretFields = ['authorization', 'password', 'apiKey', 'apiKeys', 'secret', 'token']

/**
 * Logs to standard error, so that standard output stays the command's own: JSON lines, or short readable ones when it
 * is a terminal. Lines are written at once: the one that says why a process ends is never lost.
 */
export function createLogger(options: LoggerOptions): Logger {
  const destination =
    options.destination ??
    (process.stderr.isTTY ? createTerminalStream(process.stderr) : pino.destination({ fd: 2, sync: true }))
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
      redact: { paths: [...secretFields, ...secretFields.map((field) => `*.${field}`)], censor: '[redacted]' },
    },
    destination,
  )
}

/** What will be tried again is said in a line; where it came from in the code helps nobody. */
function errorFields(error: unknown): object {
  if (error instanceof SpanledgerError && error.retryable) {
    const { code, message, hint, cause } = error
    return { code, message, hint, ...(cause instanceof Error && { cause: cause.message }) }
  }
  return pino.stdSerializers.err(error as Error)
}
