import type { Key } from '../identity/keys.ts'

const recordBytes = 20

/**
 * Reads RowBinary records of (hour UInt32, key UUID) out of chunks that end anywhere, without an object per record.
 * ClickHouse keeps a UUID as two little-endian halves of 8 bytes.
 */
export function createKeyReader(onKey: (hour: number, key: Key) => void): (chunk: Uint8Array) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    const bytes =
      rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk])
    let at = 0
    for (; at + recordBytes <= bytes.length; at += recordBytes) {
      const hour = bytes.readUInt32LE(at)
      const key = bytes.subarray(at + 4, at + recordBytes)
      key.subarray(0, 8).reverse()
      key.subarray(8, 16).reverse()
      onKey(hour, key.toString('latin1'))
    }
    rest = Buffer.from(bytes.subarray(at))
  }
}
