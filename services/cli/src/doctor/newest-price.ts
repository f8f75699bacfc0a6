import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'

/** The latest start of a price that holds by now (announced ones aside), milliseconds since the epoch. */
export function newestPriceAt(nowMs: number): number {
  let newest = 0
  for (const { models } of Object.values(loadCatalogue().providers)) {
    for (const { rows } of Object.values(models)) {
      for (const { from } of rows) {
        const at = from === undefined ? 0 : Date.parse(from)
        if (at <= nowMs) newest = Math.max(newest, at)
      }
    }
  }
  return newest
}
