/**
 * The meters, in the order of the decomposition (the pricing specification, 4.1). A meter's number is its place here.
 * `chain`: the meters whose price is used, the first one that the row has (4.3); `uncached`: the same for the question
 * what a cached token would have cost as plain input.
 */
interface Meter {
  readonly name: string
  readonly part: Part
  readonly chain: readonly string[]
  readonly uncached?: readonly string[]
}

/** Which of the five parts of a charge a meter's amount belongs to. */
export type Part = 0 | 1 | 2 | 3 | 4
export const inputPart = 0
export const cacheReadPart = 1
export const cacheWritePart = 2
export const outputPart = 3
export const otherPart = 4

const meters: readonly Meter[] = [
  read('cache_audio_read_tokens', ['cache_read_tokens', 'input_audio_tokens', 'input_tokens'], 'input_audio_tokens'),
  read('cache_image_read_tokens', ['cache_read_tokens', 'input_image_tokens', 'input_tokens'], 'input_image_tokens'),
  read('cache_read_tokens', ['input_tokens']),
  write('cache_write_1h_tokens', ['cache_write_tokens', 'input_tokens']),
  write('cache_write_tokens', ['input_tokens']),
  { name: 'input_audio_tokens', part: inputPart, chain: ['input_tokens'] },
  { name: 'input_image_tokens', part: inputPart, chain: ['input_tokens'] },
  { name: 'input_tokens', part: inputPart, chain: [] },
  { name: 'output_audio_tokens', part: outputPart, chain: ['output_tokens'] },
  { name: 'output_image_tokens', part: outputPart, chain: ['output_tokens'] },
  { name: 'output_reasoning_tokens', part: outputPart, chain: ['output_tokens'] },
  { name: 'output_citation_tokens', part: outputPart, chain: ['output_tokens'] },
  { name: 'output_tokens', part: outputPart, chain: [] },
  ...['web_searches', 'rerank_searches', 'input_text_messages', 'document_pages', 'audio_seconds', 'requests'].map(
    (name) => ({ name, part: otherPart, chain: [] }) as const,
  ),
]

function read(name: string, chain: readonly string[], modality?: string): Meter {
  return { name, part: cacheReadPart, chain, uncached: modality ? [modality, 'input_tokens'] : ['input_tokens'] }
}

function write(name: string, chain: readonly string[]): Meter {
  return { name, part: cacheWritePart, chain, uncached: ['input_tokens'] }
}

export const meterNames: readonly string[] = meters.map((meter) => meter.name)
export const meterCount = meters.length
export const partOf: readonly Part[] = meters.map((meter) => meter.part)
/** Meters below these numbers are: of the cache, of the input, of tokens. */
export const cacheMeters = 5
export const inputMeters = 8
export const tokenMeters = 13
export const audioSeconds = meterNames.indexOf('audio_seconds')
export const requestsMeter = meterNames.indexOf('requests')

/** For each meter the number of the meter that bills it in a row that prices `priced`; -1: nothing does. */
export function billedAs(priced: ReadonlySet<string>): Int8Array {
  return Int8Array.from(meters, (meter) => firstPriced([meter.name, ...meter.chain], priced))
}

/** The same had nothing been cached. */
export function billedUncached(priced: ReadonlySet<string>): Int8Array {
  return Int8Array.from(meters, (meter) => firstPriced(meter.uncached ?? [meter.name, ...meter.chain], priced))
}

function firstPriced(names: readonly string[], priced: ReadonlySet<string>): number {
  const name = names.find((candidate) => priced.has(candidate))
  return name === undefined ? -1 : meterNames.indexOf(name)
}
