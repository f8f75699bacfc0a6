/** A model that answers requests. */
export interface ServedModel {
  readonly provider: 'openai' | 'anthropic' | 'google' | 'mistral'
  readonly model: string
  /** Rough generation speed, only to give each request a plausible latency. */
  readonly millisecondsPerOutputToken: number
}

/** A model that trace rows are assigned to; `weight` is its share in per mille. */
export interface MixedModel extends ServedModel {
  readonly weight: number
}

/** Sums to 1000. Every model but the last has a catalogue price; the last is there to be `unpriced`. */
export const modelMix: readonly MixedModel[] = [
  { provider: 'openai', model: 'gpt-5-mini', weight: 210, millisecondsPerOutputToken: 6 },
  { provider: 'openai', model: 'gpt-5.4', weight: 150, millisecondsPerOutputToken: 14 },
  { provider: 'openai', model: 'gpt-4o', weight: 100, millisecondsPerOutputToken: 10 },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', weight: 190, millisecondsPerOutputToken: 15 },
  { provider: 'anthropic', model: 'claude-haiku-4-5', weight: 110, millisecondsPerOutputToken: 7 },
  { provider: 'anthropic', model: 'claude-opus-4-5-20251101', weight: 25, millisecondsPerOutputToken: 20 },
  { provider: 'google', model: 'gemini-2.5-flash', weight: 130, millisecondsPerOutputToken: 5 },
  { provider: 'google', model: 'gemini-2.5-pro', weight: 40, millisecondsPerOutputToken: 12 },
  { provider: 'mistral', model: 'mistral-large-2512', weight: 30, millisecondsPerOutputToken: 11 },
  { provider: 'openai', model: 'gpt-5.4-acme-preview', weight: 15, millisecondsPerOutputToken: 14 },
]

/** Share of requests (or conversations) that carry no team and no feature. */
export const untaggedShare = 0.04
