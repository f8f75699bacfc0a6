import type { CellDims } from './series.ts'
import { addTo, type Sums } from './sums.ts'

export const hourMs = 3_600_000

/** What an hour of a cell adds up to: everything, and what was recorded within 24 hours of its time. */
interface HourSums {
  all: Sums
  current: Sums
}

export interface Cell {
  readonly dims: CellDims
  readonly hours: Map<number, HourSums>
}

export type Which = 'all' | 'current'

/** Sums of one tenant by cell and hour of event time. */
export class Cube {
  readonly #size: number
  readonly #cells = new Map<string, Cell>()

  constructor(size: number) {
    this.#size = size
  }

  get cells(): Iterable<Cell> {
    return this.#cells.values()
  }

  get size(): number {
    return this.#size
  }

  /** Forgets these hours, to be added anew. */
  clearHours(hours: Iterable<number>): void {
    for (const hour of hours) for (const cell of this.#cells.values()) cell.hours.delete(hour)
  }

  forgetBefore(hour: number): void {
    for (const [key, cell] of this.#cells) {
      for (const known of cell.hours.keys()) if (known < hour) cell.hours.delete(known)
      if (cell.hours.size === 0) this.#cells.delete(key)
    }
  }

  add(dims: CellDims, hour: number, sums: Sums, isCurrent: boolean): void {
    const key = JSON.stringify([dims.environment, dims.team, dims.feature, dims.model])
    let cell = this.#cells.get(key)
    if (cell === undefined) this.#cells.set(key, (cell = { dims, hours: new Map() }))
    let known = cell.hours.get(hour)
    if (known === undefined) {
      known = { all: new Float64Array(this.#size), current: new Float64Array(this.#size) }
      cell.hours.set(hour, known)
    }
    addTo(known.all, sums)
    if (isCurrent) addTo(known.current, sums)
  }
}

/** The hours of some cells added up; of an hour that is only partly asked for, its part in proportion. */
export class HourLine {
  readonly #hours: Map<number, HourSums>
  readonly #size: number
  readonly #knownUntilMs: number
  /** The first hour with a request. */
  readonly beganAt: number

  /** `knownUntilMs`: event time up to which there are entries; the hour it is in has no more yet. */
  constructor(cells: Iterable<Cell>, size: number, knownUntilMs: number) {
    this.#size = size
    this.#knownUntilMs = knownUntilMs
    this.#hours = new Map()
    let began = Number.POSITIVE_INFINITY
    for (const cell of cells) {
      for (const [hour, sums] of cell.hours) {
        if (hour < began) began = hour
        const known = this.#hours.get(hour)
        if (known === undefined) this.#hours.set(hour, { all: sums.all.slice(), current: sums.current.slice() })
        else {
          addTo(known.all, sums.all)
          addTo(known.current, sums.current)
        }
      }
    }
    this.beganAt = began
  }

  between(fromMs: number, toMs: number, which: Which): Sums {
    const total = new Float64Array(this.#size)
    for (let hour = Math.floor(fromMs / hourMs) * hourMs; hour < toMs; hour += hourMs) {
      const sums = this.#hours.get(hour)
      if (sums === undefined) continue
      const endMs = this.#knownUntilMs > hour ? Math.min(hour + hourMs, this.#knownUntilMs) : hour + hourMs
      const part = (Math.min(toMs, endMs) - Math.max(fromMs, hour)) / (endMs - hour)
      if (part > 0) addTo(total, sums[which], part)
    }
    return total
  }
}
