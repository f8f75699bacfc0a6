import { createHash } from 'node:crypto'
import type { UsageEvent } from './usage-event.ts'

/** An event as it is kept in the log: JSON that `readUsageEvent` reads back to the same event. */
export function encodeUsageEvent(event: UsageEvent): string {
  const { at, usage, attribution, tags, warnings, ...rest } = event
  const stored: Record<string, unknown> = { ...rest, at: new Date(at).toISOString() }
  if (usage !== undefined) stored['usage'] = writeUsage(usage)
  stored['attribution'] = { ...attribution, tags }
  if (warnings.length > 0) stored['warnings'] = warnings
  return JSON.stringify(stored)
}

function writeUsage(usage: NonNullable<UsageEvent['usage']>): Record<string, unknown> {
  const { audio_microseconds: microseconds, ...counts } = usage
  if (microseconds === undefined) return counts
  const digits = String(microseconds).padStart(7, '0')
  return { ...counts, audio_seconds: `${digits.slice(0, -6)}.${digits.slice(-6)}` }
}

const maxDepth = 16

/**
 * An event id from the body itself (`?derive_id=content`): equal bodies are one charge, whatever the order of their
 * fields. undefined when the body is nested too deeply to be an event.
 */
export function deriveEventId(value: unknown): string | undefined {
  const text = canonicalJson(value, maxDepth)
  return text === undefined ? undefined : `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function canonicalJson(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (depth === 0) return undefined
  const parts: string[] = []
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const text = canonicalJson(item, depth - 1)
      if (text === undefined) return undefined
      parts.push(text)
    }
    return `[${parts.join(',')}]`
  }
  for (const key of Object.keys(value).toSorted()) {
    const text = canonicalJson((value as Record<string, unknown>)[key], depth - 1)
    if (text === undefined) return undefined
    parts.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${parts.join(',')}}`
}
