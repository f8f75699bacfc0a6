import type { PriceEngine } from '../pricing/engine.ts'
import type { PriceContent } from '../pricing/price-version.ts'
import type { PriceRequest, PriceResult } from '../pricing/types.ts'
import { createPoolBook, type PoolBook } from './pool-book.ts'
import { poolPrice, type PoolRate } from './pool-price.ts'

/** Prices by the token, and of what is paid by the hour. */
export interface PooledPrices {
  readonly version: string
  readonly book: PoolBook
  /** What runs on a pool is never priced by the token; everything else is as `PriceEngine.price` says. */
  price(request: PriceRequest): PriceResult
}

/** `rateOf`: of the last settled hour of a pool. Throws RangeError for pools that cannot be read. */
export function createPooledPrices(engine: PriceEngine, rateOf: (pool: string) => PoolRate | undefined): PooledPrices {
  const { version } = engine
  const book = createPoolBook((JSON.parse(engine.content) as PriceContent).overrides)
  if (book.pools.length === 0) return { version, book, price: (request) => engine.price(request) }
  const options = { version, book, rateOf }
  return { version, book, price: (request) => poolPrice(request, options) ?? engine.price(request) }
}
