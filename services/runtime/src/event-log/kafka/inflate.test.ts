import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Compression, inflateBy } from './inflate.ts'
import { inflateLz4 } from './lz4-frame.ts'

const text = Buffer.from('a usage event, and another usage event, and a usage event. '.repeat(50))
const require = createRequire(import.meta.url)
const snappy = require('snappyjs') as { compress(bytes: Buffer): Buffer }

function javaSnappy(...blocks: Buffer[]): Buffer {
  const head = Buffer.from('\u0082SNAPPY\0\0\0\0\u0001\0\0\0\u0001', 'latin1')
  const framed = blocks.flatMap((block) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(block.length)
    return [length, block]
  })
  return Buffer.concat([head, ...framed])
}

/** One block of literals "ab", then a match that repeats them 99 times over, as a frame. */
function lz4Run(): Buffer {
  const block = Buffer.from([0x2f, 0x61, 0x62, 2, 0, 198 - 15 - 4])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(block.length)
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]), size, block, Buffer.alloc(4)])
}

describe('what other producers compress', () => {
  it('is inflated, within a limit', async () => {
    const compressed: [Compression, Buffer][] = [
      ['gzip', gzipSync(text)],
      ['snappy', snappy.compress(text)],
      ['snappy', javaSnappy(snappy.compress(text.subarray(0, 100)), snappy.compress(text.subarray(100)))],
    ]
    for (const [compression, bytes] of compressed) {
      expect(String(await inflateBy[compression](bytes, text.length))).toBe(String(text))
      await expect((async () => inflateBy[compression](bytes, text.length - 1))()).rejects.toThrow(
        /larger than|too big|Cannot create/,
      )
    }
    expect(String(inflateLz4(lz4Run(), 200))).toBe('ab'.repeat(100))
    expect(() => inflateLz4(lz4Run(), 199)).toThrow('more than 199 bytes')
  })

  it('is refused when it is damaged, and never read beyond its end', async () => {
    const whole: Record<Compression, Buffer> = {
      gzip: gzipSync(text),
      snappy: javaSnappy(snappy.compress(text)),
      lz4: lz4Run(),
      zstd: Buffer.from('28b52ffd2400010000', 'hex'),
    }
    const compression = fc.constantFrom<Compression[]>('gzip', 'snappy', 'lz4', 'zstd')
    await fc.assert(
      fc.asyncProperty(compression, fc.nat(), fc.nat(255), fc.nat(), async (how, at, byte, cut) => {
        const bytes = Buffer.from(whole[how])
        bytes[at % bytes.length] = byte
        const damaged = bytes.subarray(0, 1 + (cut % bytes.length))
        const size = await (async () => inflateBy[how](damaged, 10_000))().then(
          ({ length }) => length,
          (error: unknown) => error,
        )
        if (typeof size === 'number') expect(size).toBeLessThanOrEqual(10_000)
        else expect(size).toBeInstanceOf(Error)
      }),
    )
  })
})
