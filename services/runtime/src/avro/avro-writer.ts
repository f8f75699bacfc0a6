/** More than any text's length and count take. */
const margin = 16
const asciiLoopLength = 64

/**
 * Writes Avro into one buffer that is used again and again: `take` copies out what was written since `begin`. Throws a
 * RangeError past the buffer's end.
 */
export class AvroWriter {
  readonly bytes: Buffer
  position = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  begin(): void {
    this.position = 0
  }

  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.position))
  }

  /** A union's branch, an enum's symbol, an empty array: 0 to 63. */
  small(value: number): void {
    this.bytes[this.position++] = value << 1
  }

  /** A safe integer that is not negative. */
  long(value: number): void {
    this.need(margin)
    const { bytes } = this
    let rest = value * 2
    while (rest >= 0x80) {
      // Beyond 32 bits only arithmetic is exact.
      const low = rest > 0x7fff_ffff ? rest % 0x80 : rest & 0x7f
      bytes[this.position++] = low | 0x80
      rest = rest > 0x7fff_ffff ? Math.floor(rest / 0x80) : rest >>> 7
    }
    bytes[this.position++] = rest
  }

  double(value: number): void {
    this.need(margin)
    this.position = this.bytes.writeDoubleLE(value, this.position)
  }

  text(value: string): void {
    const { length } = value
    this.need(length * 3 + margin)
    if (length < asciiLoopLength && this.shortAscii(value, length)) return
    const size = Buffer.byteLength(value)
    this.long(size)
    this.position += this.bytes.write(value, this.position, 'utf8')
  }

  /** Most texts are short and plain: for them a loop is cheaper than the way out to native code. */
  private shortAscii(value: string, length: number): boolean {
    const { bytes, position } = this
    const start = position + 1
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at)
      if (code > 0x7f) return false
      bytes[start + at] = code
    }
    bytes[position] = length << 1
    this.position = start + length
    return true
  }

  private need(count: number): void {
    if (this.position + count > this.bytes.length) throw new RangeError('the record is too large for its buffer')
  }
}
