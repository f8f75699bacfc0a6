import type { EventLog, LogEntry, Position, Subscription } from '../event-log/port.ts'

export interface Collector {
  readonly entries: LogEntry[]
  readonly subscription: Subscription
}

/** Subscribes and keeps what comes. Commits nothing. */
export async function collect(log: EventLog, group: string, topics: readonly string[]): Promise<Collector> {
  const entries: LogEntry[] = []
  const subscription = await log.subscribe({
    group,
    topics,
    async onEntries(batch) {
      entries.push(...batch)
    },
  })
  return { entries, subscription }
}

/** The positions behind these entries: what to commit when they are done. */
export function positionsAfter(entries: readonly LogEntry[]): Position[] {
  const last = new Map<string, Position>()
  for (const { topic, partition, offset } of entries) {
    const key = `${topic}/${partition}`
    const known = last.get(key)?.offset ?? 0
    last.set(key, { topic, partition, offset: Math.max(known, offset + 1) })
  }
  return [...last.values()]
}
