import { parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { ConfigFileError } from '@spanledger/runtime/config-file/config-file-error'
import { loadConfigFile, readConfigText } from '@spanledger/runtime/config-file/load-config-file'
import type { ConfigFileStatus } from '@spanledger/runtime/config-file/watch-config-file'
import type { PricePreview } from '@spanledger/schemas/api/prices'
import type { ConsolePrices } from '../ports.ts'

/**
 * The prices of a real file, read when they are asked for; its preview is a fixed one: what an engine would say is tested
 * where the engine is.
 */
export function testPrices(path: string | undefined, preview: PricePreview = samplePreview): ConsolePrices {
  function status(): ConfigFileStatus {
    const loadedAtMs = Date.UTC(2026, 10, 20, 10)
    if (path === undefined) return { path, loadedAtMs }
    try {
      parseConfigFile(readConfigText(path), path)
      return { path, loadedAtMs }
    } catch (error) {
      if (!(error instanceof ConfigFileError)) throw error
      return { path, loadedAtMs, refused: { atMs: loadedAtMs + 60_000, problems: error.problems } }
    }
  }
  let last = loadConfigFile(path)
  return {
    file: {
      status,
      current() {
        if (status().refused === undefined) last = loadConfigFile(path)
        return last
      },
    },
    version: () => 'aaaa000011112222',
    preview: async () => preview,
  }
}

const nothing = { unpriced_now: '0', unpriced_then: '0', newly_priced: '0', newly_unpriced: '0' }

const samplePreview: PricePreview = {
  version_now: 'aaaa000011112222',
  version_then: 'bbbb000011112222',
  window: { from: '2026-11-13T10:00:00.000Z', to: '2026-11-20T10:00:00.000Z' },
  whole: true,
  total: {
    charges: '18204',
    changed: '5310',
    cost_now: '412.305811',
    cost_then: '389.2214',
    unpriced_now: '212',
    unpriced_then: '4',
    newly_priced: '211',
    newly_unpriced: '3',
  },
  models: [
    {
      ...nothing,
      provider: 'openai',
      model: 'gpt-4o',
      charges: '4890',
      changed: '4890',
      cost_now: '201.11',
      cost_then: '175.97125',
    },
    {
      ...nothing,
      provider: 'house',
      model: 'house-model',
      charges: '211',
      changed: '211',
      cost_now: '0',
      cost_then: '2.054589',
      unpriced_now: '211',
      newly_priced: '211',
    },
    {
      ...nothing,
      provider: 'azure',
      model: 'prod-chat-with-a-very-long-deployment-name-01',
      charges: '209',
      changed: '209',
      cost_now: '0.000125',
      cost_then: '0.00012',
      unpriced_then: '3',
      newly_unpriced: '3',
    },
  ],
}
