import type { Identified, Key } from './keys.ts'
import { haveOtherIds, isDisjoint, type Part, totalsIn, unite, whole } from './part.ts'

interface Child {
  readonly member: Identified
  readonly part: Part
}

/** A span of `child` is inside one of `parent`, and may be the same request. */
interface Edge {
  readonly span: Key
  readonly parent: Part
  readonly child: Part
  readonly order: readonly string[]
}

/**
 * A span of one instrumentation inside a span of another is the same request: the outer one asked the inner one to do it.
 * Of several spans inside one only one is, for the others are further requests, a retry for one: of those that another
 * scope wrote the one with the same response id or totals, else one with usage, else one that did not fail, else the
 * smallest span id. A span that shares a key with one inside it has that one already. Ids of the provider's that differ say
 * that it is none.
 *
 * Which span it is depends on the set of `parts` alone: the likeliest of all pairs are united first, and a pair is judged
 * by what belongs to the two of it.
 */
export function uniteParents(parts: readonly Part[]): void {
  const children = new Map<Key, Child[]>()
  for (const part of parts)
    for (const member of part.members) {
      if (member.parent === undefined) continue
      const siblings = children.get(member.parent)
      if (siblings) siblings.push({ member, part })
      else children.set(member.parent, [{ member, part }])
    }
  if (children.size === 0) return
  const edges: Edge[] = []
  for (const parent of parts)
    for (const span of new Set(parent.members.map((each) => each.span))) {
      const inside = span === undefined ? undefined : children.get(span)
      if (inside) edges.push(...edgesOf(parent, span as Key, inside))
    }
  edges.sort((a, b) => compare(a.order, b.order))
  const taken = new Set<Key>()
  for (const { span, parent, child } of edges) {
    if (taken.has(span) || haveOtherIds(whole(parent), whole(child))) continue
    unite(parent, child, 'parent')
    taken.add(span)
  }
}

function edgesOf(parent: Part, span: Key, inside: readonly Child[]): Edge[] {
  const scopes = new Set(parent.members.filter((each) => each.span === span).map(scopeOf))
  const others = inside.filter(({ member }) => !scopes.has(scopeOf(member)))
  if (others.some(({ part }) => part === parent)) return []
  const totals = countsOf(parent)
  return others.map(({ member, part }) => ({
    span,
    parent,
    child: part,
    order: [haveId(parent, part), ...orderOf(member, part, totals), span],
  }))
}

/** Also one that says nothing elsewhere. */
function haveId(parent: Part, child: Part): string {
  const ids = new Set(parent.members.flatMap(({ observation }) => observation.responseId ?? []))
  return child.members.some(({ observation }) => ids.has(observation.responseId ?? '')) ? '0' : '1'
}

function orderOf({ observation, own }: Identified, part: Part, totals: ReadonlySet<string>): string[] {
  const counts = countsOf(part)
  return [
    isDisjoint(counts, totals) ? '1' : '0',
    part.members.some((each) => each.observation.usage) ? '0' : '1',
    part.members.some((each) => each.observation.status !== 'error') ? '0' : '1',
    observation.spanId ?? '',
    own,
  ]
}

function countsOf({ members }: Part): Set<string> {
  return new Set(members.flatMap(({ observation }) => totalsIn(observation) ?? []))
}

function scopeOf({ observation }: Identified): string {
  return observation.scope ?? ''
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const other = b[index] as string
    if (text !== other) return text < other ? -1 : 1
  }
  return 0
}
