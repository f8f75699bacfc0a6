/** Shorter than this behind its prefix, an id may be a small random number (Ollama's have three digits) and comes again. */
const unlikelyToRepeat = 16

/**
 * Can this id stand for one response for 35 days? Not one that an instrumentation made up, and not a self-hosted
 * server's. A host that is nobody's published API may be either a proxy or such a server: there the length decides.
 */
export function trustsResponseId(provider: string, responseId: string | undefined, invented = false): boolean {
  if (responseId === undefined || invented || provider === 'self-hosted') return false
  if (!provider.startsWith('openai-compatible')) return true
  return responseId.replace(/^[a-z]{2,12}[-_]/, '').length >= unlikelyToRepeat
}
