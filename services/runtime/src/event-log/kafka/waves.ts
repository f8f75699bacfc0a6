import type { LogRecord } from '../port.ts'

/** A record whose partition is chosen. */
export interface RoutedRecord {
  readonly record: LogRecord
  readonly partition: number
  readonly bytes: number
}

export interface WaveLimits {
  /** Of the records of one partition, which the broker takes as one batch; a larger record goes alone. */
  readonly maxPartitionBytes: number
  /** Of one partition too. */
  readonly maxPartitionRecords: number
}

/**
 * Splits records into what may be sent at once: one batch for each partition, within the limits. Within a partition the
 * order is kept, over all waves.
 */
export function intoWaves(records: readonly RoutedRecord[], limits: WaveLimits): RoutedRecord[][] {
  const waves: RoutedRecord[][] = []
  const open = new Map<string, { wave: number; bytes: number; count: number }>()
  for (const routed of records) {
    const key = `${routed.record.topic} ${routed.partition}`
    let batch = open.get(key)
    if (batch === undefined) open.set(key, (batch = { wave: 0, bytes: 0, count: 0 }))
    const isFull = batch.bytes + routed.bytes > limits.maxPartitionBytes || batch.count >= limits.maxPartitionRecords
    if (batch.count > 0 && isFull) {
      batch.wave += 1
      batch.bytes = 0
      batch.count = 0
    }
    batch.bytes += routed.bytes
    batch.count += 1
    ;(waves[batch.wave] ??= []).push(routed)
  }
  return waves
}

/** What a record takes in a batch: its bytes, and at most this much around them. */
export function recordBytes({ key, value, headers = {} }: LogRecord): number {
  let bytes = 40 + Buffer.byteLength(key) + value.byteLength
  for (const [name, text] of Object.entries(headers)) bytes += 10 + Buffer.byteLength(name) + Buffer.byteLength(text)
  return bytes
}
