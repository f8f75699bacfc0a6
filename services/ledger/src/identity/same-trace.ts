import type { Identified } from './keys.ts'
import { areApart, contradict, leaveIdsOpen } from './alike.ts'
import { matchNested } from './match-nested.ts'
import { haveOtherIds, isDisjoint, type Link, type Part, totalsOf, unite, whole } from './part.ts'
import { uniteScopes } from './scope-pairs.ts'

/** How far the clocks of two hosts may differ. */
const clockToleranceMs = 500
/** Times are whole milliseconds: an inner span may end one later than the outer, another for the rounding of both. */
export const roundingMs = 2

/**
 * Within one trace, what ran inside another and counts the same is one request: the span of a gateway or of an inference
 * server that the client's request went to, where a span of plain HTTP lies between the two. In order of proof: a common
 * id, which may be one that says nothing elsewhere; an inference server's span inside a client's, where one may be
 * silent about tokens; equal totals of two scopes.
 */
export function uniteWithinTraces(parts: readonly Part[]): void {
  for (const [, all] of [...bucketsOf(parts, ({ traces }) => traces)].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    uniteIds(all)
    uniteServers(all)
    for (const [, same] of bucketsOf(all, totalsIn))
      uniteScopes(same, clockToleranceMs, 'heuristic', (a, b) => leaveIdsOpen(a, b) && !contradict(a, b))
  }
}

/** The parts by what they are found under, those alone left out. */
export function bucketsOf(parts: readonly Part[], placesOf: (part: Part) => Iterable<string>): Map<string, Part[]> {
  const buckets = new Map<string, Part[]>()
  for (const part of new Set(parts.map(whole)))
    for (const place of placesOf(part)) {
      const others = buckets.get(place)
      if (others) others.push(part)
      else buckets.set(place, [part])
    }
  for (const [place, { length }] of buckets) if (length < 2) buckets.delete(place)
  return buckets
}

export function totalsIn(part: Part): string[] {
  const totals = totalsOf(part)
  return totals === undefined ? [] : [totals]
}

/** Shorter, an id may be another response's in another trace. */
export const uniqueIdLength = 20

/**
 * A response id is the same response, whatever two call its provider: a gateway has an address of its own. Spans that
 * agree on the provider share a key, and need none of this.
 */
export function uniteUniqueIds(parts: readonly Part[]): void {
  const placesOf = ({ members, responses }: Part) =>
    [...responses].flatMap((id) =>
      id.length < uniqueIdLength ? [] : `${(members[0] as Identified).observation.tenant}\0${id}`,
    )
  uniteById(bucketsOf(parts, placesOf), 'response_id')
}

function uniteIds(parts: readonly Part[]): void {
  const placesOf = ({ members }: Part) => new Set(members.flatMap(({ observation }) => observation.responseId ?? []))
  uniteById(bucketsOf(parts, placesOf), 'trace')
}

function uniteById(buckets: Map<string, Part[]>, link: Link): void {
  for (const [, all] of [...buckets].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    uniteScopes(all, clockToleranceMs, link, (a, b) => !haveOtherIds(a, b) && haveLikeTotals(a, b))
}

function haveLikeTotals(a: Part, b: Part): boolean {
  const ofA = totalsOf(a)
  const ofB = totalsOf(b)
  return ofA === undefined || ofB === undefined || ofA === ofB
}

function uniteServers(parts: readonly Part[]): void {
  const all = [...new Set(parts.map(whole))]
  if (!all.some(isServer)) return
  const isServed = (client: Part, server: Part) =>
    !isServer(client) && isServer(server) && areApart(client, server) && !haveOtherIds(client, server)
  for (const isAlike of [(a: Part, b: Part) => totalsOf(a) === totalsOf(b), haveLikeTotals])
    for (const [client, server] of matchNested(
      all,
      clockToleranceMs,
      isServer,
      (outer, inner) => isServed(outer, inner) && isAlike(outer, inner),
    ))
      unite(client, server, 'trace')
}

function isServer({ members }: Part): boolean {
  return members.some(({ observation }) => observation.dialect === 'inference_server')
}

export function share(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return !isDisjoint(a, b)
}
