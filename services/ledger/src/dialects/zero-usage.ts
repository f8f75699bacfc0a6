import type { RawUsage } from './dialect.ts'

/** No request takes nothing and gives nothing: frameworks write zeros where their provider's client told them no counts. */
export function unlessZero(usage: RawUsage): RawUsage {
  const counts = Object.values(usage)
  return counts.length > 0 && counts.every((count) => count === 0) ? {} : usage
}
