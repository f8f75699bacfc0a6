import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createMetrics } from '@spanledger/runtime/metrics'
import { expect, test } from 'vitest'
import { showCatalogue } from './catalogue-metrics.ts'

test('/metrics says how old the price catalogue is and what it was made from', async () => {
  const metrics = createMetrics()
  const catalogue = loadCatalogue()
  showCatalogue(catalogue, metrics)
  const text = await metrics.render()
  const [genaiPrices, litellm] = catalogue.sources
  const labels = `as_of="${catalogue.as_of}",genai_prices="${genaiPrices?.version}",litellm="${litellm?.version}"`
  expect(text).toContain(`spanledger_price_catalogue_info{${labels}} 1`)
  const seconds = Date.parse(catalogue.as_of) / 1000
  expect(text).toContain(`spanledger_price_catalogue_timestamp_seconds ${seconds}`)
})
