import { connect } from './connect.ts'
import { contradict, leaveIdsOpen } from './alike.ts'
import type { Identified, Key } from './keys.ts'
import { type Link, type Part, partOf, whole } from './part.ts'
import { uniteParents } from './parentage.ts'
import { bucketsOf, roundingMs, share, totalsIn, uniteUniqueIds, uniteWithinTraces } from './same-trace.ts'
import { uniteScopes } from './scope-pairs.ts'

export interface Group {
  /** Of the reports that are one request. */
  readonly indices: readonly number[]
  /** What but common keys connects them. */
  readonly links: ReadonlySet<Link>
}

export interface Partition {
  readonly groups: readonly Group[]
  /** Response ids that stand for more than one request. */
  readonly reused: ReadonlySet<Key>
}

/**
 * Which reports are of one request: a pure function of their set, whatever the order, and so also of any part of it
 * that holds groups whole. What shares a key stays together; beyond that, proof is taken in order of its strength: a span inside a span,
 * the same trace, the same service and time.
 *
 * A further report may show that an earlier pairing was wrong. Then groups are made of other reports than before.
 * `together` names indices that are of one request for reasons that are not kept.
 */
export function partition(members: readonly Identified[], together: readonly (readonly number[])[] = []): Partition {
  const { components, alone, reused } = connect(members, together)
  if (alone.length === 0 && components.length === 1)
    return { groups: [{ indices: components[0] as readonly number[], links: new Set() }], reused }
  const parts = [...components, ...alone.map((index) => [index])].map((indices) => partOf(members, indices))
  uniteParents(parts)
  uniteUniqueIds(parts)
  uniteWithinTraces(parts)
  uniteAlike(parts)
  return { groups: [...new Set(parts.map(whole))], reused }
}

/**
 * The last resort: two scopes in one service, one's span inside the other's, equal totals, and not an id on both.
 * It is no proof, so what it puts together is marked (`DEDUP_HEURISTIC`).
 */
function uniteAlike(parts: readonly Part[]): void {
  for (const [, all] of [...bucketsOf(parts, placesOf)].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    uniteScopes(all, roundingMs, 'heuristic', (a, b) => leaveIdsOpen(a, b) && !contradict(a, b))
}

function placesOf(part: Part): string[] {
  const totals = totalsIn(part)
  return totals.flatMap((each) => [...part.services].map((service) => `${tenantOf(part)}\0${service}\0${each}`))
}

function tenantOf({ members }: Part): string {
  return (members[0] as Identified).observation.tenant
}

/**
 * Pairs that look like twins and are not put together for lack of proof: nobody names the service, or what they say
 * differs.
 */
export function suspectedTwins(members: readonly Identified[]): [Key, Key][] {
  const { groups } = partition(members)
  const parts = groups.map(({ indices }) => partOf(members, indices))
  const pairs: [Key, Key][] = []
  const byTotals = bucketsOf(parts, (part) => totalsIn(part).map((totals) => `${tenantOf(part)}\0${totals}`))
  for (const [, all] of byTotals)
    uniteScopes(all, roundingMs, 'heuristic', (a, b) => {
      const mayBe =
        leaveIdsOpen(a, b) && (a.services.size === 0 || b.services.size === 0 || share(a.services, b.services))
      if (mayBe) pairs.push([a.name, b.name])
      return mayBe
    })
  return pairs
}
