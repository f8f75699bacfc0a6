import type { Metrics } from '../../metrics.ts'
import { createAppendMetrics } from '../append-metrics.ts'
import type { LogRecord } from '../port.ts'

/** What a log on Kafka reports. Topics are named without their prefix. */
export function createKafkaLogMetrics(metrics: Metrics) {
  const appends = createAppendMetrics(metrics)
  const waiting = metrics.gauge('spanledger_event_log_waiting_bytes', 'Bytes that wait for Kafka to confirm them')
  const assigned = metrics.counter(
    'spanledger_event_log_assignments_total',
    'How often partitions were assigned to this member, by group',
    ['group'],
  )
  const partitions = metrics.gauge(
    'spanledger_event_log_partitions_owned',
    'Partitions that this member reads, by group',
    ['group'],
  )
  const skipped = metrics.counter(
    'spanledger_event_log_skipped_offsets_total',
    'Offsets that were gone before they were read, by topic: retention was shorter than the delay',
    ['topic'],
  )
  const unreadable = metrics.counter(
    'spanledger_event_log_unreadable_total',
    'Records in batches that cannot be inflated, by topic: each is handed over as one that cannot be decoded',
    ['topic'],
  )
  return {
    appended(appended: readonly LogRecord[]) {
      const counts = new Map<string, number>()
      for (const { topic } of appended) counts.set(topic, (counts.get(topic) ?? 0) + 1)
      for (const [topic, count] of counts) appends.appended(topic, count)
    },
    refused: appends.refused,
    waitingBytes: (bytes: number) => waiting.set(bytes),
    assigned(group: string, count: number) {
      assigned.inc({ group })
      partitions.set({ group }, count)
    },
    skipped: (topic: string, count: number) => skipped.inc({ topic }, count),
    unreadable: (topic: string, count: number) => unreadable.inc({ topic }, count),
  }
}

export type KafkaLogMetrics = ReturnType<typeof createKafkaLogMetrics>
