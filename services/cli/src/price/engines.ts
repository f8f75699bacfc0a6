import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createPooledPrices } from '@spanledger/ledger/pools/pooled-prices'
import { createPriceEngine, type PriceEngine } from '@spanledger/ledger/pricing/engine'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'

/** Engines on the vendored catalogue, one per set of overrides. */
export function createEngines(): (overrides: PriceOverrides) => PriceEngine {
  const catalogue = loadCatalogue()
  const engines = new Map<string, PriceEngine>()
  return function engineFor(overrides) {
    const key = JSON.stringify(overrides)
    let engine = engines.get(key)
    // No hour of a pool is settled here: what runs on one costs its part of a whole hour.
    if (!engine) {
      engine = createPooledPrices(createPriceEngine({ catalogue, overrides }), () => undefined, overrides)
      engines.set(key, engine)
    }
    return engine
  }
}
