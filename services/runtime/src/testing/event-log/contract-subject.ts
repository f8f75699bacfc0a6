import type { EventLog, LogEntry, LogRecord } from '../../event-log/port.ts'

export interface EventLogSubject {
  /** Started. */
  readonly log: EventLog
  /** Stops the log and gives a started one on the same data, as after a restart of the process. */
  reopen(): Promise<EventLog>
  /** Stops and removes everything. */
  dispose(): Promise<void>
}

/** Gives a fresh subject, disposed of after the test. */
export type Opened = () => Promise<EventLogSubject>

export const topic = 'usage_events'

export function record(key: string, text = key, headers?: Record<string, string>): LogRecord {
  return { topic, key, value: Buffer.from(text), ...(headers && { headers }) }
}

export const texts = (entries: readonly LogEntry[]) => entries.map(({ value }) => Buffer.from(value).toString())

export const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
