import { createHash } from 'node:crypto'
import type { LogRecord } from '../event-log/port.ts'

export const recordsPerCall = 7

/** What one call appends: over several partitions, of sizes from some bytes to some pages, each provably whole. */
export function recordsOf(run: string, call: number): LogRecord[] {
  return Array.from({ length: recordsPerCall }, (_, index) => {
    const key = `${run}-${call}-${index}`
    return { topic: 'usage_events', key, value: Buffer.from(textOf(key).repeat(1 + ((call * index) % 150))) }
  })
}

export function isWhole(key: string, value: Uint8Array): boolean {
  const text = textOf(key)
  const given = Buffer.from(value).toString()
  return given.length > 0 && given === text.repeat(given.length / text.length)
}

function textOf(key: string): string {
  return `${key} ${createHash('sha256').update(key).digest('hex')} `
}
