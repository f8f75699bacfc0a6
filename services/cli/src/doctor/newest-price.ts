import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'

/** The latest start of a price in the catalogue, milliseconds since the epoch. */
export function newestPriceAt(): number {
  let newest = 0
  for (const { models } of Object.values(loadCatalogue().providers)) {
    for (const { rows } of Object.values(models)) {
      for (const { from } of rows) if (from !== undefined) newest = Math.max(newest, Date.parse(from))
    }
  }
  return newest
}
