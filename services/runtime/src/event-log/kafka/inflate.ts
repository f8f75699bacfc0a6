import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { unzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import { inflateLz4 } from './lz4-frame.ts'

const require = createRequire(import.meta.url)
const snappy = require('snappyjs') as { uncompress(bytes: Buffer, maxLength: number): Buffer }
const unzipSoon = promisify(unzip)

/** How producers compress their batches, as Kafka names it. */
export type Compression = 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** By compression: bytes inflated to at most `maxBytes`, or an error that says why not. */
export const inflateBy: Readonly<Record<Compression, (bytes: Buffer, maxBytes: number) => Buffer | Promise<Buffer>>> = {
  gzip: (bytes, maxBytes) => unzipSoon(bytes, { maxOutputLength: maxBytes }),
  snappy: inflateSnappy,
  lz4: inflateLz4,
  zstd: inflateZstd,
}

/** What Java's stream begins with; after it 8 bytes of versions, then blocks with their lengths. */
const javaMagic = Buffer.from('\u0082SNAPPY\0', 'latin1')
const javaHeadBytes = 16

function inflateSnappy(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, javaMagic.length).equals(javaMagic)) return snappy.uncompress(bytes, maxBytes)
  const blocks: Buffer[] = []
  let left = maxBytes
  for (let at = javaHeadBytes; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    const block = snappy.uncompress(bytes.subarray(at + 4, end), left)
    left -= block.length
    blocks.push(block)
    at = end
  }
  return Buffer.concat(blocks)
}

function inflateZstd(bytes: Buffer, maxBytes: number): Buffer {
  const parts: Uint8Array[] = []
  let size = 0
  const stream = new Decompress((part) => {
    size += part.length
    if (size > maxBytes) throw new RangeError(`it inflates to more than ${maxBytes} bytes`)
    parts.push(part)
  })
  stream.push(bytes, true)
  return Buffer.concat(parts)
}
