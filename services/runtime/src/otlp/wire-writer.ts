/**
 * Writes protobuf back to front into a growing buffer: a message's content comes first, so its length is known when its
 * head is written. Use: `mark()`, write the fields in reverse order, `block(field, mark)`.
 */
export class WireWriter {
  private bytes = Buffer.allocUnsafeSlow(64 * 1024)
  private start = this.bytes.length

  reset(): void {
    // one huge request must not hold its memory for ever
    if (this.bytes.length > 8 * 1024 * 1024) this.bytes = Buffer.allocUnsafeSlow(64 * 1024)
    this.start = this.bytes.length
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.bytes.length - this.start)
    this.bytes.copy(copy, 0, this.start)
    return copy
  }

  /** The distance from the end: stays right when the buffer grows. */
  mark(): number {
    return this.bytes.length - this.start
  }

  /** Closes a length-delimited field whose content was written since `mark`. */
  block(field: number, mark: number): void {
    this.varint(this.bytes.length - this.start - mark)
    this.varint((field << 3) | 2)
  }

  /** A copy of what was written since `mark`, to be written again with `raw`. */
  since(mark: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, this.start, this.bytes.length - mark)
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.start -= bytes.length
    this.bytes.set(bytes, this.start)
  }

  textField(field: number, text: string): void {
    const mark = this.mark()
    const { length } = text
    this.reserve(length * 3)
    if (!this.writeAscii(text)) {
      const size = Buffer.byteLength(text)
      this.start -= size
      this.bytes.write(text, this.start, size, 'utf8')
    }
    this.block(field, mark)
  }

  hexField(field: number, hex: string): void {
    const size = hex.length >>> 1
    this.reserve(size)
    this.start -= size
    this.bytes.write(hex, this.start, size, 'hex')
    this.varint(size)
    this.varint((field << 3) | 2)
  }

  /** An unsigned number below 2^32. */
  varintField(field: number, value: number): void {
    this.varint(value)
    this.varint(field << 3)
  }

  /** A signed safe integer as int64. */
  signedField(field: number, value: number): void {
    if (value >= 0 && value < 0x1_0000_0000) this.varintField(field, value)
    else this.bigintField(field, BigInt(value))
  }

  bigintField(field: number, value: bigint): void {
    this.varint64(value)
    this.varint(field << 3)
  }

  /** A varint without a tag, as packed lists hold them. */
  varint64(value: bigint): void {
    const groups: number[] = []
    let rest = BigInt.asUintN(64, value)
    do {
      groups.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
      rest >>= 7n
    } while (rest > 0n)
    this.reserve(groups.length)
    this.start -= groups.length
    for (let at = 0; at < groups.length; at++) this.bytes[this.start + at] = groups[at] as number
  }

  doubleField(field: number, value: number): void {
    this.double(value)
    this.varint((field << 3) | 1)
  }

  /** Without a tag. */
  double(value: number): void {
    this.reserve(8)
    this.start -= 8
    this.bytes.writeDoubleLE(value, this.start)
  }

  /** 64 bits, signed or not. */
  fixed64Field(field: number, value: bigint): void {
    this.fixed64(value)
    this.varint((field << 3) | 1)
  }

  /** Without a tag. */
  fixed64(value: bigint): void {
    this.reserve(8)
    this.start -= 8
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.start)
  }

  /** Milliseconds, whole to the microsecond, as fixed64 nanoseconds. */
  nanoField(field: number, ms: number): void {
    const micros = Math.round(ms * 1000)
    const thousands = Math.floor(micros / 4_294_967_296) * 1000
    const low = (micros % 4_294_967_296) * 1000
    this.reserve(8)
    this.start -= 8
    this.bytes.writeUInt32LE(low % 4_294_967_296, this.start)
    this.bytes.writeUInt32LE((thousands + Math.floor(low / 4_294_967_296)) >>> 0, this.start + 4)
    this.varint((field << 3) | 1)
  }

  private varint(value: number): void {
    this.reserve(5)
    if (value < 0x80) {
      this.bytes[--this.start] = value
      return
    }
    const size = value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5
    this.start -= size
    let rest = value
    for (let at = 0; at < size - 1; at++) {
      this.bytes[this.start + at] = (rest & 0x7f) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.start + size - 1] = rest
  }

  /** Short ASCII without a call into native code; false, and nothing written, when it is neither. */
  private writeAscii(text: string): boolean {
    if (text.length > 48) return false
    const at = this.start - text.length
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit >= 0x80) return false
      this.bytes[at + index] = unit
    }
    this.start = at
    return true
  }

  private reserve(count: number): void {
    if (count <= this.start) return
    const used = this.bytes.length - this.start
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, used + count))
    this.bytes.copy(grown, grown.length - used, this.start)
    this.start = grown.length - used
    this.bytes = grown
  }
}
