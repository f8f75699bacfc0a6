import type { Catalogue } from '@spanledger/schemas/prices/catalogue'

export interface NearModel {
  readonly provider: string
  readonly model: string
}

const shown = 3
/** Two names have at least so much of their parts in common. */
const leastLikeness = 0.5

/**
 * Models of the catalogue with names like this one, the likeliest first, those of the same provider before others: for a
 * person who looks for what a name may mean. Never for a price: prices are not guessed.
 */
export function createNearModels(catalogue: Catalogue): (provider: string, model: string) => readonly NearModel[] {
  let known: { readonly near: NearModel; readonly parts: ReadonlySet<string> }[] | undefined

  return (provider, model) => {
    known ??= Object.entries(catalogue.providers).flatMap(([of, { models }]) =>
      Object.keys(models).map((name) => ({ near: { provider: of, model: name }, parts: partsOf(name) })),
    )
    const parts = partsOf(model)
    const own = provider.toLowerCase()
    return known
      .map(({ near, parts: others }) => ({ near, likeness: likenessOf(parts, others) }))
      .filter(({ likeness }) => likeness >= leastLikeness)
      .toSorted(
        (one, other) =>
          other.likeness - one.likeness ||
          Number(other.near.provider === own) - Number(one.near.provider === own) ||
          one.near.model.length - other.near.model.length ||
          (one.near.model < other.near.model ? -1 : 1),
      )
      .slice(0, shown)
      .map(({ near }) => near)
  }
}

/** Words and numbers: `our-GPT4o_eu` is our, gpt, 4, o, eu. */
function partsOf(name: string): ReadonlySet<string> {
  return new Set(name.toLowerCase().match(/[a-z]+|\d+/g) ?? [])
}

/** What both have, of what either has. */
function likenessOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0
  for (const part of one) if (other.has(part)) shared++
  const all = one.size + other.size - shared
  return all === 0 ? 0 : shared / all
}
