const magic = 0x184d2204
const endMark = 0
const uncompressedFlag = 0x8000_0000

/**
 * Inflates an LZ4 frame, as Kafka's clients write it (independent blocks) or others (linked blocks). Checksums are not
 * looked at: Kafka has one of its own over the batch.
 *
 * @throws RangeError when it is not such a frame, or inflates to more than `maxBytes`
 */
export function inflateLz4(frame: Buffer, maxBytes: number): Buffer {
  if (frame.readUInt32LE(0) !== magic) throw new RangeError('it is not an LZ4 frame')
  const flags = frame.readUInt8(4)
  const hasBlockChecksum = (flags & 0x10) !== 0
  const hasSize = (flags & 0x08) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  if (hasDictionary) throw new RangeError('it needs a dictionary')
  const out = new Output(maxBytes)
  let at = 7 + (hasSize ? 8 : 0)
  for (let size = frame.readUInt32LE(at); size !== endMark; size = frame.readUInt32LE(at)) {
    at += 4
    const isPlain = size >= uncompressedFlag
    const end = at + (isPlain ? size - uncompressedFlag : size)
    if (end > frame.length) throw new RangeError('a block is longer than the frame')
    if (isPlain) out.add(frame, at, end)
    else inflateBlock(frame, at, end, out)
    at = end + (hasBlockChecksum ? 4 : 0)
  }
  return out.bytes()
}

function inflateBlock(from: Buffer, start: number, end: number, out: Output): void {
  let at = start
  const lengthOf = (nibble: number) => {
    let length = nibble
    if (nibble === 15) {
      let more: number
      do {
        if (at >= end) throw new RangeError('a block ends within a length')
        more = from[at++]!
        length += more
      } while (more === 255)
    }
    return length
  }
  while (at < end) {
    const token = from[at++]!
    const literals = lengthOf(token >>> 4)
    if (at + literals > end) throw new RangeError('a block ends within its literals')
    out.add(from, at, at + literals)
    at += literals
    // the last sequence has no match
    if (at === end) return
    if (at + 2 > end) throw new RangeError('a block ends within an offset')
    const distance = from.readUInt16LE(at)
    at += 2
    out.repeat(distance, lengthOf(token & 15) + 4)
  }
}

/** Grows to what is needed, never beyond the limit. */
class Output {
  readonly #maxBytes: number
  #buffer = Buffer.allocUnsafe(64 * 1024)
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(from: Buffer, start: number, end: number): void {
    this.#grow(end - start)
    from.copy(this.#buffer, this.#length, start, end)
    this.#length += end - start
  }

  /** Bytes that stand `distance` before, which may be those that are being written. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.#length) throw new RangeError('a match begins before the output')
    this.#grow(count)
    const buffer = this.#buffer
    const end = this.#length + count
    if (distance >= count) buffer.copyWithin(this.#length, this.#length - distance, this.#length - distance + count)
    else for (let to = this.#length; to < end; to++) buffer[to] = buffer[to - distance]!
    this.#length = end
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #grow(count: number): void {
    const needed = this.#length + count
    if (needed > this.#maxBytes) throw new RangeError(`it inflates to more than ${this.#maxBytes} bytes`)
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.#buffer.length * 2)))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}
