import type { EventLog, LogEntry } from '@spanledger/runtime/event-log/port'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { topics } from '@spanledger/schemas/events/topics'

let readers = 0

/** Everything that the topic `alerts` holds now. */
export async function collectEntries(log: EventLog): Promise<LogEntry[]> {
  const group = `test-reader-${readers++}`
  const entries: LogEntry[] = []
  const subscription = await log.subscribe({
    group,
    topics: [topics.alerts],
    async onEntries(more) {
      entries.push(...more)
    },
  })
  const total = await log.lag(group, [topics.alerts])
  await eventually('every entry is read', () => entries.length >= total)
  await subscription.stop()
  return entries
}
