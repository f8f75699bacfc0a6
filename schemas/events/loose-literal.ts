import { PythonLiteral } from './python-literal.ts'

/** Counts and tags are short; nobody's usage block is longer. UTF-16 code units. */
const maxLength = 65_536
const maxDepth = 24

/**
 * The value of a text that is JSON or, as Python instrumentations write their dicts, Python's `repr` of one. undefined
 * when it is neither, is too long or too deep. Never throws; the value is as deep as 24 levels at most.
 */
export function parseLooseLiteral(text: string): unknown | undefined {
  if (text.length > maxLength) return undefined
  // No JSON, and finding that out by an error is slow.
  if (text[1] === "'") return new PythonLiteral(text, maxDepth).read()?.value
  try {
    const value: unknown = JSON.parse(text)
    return isWithin(value, maxDepth) ? value : undefined
  } catch {
    return new PythonLiteral(text, maxDepth).read()?.value
  }
}

function isWithin(value: unknown, levels: number): boolean {
  if (levels === 0) return false
  if (typeof value !== 'object' || value === null) return true
  for (const key in value) if (!isWithin((value as Record<string, unknown>)[key], levels - 1)) return false
  return true
}
