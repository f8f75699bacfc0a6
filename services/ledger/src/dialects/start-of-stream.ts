import { resolveProvider } from '../pricing/provider.ts'
import type { RawUsage } from './dialect.ts'

/**
 * Anthropic opens a stream with the counts of the input and an output of 1, and tells the output with the reason to
 * stop. A span that has the 1 and no reason is of a stream that its client left: how much came is not known.
 */
export function withoutStartOfStream(usage: RawUsage, provider: string, finished: boolean): RawUsage {
  if (finished || usage.output_tokens !== 1 || resolveProvider(provider) !== 'anthropic') return usage
  const { output_tokens: _provisional, ...told } = usage
  return told
}
