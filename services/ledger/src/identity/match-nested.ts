import { type Part, whole } from './part.ts'

/**
 * Pairs parts of which one ran inside the other: each with at most one, as many as there can be, and the same ones whatever
 * the order they are given in. An outer one may start later or end earlier by `toleranceMs`.
 *
 * Containment is dominance in the plane of (start, end). Taken by their start, each part takes of the free ones around it
 * the one that ends first: what that leaves fits whatever comes later at least as well. What was paired is not looked at
 * again, so leaving out whole pairs changes no other pair.
 */
export function matchNested(
  parts: readonly Part[],
  toleranceMs: number,
  isPair: (outer: Part, inner: Part) => boolean,
): [outer: Part, inner: Part][] {
  const pairs: [Part, Part][] = []
  for (const run of runsOf(parts, toleranceMs)) {
    const byEnd = run.toSorted((a, b) => a.end - b.end || b.start - a.start || inOrder(a, b))
    const free = new Set(run)
    for (const inner of run) {
      if (!free.has(inner)) continue
      const outer = byEnd.find(
        (each) =>
          each !== inner &&
          each.end >= inner.end - toleranceMs &&
          each.start <= inner.start + toleranceMs &&
          free.has(each) &&
          isPair(each, inner),
      )
      if (!outer) continue
      free.delete(outer)
      free.delete(inner)
      pairs.push([outer, inner])
    }
  }
  return pairs
}

/** By start, cut where nothing runs: only within such a run can one be inside another. */
function runsOf(parts: readonly Part[], toleranceMs: number): Part[][] {
  const runs: Part[][] = []
  let end = Number.NEGATIVE_INFINITY
  const timed = new Set(parts.map(whole).filter((part) => part.end >= part.start))
  for (const part of [...timed].toSorted((a, b) => a.start - b.start || a.end - b.end || inOrder(a, b))) {
    if (part.start > end + toleranceMs) runs.push([])
    runs.at(-1)?.push(part)
    end = Math.max(end, part.end)
  }
  return runs.filter(({ length }) => length > 1)
}

function inOrder(a: Part, b: Part): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
