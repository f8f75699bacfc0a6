/** More than any text's length and count take. */
const margin = 16
const asciiLoopLength = 64

const chunkBytes = 1024 * 1024

/**
 * Writes Avro, value after value, into chunks that the values share: nothing is copied, and a chunk lives as long as a
 * value of it does. Throws a RangeError for a value that is longer than `longest`.
 */
export class AvroWriter {
  bytes: Buffer = Buffer.alloc(0)
  position = 0
  private readonly longest: number
  private start = 0

  constructor(longest: number) {
    this.longest = longest
  }

  begin(): void {
    if (this.bytes.length - this.position < this.longest) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(chunkBytes, this.longest))
      this.position = 0
    }
    this.start = this.position
  }

  /** What was written since `begin`. */
  take(): Buffer {
    return this.bytes.subarray(this.start, this.position)
  }

  byte(value: number): void {
    this.bytes[this.position++] = value
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
