import { catalogueDate } from '@spanledger/schemas/prices/catalogue-date'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import { type Check, ok, warning } from './check.ts'

const dayMs = 86_400_000
const staleAfterDays = 60

/** An old catalogue misses models and price changes since: their requests go unpriced or wrong. */
export function checkPrices(catalogue: Pick<Catalogue, 'as_of' | 'sources'>, nowMs: number): Check {
  const date = catalogueDate(catalogue)
  const days = Math.floor((nowMs - Date.parse(date.as_of)) / dayMs)
  const sources = date.sources.map(({ name, version }) => `${name} ${version}`).join(', ')
  const message = `as of ${date.as_of} (${sources}), ${days} days ago`
  if (days <= staleAfterDays) return ok('prices', message)
  return warning('prices', message, 'update spanledger, or the catalogue as docs/prices.md says')
}
