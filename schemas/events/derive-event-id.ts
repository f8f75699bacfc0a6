import { createHash } from 'node:crypto'

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
