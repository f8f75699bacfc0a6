import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import { createBudget, decodeAttribute, keyTableOf, type TextBudget } from '../attribute-decoder.ts'
import { limits } from '../limits.ts'
import type { WireReader } from '../wire-reader.ts'
import type { Leaves, Step } from './leaves.ts'
import { type Field, listLimits, type Message, type Node } from './message.ts'

/**
 * Reads an export request in protobuf to its leaves. Any bytes may be given: the reader ends `broken` when they are
 * none; a leaf that is broken in its own frame is counted and the next one is read.
 */
export function readExport(reader: WireReader, request: Message, out: Leaves): void {
  readFields(reader, request, new Map(), { path: [], out, budget: createBudget() })
}

interface Where {
  /** undefined inside a leaf: there are no leaves within leaves. */
  readonly path?: readonly Step[]
  readonly out: Leaves
  /** Of the texts in one message's attributes. */
  readonly budget: TextBudget
}

function readFields(reader: WireReader, message: Message, node: Node, where: Where): void {
  while (reader.tag()) {
    const field = message.byNumber[reader.field]
    if (field === undefined || where.out.tooMany) reader.skip()
    else if (reader.wire === 2) readBlock(reader, field, node, where)
    else readNumber(reader, field, node)
  }
}

function readBlock(reader: WireReader, field: Field, node: Node, where: Where): void {
  const stop = reader.block()
  if (reader.broken) return
  switch (field.kind) {
    case 'text':
      readText(reader, stop, field, node)
      break
    case 'id':
      node.set(field.name, reader.hexId(stop, field.bytes as number))
      break
    case 'attributes':
      readAttribute(reader, stop, field, node, where)
      break
    case 'part':
      node.set(field.name, readPart(reader, stop, field, where))
      break
    case 'parts': {
      const parts = listOf<Node>(node, field)
      const part = readPart(reader, stop, field, where)
      if (parts.length < listLimits.parts) parts.push(part)
      break
    }
    case 'container':
    case 'containers':
      readContainer(reader, stop, field, where)
      break
    case 'leaves':
      readLeaf(reader, stop, field, where)
      break
    default:
      readPacked(reader, stop, field, node)
  }
  if (!reader.broken) reader.position = stop
}

function readContainer(reader: WireReader, stop: number, field: Field, { path = [], out }: Where): void {
  const node: Node = new Map()
  const inside = { path: [...path, { field, node }], out, budget: createBudget() }
  reader.within(stop, () => readFields(reader, field.of as Message, node, inside))
}

function readLeaf(reader: WireReader, stop: number, field: Field, { path = [], out }: Where): void {
  const node: Node = new Map()
  const outer = reader.end
  reader.end = stop
  readFields(reader, field.of as Message, node, { out, budget: createBudget() })
  reader.end = outer
  if (reader.broken) {
    out.undecodable++
    reader.broken = false
  } else out.add(path, field, node)
}

function readPart(reader: WireReader, stop: number, field: Field, { out }: Where): Node {
  const node: Node = new Map()
  reader.within(stop, () => readFields(reader, field.of as Message, node, { out, budget: createBudget() }))
  return node
}

function readText(reader: WireReader, stop: number, { name, keep, any }: Field, node: Node): void {
  let text = ''
  if (any) {
    reader.within(stop, () => {
      while (reader.tag()) {
        if (reader.field === 1 && reader.wire === 2) text = shortText(reader, reader.block())
        else {
          text = ''
          reader.skip()
        }
      }
    })
  } else text = shortText(reader, stop)
  node.set(name, keep?.(text) ?? text)
}

/** Enough of a text to judge it: what is longer is cut or dropped anyway. */
function shortText(reader: WireReader, stop: number): string {
  const text = reader.text(Math.min(stop, reader.position + limits.scopeNameLength * 2))
  reader.position = stop
  return text
}

function readAttribute(reader: WireReader, stop: number, { name }: Field, node: Node, { out, budget }: Where): void {
  let attributes = node.get(name) as Map<string, AttributeValue> | undefined
  if (attributes === undefined) {
    attributes = new Map()
    node.set(name, attributes)
  }
  decodeAttribute(reader, stop, keyTableOf(out.keep), attributes, budget)
}

function readNumber(reader: WireReader, field: Field, node: Node): void {
  const { kind, name } = field
  const { wire } = reader
  if (wire === 1 && (kind === 'fixed64' || kind === 'sfixed64')) {
    reader.fixed64()
    node.set(name, kind === 'fixed64' ? reader.unsigned() : BigInt(reader.signed()))
  } else if (wire === 1 && kind === 'double') node.set(name, reader.double())
  else if (wire === 0 && (kind === 'uint32' || kind === 'enum')) node.set(name, reader.varint32())
  else if (wire === 0 && kind === 'sint32') node.set(name, unzigzag(reader.varint32()))
  else if (wire === 0 && kind === 'bool') {
    reader.varint64()
    node.set(name, reader.low !== 0 || reader.high !== 0)
  } else if (wire === wireOf(kind)) readElement(reader, field, listOf<number | bigint>(node, field))
  else reader.skip()
}

/** The wire type of one element of a list that is not packed. */
function wireOf(kind: Field['kind']): number | undefined {
  if (kind === 'fixed64s' || kind === 'doubles') return 1
  return kind === 'varint64s' ? 0 : undefined
}

function readPacked(reader: WireReader, stop: number, field: Field, node: Node): void {
  if (wireOf(field.kind) === undefined) return
  const values = listOf<number | bigint>(node, field)
  reader.within(stop, () => {
    while (reader.more()) readElement(reader, field, values)
  })
}

function readElement(reader: WireReader, { kind }: Field, values: (number | bigint)[]): void {
  let value: number | bigint
  if (kind === 'doubles') value = reader.double()
  else {
    if (kind === 'fixed64s') reader.fixed64()
    else reader.varint64()
    value = reader.unsigned()
  }
  // counts and bounds that do not fit together are of no use: a list that is too long breaks its leaf
  if (values.length >= listLimits.numbers) reader.fail()
  else if (!reader.broken) values.push(value)
}

function listOf<T>(node: Node, { name }: Field): T[] {
  let list = node.get(name) as T[] | undefined
  if (list === undefined) {
    list = []
    node.set(name, list as never)
  }
  return list
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1)
}
