import { z } from 'zod'
import { type FilterDimension, filterDimensions } from './choices.ts'

const value = z.string().max(512)

function narrowedBy(dimension: FilterDimension) {
  return value.optional().describe(`only this ${dimension}; empty: not given`)
}

/** Equal on every dimension that is given. */
export const narrowingParameters = {
  tenant: narrowedBy('tenant'),
  team: narrowedBy('team'),
  feature: narrowedBy('feature'),
  model: narrowedBy('model'),
  provider: narrowedBy('provider'),
  customer: narrowedBy('customer'),
} satisfies Record<FilterDimension, z.ZodType>

export type Narrowing = { readonly [dimension in FilterDimension]?: string | undefined }

export function narrowingFrom(given: Narrowing): Narrowing {
  return Object.fromEntries(
    filterDimensions.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  ) as Narrowing
}
