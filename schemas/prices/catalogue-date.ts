import type { Catalogue, PriceSource } from './catalogue.ts'

/** What is shown of a catalogue: the day it speaks for and the newest release of each source. */
export interface CatalogueDate {
  /** YYYY-MM-DD, UTC. */
  readonly as_of: string
  readonly sources: readonly Pick<PriceSource, 'name' | 'version'>[]
}

export function catalogueDate({ as_of, sources }: Pick<Catalogue, 'as_of' | 'sources'>): CatalogueDate {
  const newest = sources.filter(({ name }, place) => sources.findIndex((other) => other.name === name) === place)
  return { as_of, sources: newest.map(({ name, version }) => ({ name, version })) }
}
