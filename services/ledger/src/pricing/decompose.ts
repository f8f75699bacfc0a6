import type { Usage } from '@spanledger/schemas/events/usage'
import { audioSeconds, meterCount, requestsMeter } from './meters.ts'

/**
 * Splits inclusive totals into disjoint quantities, one per meter (numbered as in meters.ts): every token is in exactly
 * one. The token quantities sum to input_tokens + output_tokens. Audio time is in microseconds.
 *
 * Usage that contradicts itself is refused before it gets here (`checkUsage`); if it does get here, RangeError.
 */
export function decompose(usage: Usage, into: Float64Array = new Float64Array(meterCount)): Float64Array {
  let audioRead = usage.cache_audio_read_tokens ?? 0
  let imageRead = usage.cache_image_read_tokens ?? 0
  const reads = usage.cache_read_tokens ?? audioRead + imageRead
  const oneHour = usage.cache_write_1h_tokens ?? 0
  const writes = usage.cache_write_tokens ?? writesByLife(usage, oneHour)
  const audioAll = usage.input_audio_tokens ?? audioRead
  const imageAll = usage.input_image_tokens ?? imageRead
  const input = usage.input_tokens ?? reads + writes + audioAll - audioRead + imageAll - imageRead

  // Modality and cache overlap; where the overlap is not reported, as much of it as the total forces is cached modality.
  let plain = input - reads - writes - (audioAll - audioRead) - (imageAll - imageRead)
  if (plain < 0) {
    const audio = Math.min(-plain, audioAll - audioRead, reads - audioRead - imageRead)
    audioRead += audio
    plain += audio
    const image = Math.min(-plain, imageAll - imageRead, reads - audioRead - imageRead)
    imageRead += image
    plain += image
  }

  const audioOut = usage.output_audio_tokens ?? 0
  const imageOut = usage.output_image_tokens ?? 0
  const reasoning = usage.output_reasoning_tokens ?? 0
  const citation = usage.output_citation_tokens ?? 0
  const special = audioOut + imageOut + reasoning + citation

  into[0] = audioRead
  into[1] = imageRead
  into[2] = reads - audioRead - imageRead
  into[3] = oneHour
  into[4] = writes - oneHour
  into[5] = audioAll - audioRead
  into[6] = imageAll - imageRead
  into[7] = plain
  into[8] = audioOut
  into[9] = imageOut
  into[10] = reasoning
  into[11] = citation
  into[12] = (usage.output_tokens ?? special) - special
  into[13] = usage.web_searches ?? 0
  into[14] = usage.rerank_searches ?? 0
  into[15] = usage.input_text_messages ?? 0
  into[16] = usage.document_pages ?? 0
  into[audioSeconds] = usage.audio_microseconds ?? 0
  into[requestsMeter] = 0
  for (let meter = 0; meter < meterCount; meter++) if (!((into[meter] as number) >= 0)) throw contradiction(usage)
  return into
}

function writesByLife(usage: Usage, oneHour: number): number {
  const others = (usage.cache_write_30m_tokens ?? 0) + (usage.cache_write_12h_tokens ?? 0)
  return (usage.cache_write_5m_tokens ?? 0) + oneHour + others
}

function contradiction(usage: Usage): RangeError {
  return new RangeError(`usage contradicts itself, check it before pricing: ${JSON.stringify(usage)}`)
}
