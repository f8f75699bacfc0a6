import { createHash } from 'node:crypto'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'

/** Goes up when the same catalogue and overrides would give another amount. */
export const engineVersion = '1'

/** Everything a price depends on, as kept in `price_versions` so that the past can be explained. */
export interface PriceContent {
  readonly engine_version: string
  readonly overrides: PriceOverrides
  readonly catalogue: Catalogue
}

export function priceContent(catalogue: Catalogue, overrides: PriceOverrides): { version: string; content: string } {
  const content = JSON.stringify({ engine_version: engineVersion, overrides, catalogue } satisfies PriceContent)
  return { version: createHash('sha256').update(content).digest('hex').slice(0, 16), content }
}
