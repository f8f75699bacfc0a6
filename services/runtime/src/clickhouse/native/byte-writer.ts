/** A buffer that doubles when it is full and is used again after `reset`. */
export class ByteWriter {
  bytes: Buffer
  length = 0

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  reset(): void {
    this.length = 0
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  varint(value: number): void {
    this.reserve(5)
    let rest = value
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  /** Length in bytes as a varint, then the bytes in UTF-8. */
  string(value: string): void {
    const { length } = value
    if (length > 127) {
      this.longString(value)
      return
    }
    this.reserve(length * 3 + 2)
    const { bytes } = this
    const start = this.length
    let at = start + 1
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) {
        this.longString(value)
        return
      }
      bytes[at++] = code
    }
    bytes[start] = length
    this.length = at
  }

  private longString(value: string): void {
    const size = Buffer.byteLength(value)
    this.varint(size)
    this.reserve(size)
    this.length += this.bytes.write(value, this.length, size, 'utf8')
  }

  uint64(value: number): void {
    this.reserve(8)
    this.bytes.writeUInt32LE(value >>> 0, this.length)
    this.bytes.writeUInt32LE(Math.floor(value / 4294967296), this.length + 4)
    this.length += 8
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }
}
