import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createPriceEngine, type PriceEngine } from '@spanledger/ledger/pricing/engine'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'

/** Engines on the vendored catalogue, one per set of overrides. */
export function createEngines(): (overrides: PriceOverrides) => PriceEngine {
  const catalogue = loadCatalogue()
  const engines = new Map<string, PriceEngine>()
  return function engineFor(overrides) {
    const key = JSON.stringify(overrides)
    let engine = engines.get(key)
    if (!engine) engines.set(key, (engine = createPriceEngine({ catalogue, overrides })))
    return engine
  }
}
