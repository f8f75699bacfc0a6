import { isResultHit } from '@spanledger/schemas/events/usage-event'
import type { Usage } from '@spanledger/schemas/events/usage'
import type { Observation } from '../observation.ts'
import { DisjointSets } from './disjoint-sets.ts'
import type { Identified, Key } from './keys.ts'
import { endOf } from './when.ts'

export interface Connected {
  /** Components of two and more, as lists of indices. */
  readonly components: readonly (readonly number[])[]
  /** Indices that share a key with no other: nearly all. */
  readonly alone: readonly number[]
  /** Response ids that stand for more than one request. */
  readonly reused: ReadonlySet<Key>
}

/**
 * Which observations are of one request: the connected components of "shares a key".
 *
 * A shared span or event key always connects. A shared response id connects unless it was plainly used twice: token
 * totals differ and the two never ran at the same time (`ID_REUSED`), or one of them is a hit of a result cache, which
 * hands out the cached answer with its old id: a hit is of one request only with what ran at the same time, or the
 * answer that was paid for would become as free as the hit. The relation is symmetric and asks only about
 * pairs, so the components do not depend on order. `together` names indices known to be of one charge already.
 * `kin`: a span and the spans inside it are put together too, for what is decided of one depends on the others.
 */
export function connect(
  members: readonly Identified[],
  together: readonly (readonly number[])[] = [],
  kin = false,
): Connected {
  const sets = new DisjointSets(members.length)
  for (const group of together) for (const index of group) sets.unite(group[0] as number, index)
  const firstWith = new Map<Key, number>()
  let sharing: Map<Key, number[]> | undefined
  for (let index = 0; index < members.length; index++) {
    const { keys, response } = members[index] as Identified
    for (const key of keys) {
      const first = firstWith.get(key)
      if (first === undefined) firstWith.set(key, index)
      else if (key !== response) sets.unite(first, index)
      else {
        sharing ??= new Map()
        const all = sharing.get(key)
        if (all) all.push(index)
        else sharing.set(key, [first, index])
      }
    }
  }
  const reused = new Set<Key>()
  for (const [key, indices] of sharing ?? []) {
    connectResponses(members, indices, (a, b) => sets.unite(a, b))
    const paid = indices.filter((index) => !isHit(members[index] as Identified))
    if (paid.some((index) => sets.find(index) !== sets.find(paid[0] as number))) reused.add(key)
  }
  if (kin)
    for (let index = 0; index < members.length; index++) {
      const { parent } = members[index] as Identified
      const holder = parent === undefined ? undefined : firstWith.get(parent)
      if (holder !== undefined) sets.unite(holder, index)
    }
  return { ...sets.list(), reused }
}

/** Equal totals connect, so do those of which one is missing, and of the rest what ran at the same time. */
function connectResponses(
  members: readonly Identified[],
  indices: number[],
  union: (a: number, b: number) => void,
): void {
  const observation = (index: number): Observation => (members[index] as Identified).observation
  const paid = indices.filter((index) => !isHit(members[index] as Identified))
  const firstWith = new Map<string, number>()
  for (const index of paid) {
    const totals = totalsOf(observation(index))
    const first = firstWith.get(totals)
    if (first === undefined) firstWith.set(totals, index)
    else union(first, index)
  }
  connectIncomplete(paid, (index) => observation(index).usage, union)

  const byStart = indices.toSorted((a, b) => observation(a).at - observation(b).at)
  let latest = byStart[0] as number
  for (const index of byStart.slice(1)) {
    if (observation(index).at <= endOf(observation(latest))) union(latest, index)
    if (endOf(observation(index)) > endOf(observation(latest))) latest = index
  }
}

/** What one leaves out contradicts nothing that another says. */
function connectIncomplete(
  paid: readonly number[],
  usageOf: (index: number) => Usage | undefined,
  union: (a: number, b: number) => void,
): void {
  const lacking = (index: number, field: Total) => usageOf(index)?.[field] === undefined
  const silent = paid.find((index) => totals.every((field) => lacking(index, field)))
  if (silent !== undefined) for (const index of paid) union(silent, index)
  const [inputs, outputs] = totals.map((field, place) => {
    const only = paid.filter((index) => !lacking(index, field) && lacking(index, totals[1 - place] as Total))
    const firstWith = new Map(only.toReversed().map((index) => [usageOf(index)?.[field], index]))
    for (const index of paid) {
      const first = lacking(index, field) ? undefined : firstWith.get(usageOf(index)?.[field])
      if (first !== undefined) union(first, index)
    }
    return only
  }) as [number[], number[]]
  if (inputs[0] === undefined || outputs[0] === undefined) return
  for (const index of [...inputs, ...outputs]) union(inputs[0], index)
}

const totals = ['input_tokens', 'output_tokens'] as const
type Total = (typeof totals)[number]

function totalsOf({ usage }: Observation): string {
  return `${usage?.input_tokens}/${usage?.output_tokens}`
}

function isHit({ observation }: Identified): boolean {
  return isResultHit(observation.resultCache)
}
