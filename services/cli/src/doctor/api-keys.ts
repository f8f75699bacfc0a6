import { createHash } from 'node:crypto'
import type { Environment } from '@spanledger/runtime/config/environment'
import type { AttributionConfig } from '@spanledger/schemas/config/attribution'
import { type Check, ok, warning } from './check.ts'

const name = 'API keys'

/** Each key by its sha256, as the configuration file names it, and what is pinned to it; never a key. */
export function checkApiKeys(keys: Environment['SPANLEDGER_API_KEYS'], attribution: AttributionConfig): Check[] {
  const pins = new Map(attribution.api_keys.map(({ key_sha256: hash, set }) => [hash.toLowerCase(), set]))
  const known = (keys ?? []).map(({ key, tenant }) => {
    const hash = createHash('sha256').update(key).digest('hex')
    const pinned = pins.get(hash)
    pins.delete(hash)
    const set = Object.entries(pinned ?? {}).map(([dimension, value]) => `${dimension} ${value}`)
    return ok(name, `tenant ${tenant}: sha256 ${hash}, pins ${set.length === 0 ? 'nothing' : set.join(', ')}`)
  })
  const unknown = [...pins.keys()].map((hash) =>
    warning(
      name,
      `attribution.api_keys has the sha256 ${hash}, which is of none of SPANLEDGER_API_KEYS here`,
      'correct it, or take it out of the configuration file',
    ),
  )
  return [...known, ...unknown]
}
