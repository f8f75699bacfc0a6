import { parseLooseLiteral } from '../events/loose-literal.ts'

/** What a producer writes for a value that it does not have. */
const nothing = new Set(['', 'None', 'null', 'undefined', '{}', '[]'])
const quote = 0x22
/** More than anybody looks at. */
const maxItems = 256

/** A scalar as its text, without the quotes of JSON around it; undefined when it says nothing or is a structure. */
export function scalarText(value: unknown, alsoNothing: readonly string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? unquoted(value.trim()) : plainScalar(value)
  return text === undefined || nothing.has(text) || alsoNothing?.includes(text) ? undefined : text
}

function plainScalar(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

function unquoted(text: string): string | undefined {
  if (text.charCodeAt(0) !== quote || text.charCodeAt(text.length - 1) !== quote) return text
  const inner = parseLooseLiteral(text)
  return typeof inner === 'string' ? inner.trim() : text
}

/** The entries of a map: itself, or its JSON or Python text. Anything else has none. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const read = typeof value === 'string' ? textStructure(value, '{') : value
  if (read instanceof Map) return [...(read as ReadonlyMap<string, unknown>)].slice(0, maxItems)
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return []
  return Object.entries(read).slice(0, maxItems)
}

/** The labels of a list, of its JSON or Python text, or of words with commas. */
export function labelsOf(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? (textStructure(value, '[') ?? value.split(',', maxItems)) : value
  if (!Array.isArray(list)) return []
  return list.slice(0, maxItems).flatMap((label: unknown) => scalarText(label, undefined) ?? [])
}

/** Whether a value is a list, or the text of one. */
export function isList(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'string' && value.trimStart().startsWith('['))
}

function textStructure(text: string, opening: '{' | '['): unknown {
  const trimmed = text.trim()
  return trimmed.startsWith(opening) ? parseLooseLiteral(trimmed) : undefined
}
