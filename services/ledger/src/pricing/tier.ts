export const standardTier = 'standard'

const standardNames: ReadonlySet<string> = new Set(['', 'default', 'standard', 'auto', 'on_demand', 'none'])

/** The name by which rows know a service tier. */
export function normaliseTier(provider: string, raw: string): string {
  const tier = raw.trim().toLowerCase()
  if (standardNames.has(tier)) return standardTier
  // OpenAI calls one tier both
  return tier === 'fast' && (provider === 'openai' || provider === 'azure') ? 'priority' : tier
}
