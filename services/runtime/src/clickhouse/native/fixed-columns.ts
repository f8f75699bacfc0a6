import type { ByteWriter } from './byte-writer.ts'
import { type ColumnOf, outOfRange } from './column.ts'

type FixedArray = Uint8Array | Uint16Array | Uint32Array | Float32Array | BigInt64Array

const firstCapacity = 1024
const twoTo32 = 4294967296
const int64Max = 2n ** 63n - 1n
const int64Min = -(2n ** 63n)

/** Values of a fixed width in a typed array (in the machine's byte order, which is little-endian wherever Node runs). */
abstract class FixedColumn<A extends FixedArray> {
  readonly type: string
  rows = 0
  protected values: A
  /** Elements of `values` for one row. */
  protected readonly width: number

  constructor(type: string, values: A, width = 1) {
    this.type = type
    this.values = values
    this.width = width
  }

  reset(): void {
    this.rows = 0
  }

  writePrefix(): void {}

  writeValues(out: ByteWriter): void {
    const { buffer, BYTES_PER_ELEMENT } = this.values
    out.append(new Uint8Array(buffer, 0, this.rows * this.width * BYTES_PER_ELEMENT))
  }

  protected grow(): void {
    const larger = new (this.values.constructor as new (length: number) => A)(this.values.length * 2)
    larger.set(this.values as never)
    this.values = larger
  }
}

export class UInt8Column extends FixedColumn<Uint8Array> implements ColumnOf<number> {
  constructor() {
    super('UInt8', new Uint8Array(firstCapacity))
  }

  append(value: number): void {
    if ((value & 0xff) !== value) throw outOfRange(this.type, value)
    if (this.rows === this.values.length) this.grow()
    this.values[this.rows++] = value
  }
}

/** Days since 1970-01-01. */
export class DateColumn extends FixedColumn<Uint16Array> implements ColumnOf<number> {
  constructor() {
    super('Date', new Uint16Array(firstCapacity))
  }

  append(value: number): void {
    if ((value & 0xffff) !== value) throw outOfRange(this.type, value)
    if (this.rows === this.values.length) this.grow()
    this.values[this.rows++] = value
  }
}

/** Integers, or seconds since the epoch. */
export class UInt32Column extends FixedColumn<Uint32Array> implements ColumnOf<number> {
  constructor(type = 'UInt32') {
    super(type, new Uint32Array(firstCapacity))
  }

  append(value: number): void {
    if (value >>> 0 !== value) throw outOfRange(this.type, value)
    if (this.rows === this.values.length) this.grow()
    this.values[this.rows++] = value
  }
}

export class Float32Column extends FixedColumn<Float32Array> implements ColumnOf<number> {
  constructor() {
    super('Float32', new Float32Array(firstCapacity))
  }

  append(value: number): void {
    if (this.rows === this.values.length) this.grow()
    this.values[this.rows++] = value
  }
}

/** Safe integers, or milliseconds since the epoch. */
export class Int64Column extends FixedColumn<Uint32Array> implements ColumnOf<number> {
  constructor(type = 'Int64') {
    super(type, new Uint32Array(firstCapacity * 2), 2)
  }

  append(value: number): void {
    const at = this.rows * 2
    if (at === this.values.length) this.grow()
    if (value >>> 0 === value) {
      this.values[at] = value
      this.values[at + 1] = 0
    } else {
      if (!Number.isSafeInteger(value)) throw outOfRange(this.type, value)
      const high = Math.floor(value / twoTo32)
      this.values[at] = value - high * twoTo32
      this.values[at + 1] = high
    }
    this.rows++
  }
}

/** Integers of 10^-scale: atto-USD for scale 18. */
export class Decimal128Column extends FixedColumn<BigInt64Array> implements ColumnOf<bigint> {
  private readonly limit: bigint

  constructor(scale: number, precision = 38) {
    super(`Decimal(${precision}, ${scale})`, new BigInt64Array(firstCapacity * 2), 2)
    this.limit = 10n ** BigInt(precision)
  }

  append(value: bigint): void {
    const at = this.rows * 2
    if (at === this.values.length) this.grow()
    this.values[at] = value
    if (value >= 0n) {
      this.values[at + 1] = value <= int64Max ? 0n : this.highHalf(value)
    } else {
      this.values[at + 1] = value >= int64Min ? -1n : this.highHalf(value)
    }
    this.rows++
  }

  private highHalf(value: bigint): bigint {
    if (value >= this.limit || value <= -this.limit) throw outOfRange(this.type, value)
    return value >> 64n
  }
}

/** 16 raw bytes as a latin1 string. */
export class UuidColumn extends FixedColumn<Uint8Array> implements ColumnOf<string> {
  constructor() {
    super('UUID', new Uint8Array(firstCapacity * 16), 16)
  }

  append(value: string): void {
    if (value.length !== 16) throw outOfRange(this.type, value)
    const start = this.rows * 16
    if (start === this.values.length) this.grow()
    // Two little-endian halves, the high one first.
    const { values } = this
    for (let i = 0; i < 8; i++) {
      values[start + 7 - i] = value.charCodeAt(i)
      values[start + 15 - i] = value.charCodeAt(i + 8)
    }
    this.rows++
  }
}
