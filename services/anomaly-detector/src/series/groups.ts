import type { AlertRule } from '@spanledger/schemas/config/alerts'
import type { Cell, Cube, HourLine } from './cube.ts'
import { contains, type Dims, dimensionsOfCuts, dimsOf, keyOf, matches } from './series.ts'

/** One series and its hours. */
export interface Group {
  readonly dims: Dims
  readonly line: HourLine
}

/** The series of a tenant, as its rules cut it: kept while there are the same cells. */
export class SeriesGroups {
  readonly #tenant: string
  readonly #cube: Cube
  readonly #known = new Map<string, Map<string, Group>>()
  readonly #others = new Map<string, Group>()
  #cellSet = -1

  constructor(tenant: string, cube: Cube) {
    this.#tenant = tenant
    this.#cube = cube
  }

  all(rule: AlertRule): readonly Group[] {
    return [...this.#of(rule).values()]
  }

  /** Also a series that the rule no longer asks for: an alert of it may be open. */
  one(rule: AlertRule, dims: Dims): Group {
    const known = this.#of(rule).get(keyOf(dims))
    if (known) return known
    const key = JSON.stringify([rule.match, keyOf(dims)])
    let other = this.#others.get(key)
    if (other === undefined) {
      const cells = [...this.#cube.cells].filter((cell) => this.#matches(rule, cell) && contains(dims, cell.dims))
      this.#others.set(key, (other = { dims, line: this.#cube.lineOf(cells) }))
    }
    return other
  }

  #of(rule: AlertRule): Map<string, Group> {
    if (this.#cellSet !== this.#cube.cellSet) {
      this.#known.clear()
      this.#others.clear()
      this.#cellSet = this.#cube.cellSet
    }
    const key = JSON.stringify([rule.match, rule.by])
    let groups = this.#known.get(key)
    if (groups === undefined) this.#known.set(key, (groups = this.#group(rule)))
    return groups
  }

  #group(rule: AlertRule): Map<string, Group> {
    const cellsOf = new Map<string, { dims: Dims; cells: Cell[] }>()
    const cuts = dimensionsOfCuts(rule.by)
    for (const cell of this.#cube.cells) {
      if (!this.#matches(rule, cell)) continue
      for (const dimensions of cuts) {
        const dims = dimsOf(cell.dims, dimensions)
        const key = keyOf(dims)
        const known = cellsOf.get(key)
        if (known) known.cells.push(cell)
        else cellsOf.set(key, { dims, cells: [cell] })
      }
    }
    return new Map([...cellsOf].map(([key, { dims, cells }]) => [key, { dims, line: this.#cube.lineOf(cells) }]))
  }

  #matches(rule: AlertRule, cell: Cell): boolean {
    return matches(rule.match, this.#tenant, cell.dims)
  }
}
