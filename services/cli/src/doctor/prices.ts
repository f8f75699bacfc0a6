import { type Check, ok, warning } from './check.ts'

const dayMs = 86_400_000
const staleAfterDays = 60

/** A catalogue whose newest price is old misses models and price changes since: their requests go unpriced or wrong. */
export function checkPrices(newestPriceAt: number, nowMs: number): Check {
  const days = Math.floor((nowMs - newestPriceAt) / dayMs)
  const day = new Date(newestPriceAt).toISOString().slice(0, 10)
  const message = `the newest price of the catalogue is of ${day}, ${days} days ago`
  if (days <= staleAfterDays) return ok('prices', message)
  return warning('prices', message, 'update spanledger')
}
