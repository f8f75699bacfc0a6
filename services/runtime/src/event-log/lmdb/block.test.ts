import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogEntry, LogRecord } from '../port.ts'
import { blockBytes, decodeBlock, encodeChunks, joinChunks } from './block.ts'

const partition = { topic: 't', partition: 3 }

/** Any text without half surrogate pairs, which UTF-8 cannot hold. */
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const records = fc.array(
  fc.record({
    topic: fc.constant('t'),
    key: text,
    value: fc.uint8Array({ maxLength: 300 }),
    headers: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  }),
  { minLength: 1, maxLength: 30 },
)

function decode(block: Buffer, from = 100): LogEntry[] {
  const entries: LogEntry[] = []
  decodeBlock(block, partition, 100, from, entries)
  return entries
}
const plain = (entry: LogRecord | LogEntry) => ({
  key: entry.key,
  value: Buffer.from(entry.value).toString('hex'),
  headers: { ...entry.headers },
})

describe('a block', () => {
  it('gives back what was put in, with offsets in a row', () => {
    fc.assert(
      fc.property(records, (given) => {
        const entries = decode(joinChunks(encodeChunks(given), 1_234.5))
        expect(entries.map(plain)).toEqual(given.map(plain))
        expect(entries.map(({ offset }) => offset)).toEqual(given.map((_, index) => 100 + index))
        expect(entries.every(({ appendedAtMs }) => appendedAtMs === 1_234.5)).toBe(true)
      }),
    )
  })

  it('joins the chunks of several appends in order', () => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 4 }), (calls) => {
        const block = joinChunks(calls.flatMap(encodeChunks), 0)
        expect(decode(block).map(plain)).toEqual(calls.flat().map(plain))
      }),
    )
  })

  it('can be read from the middle', () => {
    const given = ['a', 'b', 'c'].map((key) => ({ topic: 't', key, value: Buffer.from(key) }))
    expect(decode(joinChunks(encodeChunks(given), 0), 102).map(({ key }) => key)).toEqual(['c'])
  })

  it('is kept small; only a record that is larger gets a larger one', () => {
    const sizes = [100_000, 100_000, 100_000, 1_000_000, 10]
    const chunks = encodeChunks(sizes.map((size) => ({ topic: 't', key: 'k', value: Buffer.alloc(size) })))
    expect(chunks.map(({ count }) => count)).toEqual([2, 1, 1, 1])
    expect(chunks.filter(({ bytes }) => bytes.length > blockBytes)).toHaveLength(1)
  })

  it('refuses a key or headers that are longer than a length field can say', () => {
    const long = 'x'.repeat(30_000)
    const expected = expect.objectContaining({ code: 'RECORD_TOO_LARGE', retryable: false })
    expect(() => encodeChunks([{ topic: 't', key: long, value: Buffer.alloc(0) }])).toThrow(expected)
    expect(() => encodeChunks([{ topic: 't', key: 'k', value: Buffer.alloc(0), headers: { long } }])).toThrow(expected)
  })
})
