import type { ByteWriter } from './byte-writer.ts'

/** The values of one column of a block, as ClickHouse's Native format lays them out. */
export interface Column {
  /** As ClickHouse writes it: `Array(UUID)`. */
  readonly type: string
  readonly rows: number
  reset(): void
  /** What stands before all values, of nested types too. */
  writePrefix(out: ByteWriter): void
  writeValues(out: ByteWriter): void
}

/** A column to which values of `T` are added one by one. */
export interface ColumnOf<T> extends Column {
  append(value: T): void
}

/** A value that the type cannot hold: stored as something else it would be a silent lie. */
export function outOfRange(type: string, value: unknown): RangeError {
  return new RangeError(`${String(value)} does not fit into ${type}`)
}
