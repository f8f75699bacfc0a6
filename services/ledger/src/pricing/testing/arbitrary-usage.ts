import fc from 'fast-check'
import type { Usage } from '@spanledger/schemas/events/usage'

/** Consistent usage: made from disjoint parts, so that its totals cannot contradict them. Some fields stay unreported. */
export function arbitraryUsage(max = 2_000_000): fc.Arbitrary<Usage> {
  const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max }))
  const optional = fc.option(count, { nil: undefined })
  return fc
    .record({
      plain: count,
      read: optional,
      write: optional,
      fiveMinutes: optional,
      oneHour: optional,
      audio: optional,
      image: optional,
      audioRead: optional,
      imageRead: optional,
      text: count,
      reasoning: optional,
      audioOut: optional,
      imageOut: optional,
      citation: optional,
      searches: optional,
      pages: optional,
      micros: optional,
    })
    .map((parts) => {
      const of = (...values: readonly (number | undefined)[]) =>
        values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      const reads = of(parts.read, parts.audioRead, parts.imageRead)
      const writes = of(parts.write, parts.fiveMinutes, parts.oneHour)
      const usage: Record<string, number | undefined> = {
        input_tokens: of(parts.plain, reads, writes, parts.audio, parts.image),
        cache_read_tokens: reads || parts.read,
        cache_write_tokens: writes || parts.write,
        cache_write_5m_tokens: parts.fiveMinutes,
        cache_write_1h_tokens: parts.oneHour,
        input_audio_tokens: of(parts.audio, parts.audioRead) || parts.audio,
        input_image_tokens: of(parts.image, parts.imageRead) || parts.image,
        cache_audio_read_tokens: parts.audioRead,
        cache_image_read_tokens: parts.imageRead,
        output_tokens: of(parts.text, parts.reasoning, parts.audioOut, parts.imageOut, parts.citation),
        output_reasoning_tokens: parts.reasoning,
        output_audio_tokens: parts.audioOut,
        output_image_tokens: parts.imageOut,
        output_citation_tokens: parts.citation,
        web_searches: parts.searches,
        document_pages: parts.pages,
        audio_microseconds: parts.micros,
      }
      return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined)) as Usage
    })
}
