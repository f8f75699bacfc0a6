import type { TextTable } from './text-table.ts'

/**
 * A cursor over Avro bytes from a stranger. Nothing here throws: the first thing that does not fit, or is not plain, sets
 * `failed`; what is read after that means nothing.
 */
export class AvroReader {
  bytes: Buffer = Buffer.alloc(0)
  position = 0
  failed = false

  begin(bytes: Uint8Array, position: number): void {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = position
    this.failed = false
  }

  get ended(): boolean {
    return this.position === this.bytes.length
  }

  /** Of a union of null and something: whether it is something. */
  present(): boolean {
    const branch = this.bytes[this.position++]
    if (branch === 2) return true
    if (branch !== 0) this.failed = true
    return false
  }

  /** A long from 0 to 2^53 - 1. */
  long(): number {
    const { bytes } = this
    let byte = bytes[this.position++] as number
    if (byte < 0x80) {
      if ((byte & 1) === 1) this.failed = true
      return byte >>> 1
    }
    let value = 0
    let factor = 1
    for (let count = 0; count < 9; count++) {
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        const half = value / 2
        if (!Number.isSafeInteger(half)) this.failed = true
        return half
      }
      factor *= 128
      byte = bytes[this.position++] as number
    }
    this.failed = true
    return 0
  }

  double(): number {
    const at = this.position
    this.position = at + 8
    if (this.position <= this.bytes.length) return this.bytes.readDoubleLE(at)
    this.failed = true
    return 0
  }

  /** A text that hardly ever comes twice: plain printable ASCII with no space at either end, 1 to `most` characters. */
  uniqueText(most: number): string {
    const length = this.long()
    const start = this.position
    const end = start + length
    this.position = end
    const { bytes } = this
    if (this.failed || length === 0 || length > most || end > bytes.length || !isPlain(bytes, start, end)) {
      this.failed = true
      return ''
    }
    return bytes.toString('latin1', start, end)
  }

  /** A text that comes again and again, as the table lets it. */
  knownText(table: TextTable): string {
    const length = this.long()
    const start = this.position
    this.position = start + length
    const text = this.failed || this.position > this.bytes.length ? undefined : table(this.bytes, start, length)
    if (text === undefined) this.failed = true
    return text ?? ''
  }
}

function isPlain(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] === 0x20 || bytes[end - 1] === 0x20) return false
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte < 0x20 || byte > 0x7e) return false
  }
  return true
}
