import { ByteWriter } from './byte-writer.ts'
import type { ColumnOf } from './column.ts'

export class StringColumn implements ColumnOf<string> {
  readonly type = 'String'
  rows = 0
  private readonly writer = new ByteWriter(16_384)

  append(value: string): void {
    this.writer.string(value)
    this.rows++
  }

  reset(): void {
    this.rows = 0
    this.writer.reset()
  }

  writePrefix(): void {}

  writeValues(out: ByteWriter): void {
    out.append(this.writer.bytes.subarray(0, this.writer.length))
  }
}

/** The index follows in bytes, shorts or words; the dictionary is the block's own. */
const ownDictionary = 512
const keysVersion = 1

/** Strings of which a block has few distinct ones: each is sent once. */
export class LowCardinalityColumn implements ColumnOf<string> {
  readonly type = 'LowCardinality(String)'
  rows = 0
  private indexes = new Uint32Array(1024)
  private readonly known = new Map<string, number>()
  private readonly keys = new ByteWriter(1024)
  private last = ''
  private lastIndex = -1

  append(value: string): void {
    if (this.rows === this.indexes.length) this.grow()
    if (value !== this.last || this.lastIndex < 0) {
      this.last = value
      this.lastIndex = this.indexOf(value)
    }
    this.indexes[this.rows++] = this.lastIndex
  }

  private indexOf(value: string): number {
    let index = this.known.get(value)
    if (index === undefined) {
      index = this.known.size
      this.known.set(value, index)
      this.keys.string(value)
    }
    return index
  }

  private grow(): void {
    const larger = new Uint32Array(this.indexes.length * 2)
    larger.set(this.indexes)
    this.indexes = larger
  }

  reset(): void {
    this.rows = 0
    this.known.clear()
    this.keys.reset()
    this.lastIndex = -1
  }

  writePrefix(out: ByteWriter): void {
    out.uint64(keysVersion)
  }

  writeValues(out: ByteWriter): void {
    if (this.rows === 0) return
    const { size } = this.known
    const width = size <= 256 ? 0 : size <= 65_536 ? 1 : 2
    out.uint64(ownDictionary | width)
    out.uint64(size)
    out.append(this.keys.bytes.subarray(0, this.keys.length))
    out.uint64(this.rows)
    const used = this.indexes.subarray(0, this.rows)
    const narrow = width === 0 ? new Uint8Array(used) : width === 1 ? new Uint16Array(used) : used
    out.append(new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength))
  }
}
