import type { ByteWriter } from './byte-writer.ts'
import type { ColumnOf } from './column.ts'
import { Int64Column, UInt8Column } from './fixed-columns.ts'

export class NullableColumn<T> implements ColumnOf<T | null> {
  readonly type: string
  private readonly nulls = new UInt8Column()
  private readonly inner: ColumnOf<T>
  private readonly filler: T

  /** `filler` is what a NULL's place holds. */
  constructor(inner: ColumnOf<T>, filler: T) {
    this.type = `Nullable(${inner.type})`
    this.inner = inner
    this.filler = filler
  }

  get rows(): number {
    return this.nulls.rows
  }

  append(value: T | null): void {
    this.inner.append(value ?? this.filler)
    this.nulls.append(value === null ? 1 : 0)
  }

  reset(): void {
    this.nulls.reset()
    this.inner.reset()
  }

  writePrefix(out: ByteWriter): void {
    this.inner.writePrefix(out)
  }

  writeValues(out: ByteWriter): void {
    this.nulls.writeValues(out)
    this.inner.writeValues(out)
  }
}

export class ArrayColumn<T> implements ColumnOf<readonly T[]> {
  readonly type: string
  private readonly ends = new Int64Column('UInt64')
  private readonly inner: ColumnOf<T>

  constructor(inner: ColumnOf<T>) {
    this.type = `Array(${inner.type})`
    this.inner = inner
  }

  get rows(): number {
    return this.ends.rows
  }

  append(values: readonly T[]): void {
    for (let i = 0; i < values.length; i++) this.inner.append(values[i] as T)
    this.ends.append(this.inner.rows)
  }

  reset(): void {
    this.ends.reset()
    this.inner.reset()
  }

  writePrefix(out: ByteWriter): void {
    this.inner.writePrefix(out)
  }

  writeValues(out: ByteWriter): void {
    this.ends.writeValues(out)
    this.inner.writeValues(out)
  }
}

export class MapColumn<T> implements ColumnOf<Readonly<Record<string, T>>> {
  readonly type: string
  private readonly ends = new Int64Column('UInt64')
  private readonly keys: ColumnOf<string>
  private readonly values: ColumnOf<T>

  constructor(keys: ColumnOf<string>, values: ColumnOf<T>) {
    this.type = `Map(${keys.type}, ${values.type})`
    this.keys = keys
    this.values = values
  }

  get rows(): number {
    return this.ends.rows
  }

  append(map: Readonly<Record<string, T>>): void {
    for (const key in map) {
      if (!Object.hasOwn(map, key)) continue
      this.keys.append(key)
      this.values.append(map[key] as T)
    }
    this.ends.append(this.keys.rows)
  }

  reset(): void {
    this.ends.reset()
    this.keys.reset()
    this.values.reset()
  }

  writePrefix(out: ByteWriter): void {
    this.keys.writePrefix(out)
    this.values.writePrefix(out)
  }

  writeValues(out: ByteWriter): void {
    this.ends.writeValues(out)
    this.keys.writeValues(out)
    this.values.writeValues(out)
  }
}
