import { defaultTenant as tenantOfNobody, tenantHeader, topics } from '@spanledger/schemas/events/topics'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { none, type Reading } from './reading.ts'
import { readSpans } from './spans.ts'
import { readUsageEvents } from './usage-events.ts'

export interface ReaderOptions {
  /** Tenant of records that name none. */
  readonly defaultTenant?: string
}

export type Read = (entry: LogEntry) => Reading

/**
 * From an entry of the log to what it says of requests. A pure function of the entry: reading it again, on another day
 * or another machine, gives the same observations. Never throws, whatever the bytes.
 *
 * The tenant is the header's (the door stamps it), else the resource attribute `spanledger.tenant`, else the default.
 */
export function createReader({ defaultTenant = tenantOfNobody }: ReaderOptions = {}): Read {
  return function read(entry) {
    const stamped = entry.headers[tenantHeader] || undefined
    if (entry.topic === topics.usageEvents) return readUsageEvents(entry, stamped ?? defaultTenant)
    if (entry.topic === topics.spans) return readSpans(entry, stamped, defaultTenant)
    return { observations: none, rejected: none, dropped: { topic_not_read: 1 } }
  }
}
