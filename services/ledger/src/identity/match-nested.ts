import { type Part, whole } from './part.ts'

/**
 * Pairs parts of which one ran inside the other: each with at most one of the other side, as many as there can be, and the
 * same ones whatever the order they are given in. An outer one may start later or end earlier by `toleranceMs`.
 *
 * Containment is dominance in the plane of (start, end). Taken by their start, each part takes of the free ones around it
 * the one that ends first: what that leaves fits whatever comes later at least as well. What was paired is not looked at
 * again, so leaving out whole pairs changes no other pair.
 */
export function matchNested(
  parts: readonly Part[],
  toleranceMs: number,
  isOneSide: (part: Part) => boolean,
  isPair: (outer: Part, inner: Part) => boolean,
): [outer: Part, inner: Part][] {
  const pairs: [Part, Part][] = []
  for (const run of runsOf(parts, toleranceMs)) {
    const byEnd = run.toSorted((a, b) => a.end - b.end || b.start - a.start || inOrder(a, b))
    const one = new FreeParts(byEnd.filter(isOneSide))
    const other = new FreeParts(byEnd.filter((each) => !isOneSide(each)))
    for (const inner of run) {
      const [own, around] = one.has(inner) ? [one, other] : [other, one]
      if (!own.isFree(inner)) continue
      const latestStart = inner.start + toleranceMs
      const outer = around.find(inner.end - toleranceMs, (each) => each.start <= latestStart && isPair(each, inner))
      if (!outer) continue
      own.take(inner)
      around.take(outer)
      pairs.push([outer, inner])
    }
  }
  return pairs
}

/** Parts by their end. What is taken is stepped over at once: thousands of equal ones run at the same time. */
class FreeParts {
  private readonly byEnd: readonly Part[]
  private readonly places: ReadonlyMap<Part, number>
  /** Of each place, one from which on to look for the next that is free: itself, while it is. */
  private readonly next: number[]

  constructor(byEnd: readonly Part[]) {
    this.byEnd = byEnd
    this.places = new Map(byEnd.map((part, place) => [part, place]))
    this.next = Array.from({ length: byEnd.length + 1 }, (_, place) => place)
  }

  has(part: Part): boolean {
    return this.places.has(part)
  }

  isFree(part: Part): boolean {
    const place = this.places.get(part) as number
    return this.next[place] === place
  }

  take(part: Part): void {
    const place = this.places.get(part) as number
    this.next[place] = place + 1
  }

  /** The first that ends at `end` or later and is wanted. */
  find(end: number, isWanted: (part: Part) => boolean): Part | undefined {
    for (
      let place = this.freeFrom(this.firstEnding(end));
      place < this.byEnd.length;
      place = this.freeFrom(place + 1)
    ) {
      const part = this.byEnd[place] as Part
      if (isWanted(part)) return part
    }
    return undefined
  }

  private firstEnding(end: number): number {
    let low = 0
    let high = this.byEnd.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.byEnd[middle] as Part).end < end) low = middle + 1
      else high = middle
    }
    return low
  }

  private freeFrom(place: number): number {
    let free = place
    while (this.next[free] !== free) free = this.next[free] as number
    for (let at = place; at !== free; ) {
      const after = this.next[at] as number
      this.next[at] = free
      at = after
    }
    return free
  }
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
