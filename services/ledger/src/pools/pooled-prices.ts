import type { PriceEngine } from '../pricing/engine.ts'
import type { PriceContent } from '../pricing/price-version.ts'
import type { PriceLine, PriceRequest, PriceResult } from '../pricing/types.ts'
import { createPoolBook, type PoolBook } from './pool-book.ts'
import { poolPrice, type PoolRate } from './pool-price.ts'

/** Prices by the token, and of what is paid by the hour. */
export interface PooledPrices extends PriceEngine {
  readonly book: PoolBook
  /** What runs on a pool is never priced by the token; everything else is as the engine says. */
  price(request: PriceRequest): PriceResult
  /** None of what runs on a pool: an entry's basis has these. */
  lines(request: PriceRequest): PriceLine[]
}

/** `rateOf`: of the last settled hour of a pool. `overrides`: those that the engine was made with. Throws RangeError for pools that cannot be read. */
export function createPooledPrices(
  engine: PriceEngine,
  rateOf: (pool: string) => PoolRate | undefined,
  overrides = (JSON.parse(engine.content) as PriceContent).overrides,
): PooledPrices {
  const book = createPoolBook(overrides)
  if (book.pools.length === 0) return { ...engine, book }
  const options = { version: engine.version, book, rateOf }
  return {
    ...engine,
    book,
    price: (request) => poolPrice(request, options) ?? engine.price(request),
    lines: (request) => (request.usage && book.find(request) ? [] : engine.lines(request)),
  }
}
