import type { Service } from '@spanledger/runtime/service'
import type { Terminal } from './terminal/terminal.ts'

/** What a command gets from the outside world; only `main.ts` makes one from the real process. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  /** Aborts on SIGINT or SIGTERM; asking for it is what makes the process survive them. */
  interruption(): AbortSignal
  /** Starts the service and keeps it until SIGINT, SIGTERM or `failed`; resolves to the exit code when it has stopped. */
  runUntilSignal(service: Service, failed?: Promise<unknown>): Promise<0 | 1>
}
