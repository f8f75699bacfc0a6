/**
 * A cursor over protobuf bytes from a stranger. Nothing here throws: the first thing that does not fit sets `broken`,
 * after which every read gives zeros and `more()` is false, so loops end by themselves.
 */
export class WireReader {
  readonly bytes: Buffer
  readonly view: DataView
  position: number
  end: number
  broken = false
  /** Of the tag read last. */
  field = 0
  wire = 0
  /** The two halves of the 64-bit value read last, unsigned. */
  low = 0
  high = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = 0
    this.end = bytes.byteLength
  }

  more(): boolean {
    return this.position < this.end
  }

  fail(): void {
    this.broken = true
    this.position = this.end
  }

  /** Reads `field` and `wire`; false at the end of the message or when it is broken. */
  tag(): boolean {
    if (this.position >= this.end) return false
    const tag = this.varint32()
    this.field = tag >>> 3
    this.wire = tag & 7
    if (this.field === 0) this.fail()
    return !this.broken
  }

  /** An unsigned varint of at most 32 bits (tags, lengths, enums); more bits break the message. */
  varint32(): number {
    const { bytes, end } = this
    let position = this.position
    let value = 0
    for (let shift = 0; shift < 35 && position < end; shift += 7) {
      const byte = bytes[position++] as number
      value += shift < 28 ? (byte & 0x7f) << shift : (byte & 0x7f) * 268_435_456
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break
        this.position = position
        return value
      }
    }
    this.fail()
    return 0
  }

  /** A varint of up to 64 bits into `low` and `high`. */
  varint64(): void {
    const { bytes, end } = this
    let position = this.position
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70 && position < end; shift += 7) {
      const byte = bytes[position++] as number
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high |= bits >>> 4
      } else if (shift < 63) high |= bits << (shift - 32)
      else if (bits <= 1) high |= bits << 31
      else break
      if (byte < 0x80) {
        this.position = position
        this.low = low >>> 0
        this.high = high >>> 0
        return
      }
    }
    this.low = 0
    this.high = 0
    this.fail()
  }

  fixed64(): void {
    this.low = 0
    this.high = 0
    if (this.end - this.position < 8) return this.fail()
    this.low = this.view.getUint32(this.position, true)
    this.high = this.view.getUint32(this.position + 4, true)
    this.position += 8
  }

  double(): number {
    if (this.end - this.position < 8) {
      this.fail()
      return 0
    }
    const value = this.view.getFloat64(this.position, true)
    this.position += 8
    return value
  }

  /** The signed 64-bit value read last: a number where that is exact. */
  signed(): number | bigint {
    const high = this.high | 0
    if (high >= -0x20_0000 && high < 0x20_0000) {
      const value = high * 4_294_967_296 + this.low
      if (Number.isSafeInteger(value)) return value
    }
    return (BigInt(high) << 32n) | BigInt(this.low)
  }

  /** The 64-bit value read last, without a sign. */
  unsigned(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low)
  }

  /** The end of the length-delimited field that starts here (its length is read); breaks when it runs over. */
  block(): number {
    const length = this.varint32()
    if (length > this.end - this.position) {
      this.fail()
      return this.end
    }
    return this.position + length
  }

  /** Passes over the value of the tag read last. Groups are not part of OTLP and break the message. */
  skip(): void {
    if (this.wire === 0) this.varint64()
    else if (this.wire === 1) this.advance(8)
    else if (this.wire === 2) this.position = this.block()
    else if (this.wire === 5) this.advance(4)
    else this.fail()
  }

  /** The text from here to `end`; invalid UTF-8 becomes U+FFFD. */
  text(end: number): string {
    const text = readText(this.bytes, this.position, end)
    this.position = end
    return text
  }

  /** The bytes from here to `end` as lower-case hex, an id of `length` bytes; '' for a wrong length or all zeros. */
  hexId(end: number, length: number): string {
    if (end - this.position !== length) return ''
    let any = 0
    for (let at = this.position; at < end; at++) any |= this.bytes[at] as number
    return any === 0 ? '' : this.bytes.toString('hex', this.position, end)
  }

  /** Narrows the reader to `end` for `read` and leaves it there; a broken part breaks the whole. */
  within(end: number, read: () => void): void {
    const outer = this.end
    this.end = end
    read()
    this.end = outer
    this.position = this.broken ? outer : end
  }

  private advance(count: number): void {
    if (this.end - this.position < count) this.fail()
    else this.position += count
  }
}

/** Short ASCII is built here, without a call into native code; the rest is the platform's. */
function readText(bytes: Buffer, start: number, end: number): string {
  if (end - start > 24) return bytes.toString('utf8', start, end)
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte >= 0x80) return bytes.toString('utf8', start, end)
    text += String.fromCharCode(byte)
  }
  return text
}
