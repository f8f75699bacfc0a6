import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import { type LifterOf, maxLookedAt } from '@spanledger/schemas/events/lifting/lifters'
import { type Lifter, Lifting } from '@spanledger/schemas/events/lifting/lifting'
import { createKeyTable, type KnownKey } from './key-table.ts'
import { limits } from './limits.ts'
import type { WireReader } from './wire-reader.ts'

type KeyLookUp = ReturnType<typeof createKeyTable>
const tables = new WeakMap<KeepAttribute, KeyLookUp>()

/** The key table of an allow-list; one per list and process. */
export function keyTableOf(keep: KeepAttribute): KeyLookUp {
  let table = tables.get(keep)
  if (table === undefined) {
    table = createKeyTable(keep)
    tables.set(keep, table)
  }
  return table
}

const liftingTables = new WeakMap<LifterOf, WeakMap<KeepAttribute, KeyLookUp>>()

/** The same, of a reader that lifts out of what it drops. */
export function liftingTableOf(keep: KeepAttribute, lifterOf: LifterOf): KeyLookUp {
  let tablesOfLifter = liftingTables.get(lifterOf)
  if (tablesOfLifter === undefined) liftingTables.set(lifterOf, (tablesOfLifter = new WeakMap()))
  let table = tablesOfLifter.get(keep)
  if (table === undefined) tablesOfLifter.set(keep, (table = createKeyTable(keep, lifterOf)))
  return table
}

export interface TextBudget {
  /** What is left of the length that the texts of one span may have together. */
  left: number
  /** What was lifted out of its dropped texts; undefined while there were none. */
  lifting: Lifting | undefined
}

export function createBudget(): TextBudget {
  return { left: limits.spanTextLength, lifting: undefined }
}

/** Reads one KeyValue message up to `end` into `into`, unless its key or value is not to be kept. The last of equal keys wins. */
export function decodeAttribute(
  reader: WireReader,
  end: number,
  lookUp: KeyLookUp,
  into: Map<string, AttributeValue>,
  budget: TextBudget,
): void {
  const outer = reader.end
  reader.end = end
  let key: KnownKey | undefined
  let valueStart = -1
  let valueEnd = -1
  while (reader.tag()) {
    if (reader.wire === 2 && (reader.field === 1 || reader.field === 2)) {
      const stop = reader.block()
      if (reader.field === 1) key = lookUp(reader.bytes, reader.position, stop)
      else {
        valueStart = reader.position
        valueEnd = stop
      }
      reader.position = stop
    } else reader.skip()
  }
  // the value waits for its key, which may come after it: what is dropped is never read, but to lift something out of it
  if (!reader.broken && key !== undefined && valueStart >= 0) {
    if (key.limit > 0) {
      reader.position = valueStart
      const value = decodeValue(reader, valueEnd, key.limit, limits.depth, budget)
      if (value !== undefined && (into.size < limits.attributes || into.has(key.text))) into.set(key.text, value)
    } else if (key.lifter !== undefined) {
      reader.position = valueStart
      liftText(reader, valueEnd, key.lifter, budget)
    }
  }
  if (!reader.broken) reader.position = end
  reader.end = outer
  if (reader.broken) reader.position = outer
}

/** An AnyValue message up to `end`; undefined: dropped, for being empty, bytes, too long or too deep. */
function decodeValue(
  reader: WireReader,
  end: number,
  limit: number,
  depth: number,
  budget: TextBudget,
): AttributeValue | undefined {
  const outer = reader.end
  reader.end = end
  let value: AttributeValue | undefined
  while (reader.tag()) {
    const { field, wire } = reader
    if (field === 1 && wire === 2) {
      const stop = reader.block()
      value = decodeText(reader, stop, limit, budget)
      reader.position = stop
    } else if (field === 3 && wire === 0) {
      reader.varint64()
      value = reader.signed()
    } else if (field === 2 && wire === 0) {
      reader.varint64()
      value = reader.low !== 0 || reader.high !== 0
    } else if (field === 4 && wire === 1) value = reader.double()
    else if ((field === 5 || field === 6) && wire === 2) {
      const stop = reader.block()
      if (depth > 0) value = decodeList(reader, stop, field === 6, limit, depth - 1, budget)
      else {
        value = undefined
        reader.position = stop
      }
    } else reader.skip()
  }
  reader.end = outer
  if (reader.broken) reader.position = outer
  return reader.broken ? undefined : value
}

/** Of an AnyValue up to `end`, its text: nothing else is looked into. */
function liftText(reader: WireReader, end: number, lifter: Lifter, budget: TextBudget): void {
  const outer = reader.end
  reader.end = end
  while (reader.tag()) {
    if (reader.field === 1 && reader.wire === 2) {
      const stop = reader.block()
      if (reader.broken) break
      const seen = Math.min(stop, reader.position + maxLookedAt)
      lifter(reader.text(seen), stop - seen, (budget.lifting ??= new Lifting()))
      reader.position = stop
    } else reader.skip()
  }
  reader.end = outer
  if (reader.broken) reader.position = outer
}

function decodeText(reader: WireReader, end: number, limit: number, budget: TextBudget): string | undefined {
  const length = end - reader.position
  // UTF-8 takes at most three bytes for a UTF-16 unit: beyond that it is too long without being read
  if (length > limit * 3) return undefined
  const text = reader.text(end)
  if (text.length > limit || text.length > budget.left) return undefined
  budget.left -= text.length
  return text
}

/** ArrayValue (a list of AnyValue) or KeyValueList (a map, `keyed`); undefined when it has too many elements. */
function decodeList(
  reader: WireReader,
  end: number,
  keyed: boolean,
  limit: number,
  depth: number,
  budget: TextBudget,
): AttributeValue | undefined {
  const outer = reader.end
  reader.end = end
  const items: AttributeValue[] = []
  const entries = new Map<string, AttributeValue>()
  let count = 0
  while (reader.tag()) {
    if (reader.field !== 1 || reader.wire !== 2) {
      reader.skip()
      continue
    }
    const stop = reader.block()
    if (reader.broken) break
    count++
    if (count > limits.elements) reader.position = stop
    else if (keyed) decodeEntry(reader, stop, limit, depth, entries, budget)
    else {
      const item = decodeValue(reader, stop, limit, depth, budget)
      if (item !== undefined) items.push(item)
    }
  }
  reader.end = outer
  if (reader.broken) reader.position = outer
  if (reader.broken || count > limits.elements) return undefined
  return keyed ? entries : items
}

function decodeEntry(
  reader: WireReader,
  end: number,
  limit: number,
  depth: number,
  into: Map<string, AttributeValue>,
  budget: TextBudget,
): void {
  const outer = reader.end
  reader.end = end
  let key: string | undefined
  let value: AttributeValue | undefined
  while (reader.tag()) {
    if (reader.wire === 2 && (reader.field === 1 || reader.field === 2)) {
      const stop = reader.block()
      if (reader.field === 1) key = decodeText(reader, stop, limit, budget)
      else value = decodeValue(reader, stop, limit, depth, budget)
      if (!reader.broken) reader.position = stop
    } else reader.skip()
  }
  reader.end = outer
  if (reader.broken) reader.position = outer
  else if (key !== undefined && value !== undefined) into.set(key, value)
}
