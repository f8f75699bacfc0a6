import { isObject } from '@spanledger/schemas/events/event-fields'
import {
  asList,
  type JsonObject,
  readHexId,
  readJsonAttributes,
  readJsonNumber,
  wellFormed,
} from '../json-attributes.ts'
import type { Leaves, Step } from './leaves.ts'
import { type Field, listLimits, type Message, type Node, type Value } from './message.ts'

/**
 * Reads an export request in JSON to the same leaves as its protobuf. The name of what must be a list of objects, or an
 * object, and is not; undefined when there is nothing wrong with the frame.
 */
export function readExportJson(json: unknown, request: Message, out: Leaves): string | undefined {
  return isObject(json) ? readContainer(json, request, new Map(), [], out) : 'the request'
}

/** What the value of a field says, or why it says nothing. */
const absent = Symbol('absent')
const malformed = Symbol('malformed')

function readContainer(
  json: JsonObject,
  message: Message,
  node: Node,
  path: readonly Step[],
  out: Leaves,
): string | undefined {
  for (const field of message.fields) {
    const value = json[field.name]
    if (value === undefined || value === null) continue
    if (field.kind === 'leaves') {
      const list = asList(value)
      if (list === undefined) return field.name
      for (const item of list) if (!out.tooMany) readLeaf(item, field, path, out)
    } else if (field.kind === 'container' || field.kind === 'containers') {
      const list = field.kind === 'container' ? [value] : asList(value)
      for (const item of list ?? [undefined]) {
        if (!isObject(item)) return field.name
        const inner: Node = new Map()
        const wrong = readContainer(item, field.of as Message, inner, [...path, { field, node: inner }], out)
        if (wrong !== undefined) return wrong
      }
    } else {
      const read = readValue(value, field, out)
      if (typeof read !== 'symbol') node.set(field.name, read)
    }
  }
  return undefined
}

function readLeaf(json: unknown, field: Field, path: readonly Step[], out: Leaves): void {
  const node = isObject(json) ? readNode(json, field.of as Message, out) : malformed
  if (typeof node === 'symbol') out.undecodable++
  else out.add(path, field, node)
}

function readNode(json: JsonObject, message: Message, out: Leaves): Node | typeof malformed {
  const node: Node = new Map()
  for (const field of message.fields) {
    const value = json[field.name]
    if (value === undefined || value === null) continue
    const read = readValue(value, field, out)
    if (read === malformed) return malformed
    if (typeof read !== 'symbol') node.set(field.name, read)
  }
  return node
}

type Read = Value | typeof absent | typeof malformed

function readValue(value: unknown, field: Field, out: Leaves): Read {
  switch (field.kind) {
    case 'text':
      return readText(field.any && isObject(value) ? value['stringValue'] : value, field)
    case 'id':
      return readHexId(value, (field.bytes as number) * 2)
    case 'fixed64':
      return readInteger(value, 0n, 2n ** 64n)
    case 'sfixed64':
      return readInteger(value, -(2n ** 63n), 2n ** 63n)
    case 'uint32':
    case 'enum':
      return readSmall(value, field, 0, 2 ** 32)
    case 'sint32':
      return readSmall(value, field, -(2 ** 31), 2 ** 31)
    case 'double':
      return readDouble(value)
    case 'bool':
      return typeof value === 'boolean' ? value : malformed
    case 'attributes':
      return readJsonAttributes(value, out.keep)
    case 'part':
      return isObject(value) ? readNode(value, field.of as Message, out) : malformed
    case 'parts':
      return readList(value, (item) => (isObject(item) ? readNode(item, field.of as Message, out) : malformed), {
        limit: listLimits.parts,
        cut: true,
      })
    case 'doubles':
      return readList(value, readDouble, { limit: listLimits.numbers, cut: false })
    default:
      return readList(value, (item) => readInteger(item, 0n, 2n ** 64n), { limit: listLimits.numbers, cut: false })
  }
}

function readText(value: unknown, { keep }: Field): Read {
  if (typeof value !== 'string') return absent
  const text = wellFormed(value)
  return keep?.(text) ?? text
}

function readInteger(value: unknown, from: bigint, below: bigint): bigint | typeof malformed {
  const whole =
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  if (!whole) return malformed
  const integer = BigInt(value as number | string)
  return integer >= from && integer < below ? integer : malformed
}

function readSmall(value: unknown, { names }: Field, from: number, below: number): Read {
  const number = typeof value === 'string' && names && Object.hasOwn(names, value) ? names[value] : value
  if (typeof number !== 'number' || !Number.isInteger(number)) return malformed
  return number >= from && number < below ? number : malformed
}

function readDouble(value: unknown): number | typeof malformed {
  return readJsonNumber(value) ?? malformed
}

/** A list of what `read` makes of each item; one that is too long is cut, or malformed. */
function readList<T extends Node | number | bigint>(
  value: unknown,
  read: (item: unknown) => T | typeof malformed,
  { limit, cut }: { readonly limit: number; readonly cut: boolean },
): Read {
  const list = asList(value)
  if (list === undefined || (!cut && list.length > limit)) return malformed
  const items: T[] = []
  for (const item of list.slice(0, limit)) {
    const one = read(item)
    if (one === malformed) return malformed
    items.push(one as T)
  }
  return items as Value
}
