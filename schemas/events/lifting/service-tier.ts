import type { Lifting } from './lifting.ts'

/** Where an answer says which tier served it: OpenAI at the top, Anthropic in its usage, the AI SDK in its own spelling. */
const places = new Set(['service_tier', 'serviceTier', 'usage.service_tier'])
const shape = /^[a-z][a-z_]{1,23}$/

/** Looks like a tier: nothing that a person wrote. */
export function isTierShaped(text: string): boolean {
  return shape.test(text)
}

/** Takes the tier, if this is a place of one. */
export function takeTier(text: string, path: string, from: number, to: number, into: Lifting): void {
  if (!places.has(path) || to - from > 24) return
  const tier = text.slice(from, to)
  if (isTierShaped(tier)) into.serviceTier(tier, 'served')
}
