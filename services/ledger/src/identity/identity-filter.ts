import { FingerprintSet } from './fingerprint-set.ts'
import { childKey, type Identified, type Key } from './keys.ts'

export const hourMs = 3_600_000

/**
 * How many hours of event time either way a charge of the same request is looked for at once. Two, so that reports up
 * to an hour apart meet whatever the hour boundaries, and a charge stands at most so far from any report it holds.
 */
export const nearHours = 2

/** How many hours of event time either way a span starts from one inside it. */
const nearKinHours = 1

export function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs)
}

/** Reads every identity key the ledger holds for the hours `from`..`to` (both inclusive, hours since the epoch). */
export type LoadKeys = (from: number, to: number, onKey: (hour: number, key: Key) => void) => Promise<void>

interface Hour {
  /** undefined: too many keys to remember; every question about this hour is answered "maybe". */
  set: FingerprintSet | undefined
  pins: number
  loaded: Promise<void>
}

/**
 * Says of most keys, without asking ClickHouse, that the ledger does not hold them within an hour of event time.
 *
 * One set per hour, filled from the ledger on first touch. Bounded by `maxBytes`: the hours longest untouched are
 * forgotten; when even the hours in use do not fit, the largest answers "maybe" from then on, which is slow, not wrong.
 */
export class IdentityFilter {
  private readonly hours = new Map<number, Hour>()
  private readonly load: LoadKeys
  private readonly maxBytes: number

  constructor(load: LoadKeys, maxBytes: number) {
    this.load = load
    this.maxBytes = maxBytes
  }

  get bytes(): number {
    let bytes = 0
    for (const hour of this.hours.values()) bytes += hour.set?.bytes ?? 0
    return bytes
  }

  /**
   * Makes the hours and their neighbours ready and keeps them until the returned function is called.
   * Rejects when the ledger cannot be read; the hours are then read anew next time.
   * `mayForget` false: no hour is forgotten, because the ledger may be about to hold keys that reading would not find yet.
   */
  async hold(hours: Iterable<number>, mayForget: () => boolean = () => true): Promise<() => void> {
    const wanted = new Set<number>()
    for (const hour of hours) for (let near = hour - nearHours; near <= hour + nearHours; near++) wanted.add(near)
    const held: Hour[] = []
    for (const [from, to] of ranges([...wanted].filter((hour) => !this.hours.has(hour)))) this.register(from, to)
    for (const number of wanted) {
      const hour = this.hours.get(number) as Hour
      // Touched: the order of the map is the order of forgetting.
      this.hours.delete(number)
      this.hours.set(number, hour)
      hour.pins++
      held.push(hour)
    }
    const release = () => {
      for (const hour of held.splice(0)) hour.pins--
    }
    try {
      await Promise.all(held.map((hour) => hour.loaded))
    } catch (error) {
      release()
      throw error
    }
    this.shrink(mayForget())
    return release
  }

  /** False: the ledger holds no charge with this key so many hours from this one, at most `nearHours`. The hour must be held. */
  mayHold(key: Key, hour: number, distance = nearHours): boolean {
    for (let near = hour - distance; near <= hour + distance; near++) {
      const entry = this.hours.get(near)
      if (!entry?.set || entry.set.has(key)) return true
    }
    return false
  }

  /** False: the ledger holds nothing that shares a key with it, and no span around or inside it. */
  mayHoldAny({ keys, span, parent, observation }: Identified): boolean {
    const hour = hourOf(observation.at)
    for (const key of keys) if (this.mayHold(key, hour)) return true
    if (parent !== undefined && this.mayHold(parent, hour, nearKinHours)) return true
    return span !== undefined && this.mayHold(childKey(span), hour, nearKinHours)
  }

  addAll({ keys, child, observation }: Identified): void {
    const hour = hourOf(observation.at)
    for (const key of keys) this.add(key, hour)
    if (child !== undefined) this.add(child, hour)
  }

  add(key: Key, hour: number): void {
    this.hours.get(hour)?.set?.add(key)
  }

  /** After anybody else may have written to the ledger. No hour may be held. */
  clear(): void {
    this.hours.clear()
  }

  private register(from: number, to: number): void {
    const fresh = new Map<number, Hour>()
    for (let hour = from; hour <= to; hour++) {
      const entry = { set: new FingerprintSet(), pins: 0, loaded: Promise.resolve() }
      fresh.set(hour, entry)
      this.hours.set(hour, entry)
    }
    const loaded = this.load(from, to, (hour, key) => fresh.get(hour)?.set?.add(key)).catch((error: unknown) => {
      for (const [hour, entry] of fresh) if (this.hours.get(hour) === entry) this.hours.delete(hour)
      throw error
    })
    // Who holds an hour sees the rejection; nobody holding it is no reason to end the process.
    loaded.catch(() => {})
    for (const entry of fresh.values()) entry.loaded = loaded
  }

  private shrink(mayForget: boolean): void {
    let bytes = this.bytes
    for (const [number, hour] of this.hours) {
      if (bytes <= this.maxBytes) return
      if (!mayForget) break
      if (hour.pins > 0) continue
      bytes -= hour.set?.bytes ?? 0
      this.hours.delete(number)
    }
    while (bytes > this.maxBytes) {
      let largest: Hour | undefined
      for (const hour of this.hours.values()) if ((hour.set?.bytes ?? 0) > (largest?.set?.bytes ?? 0)) largest = hour
      if (!largest?.set) return
      bytes -= largest.set.bytes
      largest.set = undefined
    }
  }
}

/** Consecutive runs, at most a month each. */
function ranges(numbers: number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && number === last[1] + 1 && number - last[0] < 744) last[1] = number
    else runs.push([number, number])
  }
  return runs
}
