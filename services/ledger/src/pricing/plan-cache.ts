/**
 * A bounded map from five strings to a value. Nested maps, so that a hit builds no key. Two generations instead of a
 * list in order of use: when the young one is full it becomes the old one, and a hit in the old one moves its entry up.
 */
export interface PlanCache<T> {
  get(a: string, b: string, c: string, d: string, e: string): T | undefined
  set(a: string, b: string, c: string, d: string, e: string, value: T): void
  readonly size: number
}

type Level<T> = Map<string, T>
type Tree<T> = Level<Level<Level<Level<Level<T>>>>>

/** Holds at most 2 x `capacity` values. */
export function createPlanCache<T>(capacity: number): PlanCache<T> {
  let young: Tree<T> = new Map()
  let old: Tree<T> = new Map()
  let youngSize = 0
  let oldSize = 0

  function find(tree: Tree<T>, a: string, b: string, c: string, d: string, e: string): T | undefined {
    return tree.get(a)?.get(b)?.get(c)?.get(d)?.get(e)
  }

  function set(a: string, b: string, c: string, d: string, e: string, value: T): void {
    if (youngSize >= capacity) {
      old = young
      oldSize = youngSize
      young = new Map()
      youngSize = 0
    }
    const leaf = child(child(child(child(young, a), b), c), d)
    if (!leaf.has(e)) youngSize += 1
    leaf.set(e, value)
  }

  return {
    get(a, b, c, d, e) {
      const hit = find(young, a, b, c, d, e)
      if (hit !== undefined) return hit
      const older = find(old, a, b, c, d, e)
      if (older !== undefined) set(a, b, c, d, e, older)
      return older
    },
    set,
    get size() {
      return youngSize + oldSize
    },
  }
}

function child<V>(level: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let next = level.get(key)
  if (!next) level.set(key, (next = new Map()))
  return next
}
