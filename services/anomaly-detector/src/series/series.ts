import { type AlertDims, type SeriesDimension, seriesDimensions } from '@spanledger/schemas/events/alert'

/** Which part of a tenant's traffic: no dimension is all of it. */
export type Dims = AlertDims

/** Who an entry is for, as far as series and rules can tell entries apart. */
export interface CellDims extends Readonly<Record<SeriesDimension, string>> {
  readonly environment: string
}

export type Cut = 'tenant' | SeriesDimension

/**
 * The dimensions of each cut, widest first. A feature is a feature of its team. A model is cut twice: over everything,
 * where its price or a default changes, and within each feature, where what that one feature does changes. So the series
 * of a tenant are a lattice of two trees with the same leaves: by team, feature and model, and by model.
 */
const dimensionsOfCut: Readonly<Record<Cut, readonly (readonly SeriesDimension[])[]>> = {
  tenant: [[]],
  team: [['team']],
  feature: [['team', 'feature']],
  model: [['model'], ['team', 'feature', 'model']],
}

/** The dimensions of each kind of series that a rule asks for. */
export function dimensionsOfCuts(cuts: readonly Cut[]): readonly (readonly SeriesDimension[])[] {
  return [...new Set(cuts)].flatMap((cut) => dimensionsOfCut[cut])
}

export function dimsOf(cell: CellDims, dimensions: readonly SeriesDimension[]): Dims {
  return Object.fromEntries(dimensions.map((dimension) => [dimension, cell[dimension]]))
}

/** The same text for the same series. */
export function keyOf(dims: Dims): string {
  return JSON.stringify(seriesDimensions.map((dimension) => dims[dimension] ?? null))
}

export function depthOf(dims: Dims): number {
  return seriesDimensions.filter((dimension) => dims[dimension] !== undefined).length
}

/** Whether everything in `inner` is in `outer`; true for the same series. */
export function contains(outer: Dims, inner: Dims | CellDims): boolean {
  return seriesDimensions.every((dimension) => outer[dimension] === undefined || outer[dimension] === inner[dimension])
}

/** Whether some request can be in both. */
export function overlaps(a: Dims, b: Dims): boolean {
  return seriesDimensions.every(
    (dimension) => a[dimension] === undefined || b[dimension] === undefined || a[dimension] === b[dimension],
  )
}

/** Whether it is as narrow as series get: of these no two overlap. */
export function isLeaf(dims: Dims): boolean {
  return depthOf(dims) === seriesDimensions.length
}

/** Whether one is a part of the other. */
export function related(a: Dims, b: Dims): boolean {
  return contains(a, b) || contains(b, a)
}

export type Match = Readonly<Partial<Record<'tenant' | 'environment' | SeriesDimension, string | readonly string[]>>>

export function matches(match: Match, tenant: string, cell: CellDims): boolean {
  return Object.entries(match).every(([dimension, wanted]) => {
    const value = dimension === 'tenant' ? tenant : cell[dimension as keyof CellDims]
    return wanted === undefined || (typeof wanted === 'string' ? wanted === value : wanted.includes(value))
  })
}
