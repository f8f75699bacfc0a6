import { countsOf, isCountName, maxBlockLength } from './counts-only.ts'
import { walkJson } from './json-walk.ts'
import type { Lifting } from './lifting.ts'
import { takeTier } from './service-tier.ts'

/** Names of providers are as short as this. */
const providerName = /^[a-zA-Z][\w.-]{0,31}$/
const maxProviders = 4

/**
 * Vercel AI SDK: what each provider says beyond the common counts, `{provider: counts}`, among it how long Anthropic's
 * cache writes live.
 */
export function providerMetadata(text: string, _beyond: number, into: Lifting): void {
  const providers = new Map<string, Map<string, unknown>>()
  const of = (keys: readonly string[]) => {
    const name = keys[1] as string
    let counts = providers.get(name)
    if (counts === undefined && providers.size < maxProviders && providerName.test(name)) {
      providers.set(name, (counts = new Map()))
    }
    return counts
  }
  let start = -1
  walkJson(text, {
    text(keys, depth, from, to) {
      if (depth <= 3) takeTier(text, keys.slice(2, depth + 1).join('.'), from, to, into)
    },
    number(keys, depth, from, to) {
      if (depth === 2 && isCountName(keys[2] as string)) of(keys)?.set(keys[2] as string, Number(text.slice(from, to)))
    },
    open(keys, depth, from) {
      if (depth === 2 && isCountName(keys[2] as string)) start = from
    },
    close(keys, depth, to) {
      if (depth !== 2 || start === -1) return
      const counts = countsOf(text.slice(start, Math.min(to, start + maxBlockLength)))
      if (counts !== undefined) of(keys)?.set(keys[2] as string, counts)
      start = -1
    },
  })
  if (providers.size === 0) return
  const kept = [...providers].map(([name, counts]) => [name, Object.fromEntries(counts)] as const)
  into.usageBlock(JSON.stringify(Object.fromEntries(kept)))
}
