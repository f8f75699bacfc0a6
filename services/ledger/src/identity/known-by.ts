import type { Link } from './part.ts'
import type { Identified } from './keys.ts'

/** By what reports were found to be of one request; a closed list, for it is a metric's label. */
export const knownBys = ['span', 'response_id', 'event_id', 'parent', 'trace', 'heuristic'] as const
export type KnownBy = (typeof knownBys)[number]

/** The strongest that connects any of `some` with any of `others`; `links` are those of the group they are in. */
export function knownBy(some: readonly Identified[], others: readonly Identified[], links: ReadonlySet<Link>): KnownBy {
  let found: KnownBy | undefined
  for (const { keys, span, response } of some)
    for (const other of others)
      for (const key of keys) {
        if (!other.keys.includes(key)) continue
        if (key === span) return 'span'
        if (key === response) found = 'response_id'
        else found ??= 'event_id'
      }
  return (
    found ?? (['response_id', 'parent', 'trace', 'heuristic'] as const).find((link) => links.has(link)) ?? 'response_id'
  )
}
