import type { Identified, Key } from './keys.ts'
import { haveOtherIds, isDisjoint, type Part, totalsIn, unite, whole } from './part.ts'

interface Child {
  readonly member: Identified
  readonly part: Part
}

interface Choice {
  readonly parent: Part
  readonly child: Part
  readonly order: readonly string[]
}

/**
 * A span of one instrumentation inside a span of another is the same request: the outer one asked the inner one to do it.
 * Of several spans inside one only one is, for the others are further requests, a retry for one: of those that another
 * scope wrote the one with the same response id or totals, else one with usage, else one that did not fail, else the smallest span id.
 * A span that shares a key with one inside it has that one already. Ids of the provider's that differ say that it is none.
 *
 * Which span it is depends on the set of `parts` alone. Reports of one scope are never put together.
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
  const choices: Choice[] = []
  for (const parent of parts)
    for (const key of new Set(parent.members.map(({ span }) => span))) {
      const inside = key === undefined ? undefined : children.get(key)
      if (inside) choices.push(...choose(parent, key as Key, inside))
    }
  choices.sort((a, b) => compare(a.order, b.order))
  for (const { parent, child } of choices)
    if (!haveOtherIds(whole(parent), whole(child))) unite(parent, child, 'parent')
}

/** At most one. */
function choose(parent: Part, span: Key, inside: readonly Child[]): Choice[] {
  const scopes = new Set(parent.members.filter((each) => each.span === span).map(scopeOf))
  const others = inside.filter(({ member }) => !scopes.has(scopeOf(member)))
  if (others.some(({ part }) => part === parent)) return []
  const totals = countsOf(parent)
  const choices = others
    .filter(({ part }) => !haveOtherIds(parent, part))
    .map(({ member, part }) => ({
      parent,
      child: part,
      order: [haveId(parent, part), ...orderOf(member, part, totals)],
    }))
  return choices.length === 0 ? [] : [choices.reduce((a, b) => (compare(a.order, b.order) <= 0 ? a : b))]
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
