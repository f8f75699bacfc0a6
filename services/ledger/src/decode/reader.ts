import { type Attributor, attributorOf } from '@spanledger/schemas/attribution/attributor'
import { decodePins } from '@spanledger/schemas/attribution/pins'
import { Texts } from '@spanledger/schemas/attribution/texts'
import {
  attributionHeader,
  defaultTenant as tenantOfNobody,
  tenantHeader,
  topics,
} from '@spanledger/schemas/events/topics'
import { createUsageEventCodec, type UsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { logReader } from './logs.ts'
import { readMetrics } from './metrics.ts'
import { readRecords } from './otlp-records.ts'
import { none, type Reading } from './reading.ts'
import { spanReader } from './spans.ts'
import { readUsageEvents } from './usage-events.ts'

export interface ReaderOptions {
  /** Tenant of records that name none. */
  readonly defaultTenant?: string
  /** Reads Avro usage events. */
  readonly usageEvents?: UsageEventCodec
  /** Attribution as the configuration has it now; by default as without one. */
  readonly attributor?: () => Attributor
}

export type Read = (entry: LogEntry) => Reading

/** Looks up what reading a batch needs: the schemas of its Avro events. Rejects retryably while their registry is away. */
export function createPrepare(usageEvents: UsageEventCodec): (entries: readonly LogEntry[]) => Promise<void> {
  return function prepare(entries) {
    return usageEvents.prepare(valuesOf(entries))
  }
}

function* valuesOf(entries: readonly LogEntry[]): Iterable<Uint8Array> {
  for (const { topic, value } of entries) if (topic === topics.usageEvents) yield value
}

/**
 * From an entry of the log to what it says of requests. A pure function of the entry and of the configuration of
 * attribution: reading it again, on another day or another machine, gives the same observations, and with another
 * configuration the same but for whom they are of. Never throws, whatever the bytes, once the batch was prepared.
 *
 * The tenant is the header's (the door stamps it), else the resource attribute `spanledger.tenant`, else the default.
 */
export function createReader(options: ReaderOptions = {}): Read {
  const { defaultTenant = tenantOfNobody, usageEvents = createUsageEventCodec(), attributor = attributorOf } = options
  return function read(entry) {
    // Other producers write what they like into it; what it is cut to is a tenant as any other.
    const stamped = new Texts().clean(entry.headers[tenantHeader])
    const attributing = { attributor: attributor(), pins: decodePins(entry.headers[attributionHeader]) }
    if (entry.topic === topics.usageEvents) {
      return readUsageEvents(entry, stamped ?? defaultTenant, attributing, usageEvents)
    }
    const tenancy = { stamped, otherwise: defaultTenant }
    if (entry.topic === topics.spans) return readRecords(entry, tenancy, attributing, spanReader)
    if (entry.topic === topics.logs) return readRecords(entry, tenancy, attributing, logReader)
    if (entry.topic === topics.metrics) return readMetrics(entry, tenancy, attributing)
    return { observations: none, rejected: none, dropped: { topic_not_read: 1 } }
  }
}
