import type { Usage } from '@spanledger/schemas/events/usage'

/** Anthropic's models write caches that live 5 minutes or 1 hour, whoever serves them; the price differs by 1.6. */
export function writesByLifetime(provider: string, model: string | undefined): boolean {
  return provider === 'anthropic' || (model !== undefined && /claude/i.test(model))
}

/**
 * Gives cache writes of unknown lifetime the cheaper, default one (5 minutes) and says so. Only the hour's share known:
 * the rest is the other. Requires a usage whose split is not above its total.
 */
export function assumeLifetimes(usage: Usage): { usage: Usage; assumed: boolean } {
  const { cache_write_tokens: writes, cache_write_5m_tokens: minutes, cache_write_1h_tokens: hour } = usage
  if (!writes) return { usage, assumed: false }
  // Lifetimes of OpenAI's, which a producer may report of any model.
  const rest = writes - (hour ?? 0) - (usage.cache_write_30m_tokens ?? 0) - (usage.cache_write_12h_tokens ?? 0)
  if (minutes === undefined) {
    return { usage: { ...usage, cache_write_5m_tokens: rest }, assumed: hour === undefined && rest > 0 }
  }
  // A remainder stays without a lifetime: it is priced as a plain write.
  return { usage, assumed: minutes < rest }
}
