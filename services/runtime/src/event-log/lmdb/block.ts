import { SpanledgerError } from '../../errors.ts'
import type { LogEntry, LogRecord, TopicPartition } from '../port.ts'

/**
 * A block is what is stored under one key: consecutive records of one partition, appended in one transaction.
 *
 *     block  = count u32 · reserved u32 · appendedAtMs f64 · record*
 *     record = valueBytes u32 · keyBytes u16 · headerBytes u16 · key · headers · value
 *     header = nameBytes u16 · name · textBytes u16 · text
 *
 * Numbers are little-endian, texts UTF-8. A record's offset is the block's first offset plus its index.
 */
export const blockHeaderBytes = 16
const recordHeaderBytes = 8
/** A block is closed at this size: large enough to be cheap, small enough to be read whole. */
export const blockBytes = 256 * 1024

const longestText = 0xffff

/** Records of one partition, encoded, waiting for an offset. The block's header is left blank. */
export interface Chunk {
  readonly count: number
  readonly bytes: Buffer
}

/** Encodes records of one partition into chunks no larger than a block, unless one record is. */
export function encodeChunks(records: readonly LogRecord[]): Chunk[] {
  const sizes = records.map(recordBytes)
  const chunks: Chunk[] = []
  for (let from = 0; from < records.length; ) {
    let size = blockHeaderBytes
    let to = from
    while (to < records.length && (to === from || size + sizes[to]! <= blockBytes)) size += sizes[to++]!
    const bytes = Buffer.allocUnsafe(size)
    let position = blockHeaderBytes
    for (let index = from; index < to; index++) position = writeRecord(bytes, position, records[index]!)
    // Sizes are upper bounds: a key of other characters than ASCII may have taken less.
    chunks.push({ count: to - from, bytes: bytes.subarray(0, position) })
    from = to
  }
  return chunks
}

/** Makes one block of chunks, first ones first; a single chunk becomes the block itself, without a copy. */
export function joinChunks(chunks: readonly Chunk[], appendedAtMs: number): Buffer {
  const [first] = chunks
  const block =
    chunks.length === 1
      ? first!.bytes
      : Buffer.concat([first!.bytes, ...chunks.slice(1).map(({ bytes }) => bytes.subarray(blockHeaderBytes))])
  block.writeUInt32LE(
    chunks.reduce((sum, { count }) => sum + count, 0),
    0,
  )
  block.writeUInt32LE(0, 4)
  block.writeDoubleLE(appendedAtMs, 8)
  return block
}

/** The entries of a block from an offset on. Their values are views of `block`, which must not be reused. */
export function decodeBlock(
  block: Buffer,
  { topic, partition }: TopicPartition,
  firstOffset: number,
  fromOffset: number,
  into: LogEntry[],
): void {
  const count = block.readUInt32LE(0)
  const appendedAtMs = block.readDoubleLE(8)
  let position = blockHeaderBytes
  let headers: Readonly<Record<string, string>> = {}
  let headersAt = -1
  let headersSize = -1
  for (let index = 0; index < count; index++) {
    const valueSize = block.readUInt32LE(position)
    const keySize = block.readUInt16LE(position + 4)
    const headerSize = block.readUInt16LE(position + 6)
    const keyAt = position + recordHeaderBytes
    const valueAt = keyAt + keySize + headerSize
    position = valueAt + valueSize
    const offset = firstOffset + index
    if (offset < fromOffset) continue
    // Neighbours mostly carry the same headers.
    if (!(headerSize === headersSize && same(block, headersAt, keyAt + keySize, headerSize))) {
      headersAt = keyAt + keySize
      headersSize = headerSize
      headers = decodeHeaders(block, headersAt, headerSize)
    }
    into.push({
      topic,
      partition,
      offset,
      appendedAtMs,
      key: block.toString('utf8', keyAt, keyAt + keySize),
      value: block.subarray(valueAt, position),
      headers,
    })
  }
}

/** Bytes that a record takes, at most. */
function recordBytes({ key, value, headers }: LogRecord): number {
  let headerBytes = 0
  for (const name in headers) headerBytes += 4 + (name.length + headers[name]!.length) * 3
  const keyBytes = key.length * 3
  if (keyBytes > longestText || headerBytes > longestText) {
    throw new SpanledgerError(
      'RECORD_TOO_LARGE',
      `a key or the headers of a record take more than ${longestText} bytes`,
      {
        retryable: false,
        hint: 'shorten them: only the value may be large',
      },
    )
  }
  return recordHeaderBytes + keyBytes + headerBytes + value.byteLength
}

function writeRecord(block: Buffer, start: number, { key, value, headers }: LogRecord): number {
  let position = start + recordHeaderBytes
  const keyBytes = block.write(key, position)
  position += keyBytes
  const headersAt = position
  for (const name in headers) {
    position = writeText(block, position, name)
    position = writeText(block, position, headers[name]!)
  }
  block.writeUInt32LE(value.byteLength, start)
  block.writeUInt16LE(keyBytes, start + 4)
  block.writeUInt16LE(position - headersAt, start + 6)
  block.set(value, position)
  return position + value.byteLength
}

function writeText(block: Buffer, position: number, text: string): number {
  const size = block.write(text, position + 2)
  block.writeUInt16LE(size, position)
  return position + 2 + size
}

function decodeHeaders(block: Buffer, start: number, size: number): Record<string, string> {
  const headers: [name: string, value: string][] = []
  let position = start
  const text = () => {
    const from = position + 2
    position = from + block.readUInt16LE(position)
    return block.toString('utf8', from, position)
  }
  while (position < start + size) headers.push([text(), text()])
  // not by assignment: a header may be called __proto__
  return Object.fromEntries(headers)
}

function same(block: Buffer, a: number, b: number, size: number): boolean {
  return block.compare(block, b, b + size, a, a + size) === 0
}
