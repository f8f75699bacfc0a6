import type { Metrics } from '@spanledger/runtime/metrics'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import { catalogueDate } from '@spanledger/schemas/prices/catalogue-date'

/** How old the prices are; an alarm compares the timestamp with `time()`. */
export function showCatalogue(catalogue: Pick<Catalogue, 'as_of' | 'sources'>, metrics: Metrics): void {
  const { as_of: asOf, sources } = catalogueDate(catalogue)
  const versions = Object.fromEntries(sources.map(({ name, version }) => [name.replaceAll('-', '_'), version]))
  metrics
    .gauge('spanledger_price_catalogue_info', 'The day the price catalogue is of, and the versions of its sources', [
      'as_of',
      ...Object.keys(versions),
    ])
    .set({ as_of: asOf, ...versions }, 1)
  metrics
    .gauge('spanledger_price_catalogue_timestamp_seconds', 'The day the price catalogue is of, since the epoch')
    .set(Date.parse(asOf) / 1000)
}
