import { topics } from '@spanledger/schemas/events/topics'
import type { Clock } from '../clock.ts'
import { SpanledgerError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'

/** What the logs on this machine (lmdb, memory) have in common. */
export interface LocalLogOptions {
  /** Partitions of every topic; a directory that exists keeps the number it was made with. */
  readonly partitions?: number
  /** Live bytes at which `append` rejects with LOG_FULL. */
  readonly maxBytes?: number
  /** How long entries stay after every group committed them, by append time; less when the size cap presses. */
  readonly retentionMs?: number
  /**
   * Topics that nobody has to read: their entries go at the end of the retention whoever has read them, and by pressure
   * as far as the groups that ever subscribed are done, or when there is none. Entries of every other topic stay until
   * each group that ever subscribed to it committed them, and at least one did.
   */
  readonly isArchive?: (topic: string) => boolean
  readonly clock?: Clock
  readonly logger?: Logger
  readonly metrics?: Metrics
}

export const localLogDefaults = {
  partitions: 8,
  maxBytes: 8 * 2 ** 30,
  retentionMs: 24 * 3_600_000,
  /**
   * Dead letters: whoever wants them reads them, nobody has to. Alerts: there may be no channel, or one that is gone, and
   * what is older than the retention no channel tells any more.
   */
  isArchive: (topic: string) => topic.endsWith('.rejected') || topic === topics.alerts,
} as const

/** How often entries past their retention are looked for. */
export const trimEveryMs = 60_000

/** What one read hands over at most, so that slow handlers hold little. */
export const readBytes = 256 * 1024

/** How much of the cap is freed at once when it presses, so that not every append has to. */
export const pressedShare = 0.05

export function logFull(maxBytes: number): SpanledgerError {
  return new SpanledgerError('LOG_FULL', `the event log holds ${maxBytes} bytes that are not processed yet`, {
    retryable: true,
    hint: 'see why the ledger is behind (spanledger doctor), or give the log more room',
  })
}

export function logClosed(): SpanledgerError {
  return new SpanledgerError('LOG_UNAVAILABLE', 'the event log is not open', {
    retryable: true,
    hint: 'start it first; while the process stops this is expected',
  })
}

export function groupBusy(group: string, owner: string): SpanledgerError {
  return new SpanledgerError('GROUP_BUSY', `group ${group} is already read by ${owner}`, {
    retryable: true,
    hint: 'the local log has one consumer per group at a time: stop the other one first',
  })
}
