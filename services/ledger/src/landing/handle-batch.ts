import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { EventLog, LogEntry } from '@spanledger/runtime/event-log/port'
import { rejectedTopic, tenantHeader } from '@spanledger/schemas/events/topics'
import type { Read } from '../decode/reader.ts'
import type { Rejected } from '../decode/reading.ts'
import type { LedgerEvents } from '../events.ts'
import type { Observation } from '../observation.ts'
import type { LedgerStore, RejectedRecord } from '../ports.ts'
import type { TokenPoint } from '../token-metrics/token-point.ts'
import { landDivided } from './land-divided.ts'
import type { Lander } from './lander.ts'

export interface BatchHandlerOptions {
  readonly log: EventLog
  readonly store: LedgerStore
  readonly lander: Lander
  /** Fetches what reading needs from elsewhere; rejects retryably while that is away. Default: nothing is needed. */
  readonly prepare?: (entries: readonly LogEntry[]) => Promise<void>
  readonly read: Read
  readonly events: LedgerEvents
  /** Keeps what producers counted themselves; the same points may come again. Default: nowhere. */
  readonly keepTokenPoints?: (points: readonly TokenPoint[]) => Promise<void>
}

/** Entries read between two turns of the event loop: the door shares the thread. */
const entriesPerTurn = 2_000

/** A batch of the log, from bytes to entries in the ledger; when it resolves nothing of it can be lost any more. */
export function createBatchHandler(options: BatchHandlerOptions): (entries: readonly LogEntry[]) => Promise<void> {
  const { log, store, lander, prepare, read, events, keepTokenPoints } = options
  return async function handleBatch(entries) {
    await prepare?.(entries)
    const observations: Observation[] = []
    const origins: LogEntry[] = []
    const rejected: RejectedRecord[] = []
    const tokenPoints: TokenPoint[] = []
    const dropped = new Map<string, number>()
    // Counted within an entry, not within the batch: a redelivered entry's dead letters keep their numbers.
    const rejectedOf = new Map<LogEntry, number>()
    const reject = (entry: LogEntry, reason: Rejected) => {
      const recordIndex = rejectedOf.get(entry) ?? 0
      rejectedOf.set(entry, recordIndex + 1)
      rejected.push(rejectedRecord(entry, recordIndex, reason))
    }
    for (const [index, entry] of entries.entries()) {
      if (index % entriesPerTurn === entriesPerTurn - 1) await turn()
      const reading = read(entry)
      for (const observation of reading.observations) {
        observations.push(observation)
        origins.push(entry)
      }
      for (const each of reading.rejected) reject(entry, each)
      for (const each of reading.tokenPoints ?? []) tokenPoints.push(each)
      for (const [reason, count] of Object.entries(reading.dropped))
        dropped.set(reason, (dropped.get(reason) ?? 0) + count)
    }

    const { landed, unchargeable } = await landDivided(lander, observations)
    for (const [index, message] of unchargeable) {
      const { tenant } = observations[index] as Observation
      reject(origins[index] as LogEntry, { tenant, code: 'RECORD_UNCHARGEABLE', message })
    }
    if (tokenPoints.length > 0) await keepTokenPoints?.(tokenPoints)
    if (rejected.length > 0) {
      await store.insertRejected(rejected)
      await log.append(rejected.map(deadLetter)).catch(ignoreRefusal)
    }
    for (const each of landed) events.landed(each)
    events.rejected(rejected)
    for (const [reason, count] of dropped) events.dropped(reason, count)
  }
}

/**
 * The table has them already. A log that is full gets room only by what is committed, so waiting for room here, before
 * committing, would be waiting for ever; so would trying again what its topic is too small for.
 */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof SpanledgerError && refusedForGood.has(error.code))) throw error
}

const refusedForGood: ReadonlySet<string> = new Set(['LOG_FULL', 'RECORD_TOO_LARGE'])

function rejectedRecord(entry: LogEntry, recordIndex: number, reason: Rejected): RejectedRecord {
  const { tenant, code, message, record } = reason
  return {
    tenant,
    receivedAt: entry.appendedAtMs,
    topic: entry.topic,
    partition: entry.partition,
    offset: entry.offset,
    recordIndex,
    code,
    message,
    record: record ?? fingerprintOf(entry),
  }
}

/** What is kept of a record that cannot be read: where it is and what it was, but not what it says. */
function fingerprintOf(entry: LogEntry): string {
  return JSON.stringify({ bytes: entry.value.length, sha256: hash('sha256', entry.value, 'hex') })
}

function deadLetter(record: RejectedRecord) {
  return {
    topic: rejectedTopic(record.topic),
    key: `${record.topic}/${record.partition}/${record.offset}/${record.recordIndex}`,
    value: Buffer.from(JSON.stringify(record)),
    headers: { [tenantHeader]: record.tenant },
  }
}
