import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { EventLog, LogEntry } from '@spanledger/runtime/event-log/port'
import { rejectedTopic, tenantHeader } from '@spanledger/schemas/events/topics'
import type { createReader } from '../decode/reader.ts'
import type { LedgerEvents } from '../events.ts'
import type { Observation } from '../observation.ts'
import type { LedgerStore, RejectedRecord } from '../ports.ts'
import type { Lander } from './lander.ts'

export interface BatchHandlerOptions {
  readonly log: EventLog
  readonly store: LedgerStore
  readonly lander: Lander
  readonly read: ReturnType<typeof createReader>
  readonly events: LedgerEvents
}

/** Entries read between two turns of the event loop: the door shares the thread. */
const entriesPerTurn = 2_000

/** A batch of the log, from bytes to entries in the ledger; when it resolves nothing of it can be lost any more. */
export function createBatchHandler(options: BatchHandlerOptions): (entries: readonly LogEntry[]) => Promise<void> {
  const { log, store, lander, read, events } = options
  return async function handleBatch(entries) {
    const observations: Observation[] = []
    const rejected: RejectedRecord[] = []
    const dropped = new Map<string, number>()
    for (const [index, entry] of entries.entries()) {
      if (index % entriesPerTurn === entriesPerTurn - 1) await turn()
      const reading = read(entry)
      for (const observation of reading.observations) observations.push(observation)
      for (const [recordIndex, { tenant, code, message, record }] of reading.rejected.entries())
        rejected.push({
          tenant,
          receivedAt: entry.appendedAtMs,
          topic: entry.topic,
          partition: entry.partition,
          offset: entry.offset,
          recordIndex,
          code,
          message,
          record: record ?? fingerprintOf(entry),
        })
      for (const [reason, count] of Object.entries(reading.dropped))
        dropped.set(reason, (dropped.get(reason) ?? 0) + count)
    }

    const landed = await lander.land(observations)
    if (rejected.length > 0) {
      await log.append(rejected.map(deadLetter))
      await store.insertRejected(rejected)
    }
    events.landed(landed)
    events.rejected(rejected)
    for (const [reason, count] of dropped) events.dropped(reason, count)
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
