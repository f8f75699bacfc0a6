import { hourMs } from './lengths-of-time.ts'
import type { CellDims } from './series.ts'
import { addTo, type Sums } from './sums.ts'

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

/** Of one tenant; what comes after these is added up in one, and is in the series around it only. */
const maxCells = 5_000
const theRest = { team: '(rest)', feature: '(rest)', model: '(rest)' }

function keyOfCell({ environment, team, feature, model }: CellDims): string {
  return JSON.stringify([environment, team, feature, model])
}

/** Sums of one tenant by cell and hour of event time, and the lines that were made of them. */
export class Cube {
  readonly size: number
  readonly #cells = new Map<string, Cell>()
  readonly #lines = new Set<HourLine>()
  /** Changes when there are other cells than before: what was grouped is to be grouped anew. */
  #cellSet = 0
  #beginsAt = Number.NEGATIVE_INFINITY

  constructor(size: number) {
    this.size = size
  }

  get cells(): Iterable<Cell> {
    return this.#cells.values()
  }

  get cellSet(): number {
    return this.#cellSet
  }

  /** Forgets these hours, to be added anew. */
  clearHours(hours: readonly number[]): void {
    for (const hour of hours) for (const cell of this.#cells.values()) cell.hours.delete(hour)
    for (const line of this.#lines) line.forget(hours)
  }

  forgetBefore(hour: number): void {
    if (hour <= this.#beginsAt) return
    this.#beginsAt = hour
    for (const line of this.#lines) line.forgetBefore(hour)
    for (const [key, cell] of this.#cells) {
      for (const known of cell.hours.keys()) if (known < hour) cell.hours.delete(known)
      if (cell.hours.size > 0) continue
      this.#cells.delete(key)
      this.#changeCells()
    }
  }

  add(given: CellDims, hour: number, sums: Sums, isCurrent: boolean): void {
    let dims = given
    let key = keyOfCell(dims)
    if (this.#cells.size >= maxCells && !this.#cells.has(key)) {
      dims = { ...theRest, environment: given.environment }
      key = keyOfCell(dims)
    }
    let cell = this.#cells.get(key)
    if (cell === undefined) {
      this.#cells.set(key, (cell = { dims, hours: new Map() }))
      this.#changeCells()
    }
    let known = cell.hours.get(hour)
    if (known === undefined) {
      known = { all: new Float64Array(this.size), current: new Float64Array(this.size) }
      cell.hours.set(hour, known)
    }
    addTo(known.all, sums)
    if (isCurrent) addTo(known.current, sums)
  }

  /** Lasts until there are other cells. */
  lineOf(cells: readonly Cell[]): HourLine {
    const line = new HourLine(cells, this.size)
    this.#lines.add(line)
    return line
  }

  #changeCells(): void {
    this.#cellSet++
    this.#lines.clear()
  }
}

/** The hours of some cells added up; of an hour that is only partly asked for, its part in proportion. */
export class HourLine {
  /** Event time up to which there are entries: the hour it is in has no more yet. */
  knownUntilMs = Number.POSITIVE_INFINITY
  readonly #cells: readonly Cell[]
  readonly #size: number
  readonly #hours = new Map<number, HourSums | undefined>()
  #beganAt: number | undefined

  constructor(cells: readonly Cell[], size: number) {
    this.#cells = cells
    this.#size = size
  }

  /** The first hour with a request. */
  get beganAt(): number {
    if (this.#beganAt === undefined) {
      let began = Number.POSITIVE_INFINITY
      for (const { hours } of this.#cells) for (const hour of hours.keys()) if (hour < began) began = hour
      this.#beganAt = began
    }
    return this.#beganAt
  }

  forget(hours: readonly number[]): void {
    for (const hour of hours) this.#hours.delete(hour)
    if (hours.some((hour) => hour <= (this.#beganAt ?? 0))) this.#beganAt = undefined
  }

  forgetBefore(hour: number): void {
    for (const known of this.#hours.keys()) if (known < hour) this.#hours.delete(known)
    this.#beganAt = undefined
  }

  between(fromMs: number, toMs: number, which: Which): Sums {
    const total = new Float64Array(this.#size)
    for (let hour = Math.floor(fromMs / hourMs) * hourMs; hour < toMs; hour += hourMs) {
      const sums = this.#hour(hour)
      if (sums === undefined) continue
      const endMs = this.knownUntilMs > hour ? Math.min(hour + hourMs, this.knownUntilMs) : hour + hourMs
      const part = (Math.min(toMs, endMs) - Math.max(fromMs, hour)) / (endMs - hour)
      if (part > 0) addTo(total, sums[which], part)
    }
    return total
  }

  #hour(hour: number): HourSums | undefined {
    if (this.#hours.has(hour)) return this.#hours.get(hour)
    let added: HourSums | undefined
    for (const cell of this.#cells) {
      const sums = cell.hours.get(hour)
      if (sums === undefined) continue
      added ??= { all: new Float64Array(this.#size), current: new Float64Array(this.#size) }
      addTo(added.all, sums.all)
      addTo(added.current, sums.current)
    }
    this.#hours.set(hour, added)
    return added
  }
}
