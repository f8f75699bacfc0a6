import type { Loss } from './scenario.ts'

/** What several packages have in common. Every loss was seen in what the package sends. */

const reasoning = ['output_reasoning_tokens'] as const
const audio = ['input_audio_tokens', 'output_audio_tokens'] as const

/** The AI SDK repeats a refused call with a span of its own; others repeat it inside the one span. */
export const retriesAreSpans: Loss = {
  on: { status: 429 },
  why: 'the try that was refused has a span of its own',
  extra: 1,
  warning: null,
}

/** Two spans in two traces that have nothing in common but that they failed: neither costs anything. */
export const refusedTwice: Loss = {
  on: { status: 400 },
  why: 'both spans of a failed call are without id and without counts',
  extra: 1,
  warning: null,
}

export const noSpanOfFailures: Loss = {
  on: { status: 400 },
  why: 'no span of a call that fails',
  loses: 'span',
  warning: null,
}

export const noSpanOfStreamsLeft: Loss = {
  on: { case: ['endless'] },
  why: 'no span of a stream that its client left',
  loses: 'span',
  warning: null,
}

export const noWrites: Loss = {
  on: { api: ['chat', 'responses'], case: ['written'], told: 'whole' },
  why: 'cache writes are not reported',
  loses: ['cache_write_tokens'],
  warning: 'PRODUCER_LOSSY',
}

export const noAudio: Loss = {
  on: { case: ['audio'] },
  why: 'audio tokens are not told from others',
  loses: audio,
  warning: 'PRODUCER_LOSSY',
}

export const noThinking: Loss = {
  on: { api: ['messages'], case: ['thinking'] },
  why: 'thinking is not told from other output',
  loses: reasoning,
  warning: 'PRODUCER_LOSSY',
}

export const noReasoning: Loss = {
  on: { case: ['cached', 'thinking'] },
  why: 'reasoning is not told from other output',
  loses: reasoning,
  warning: 'PRODUCER_LOSSY',
}

export const noLifetimes: Loss = {
  on: { api: ['messages'], case: ['written-1h', 'written-both'], told: 'whole' },
  why: 'how long a cache write lives is not reported',
  loses: 'lifetimes',
  warning: 'TTL_ASSUMED',
}

/** Totals and nothing of what they are made of. */
export const totalsOnly: readonly Loss[] = [
  {
    on: { case: ['cached', 'written'], told: 'whole' },
    why: 'cached, written and reasoning tokens are not reported',
    loses: ['cache_read_tokens', 'cache_write_tokens', ...reasoning],
    warning: 'PRODUCER_LOSSY',
  },
  noAudio,
]
