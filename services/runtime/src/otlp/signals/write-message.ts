import type { AttributeMap } from '@spanledger/schemas/events/otlp'
import { writeAttributes } from '../attribute-writer.ts'
import type { WireWriter } from '../wire-writer.ts'
import type { Field, Message, Node, Value } from './message.ts'

/** Writes what a message's table keeps, without its containers and leaves. Back to front: fields come out by number. */
export function writeMessage(writer: WireWriter, { fields }: Message, node: Node): void {
  for (let at = fields.length - 1; at >= 0; at--) {
    const field = fields[at] as Field
    const value = node.get(field.name)
    if (value !== undefined) writeField(writer, field, value)
  }
}

function writeField(writer: WireWriter, field: Field, value: Value): void {
  const { number, explicit } = field
  switch (field.kind) {
    case 'text':
      if (value !== '') writeText(writer, field, value as string)
      break
    case 'id':
      if (value !== '') writer.hexField(number, value as string)
      break
    case 'fixed64':
    case 'sfixed64':
      if (value !== 0n || explicit) writer.fixed64Field(number, value as bigint)
      break
    case 'double':
      if (!Object.is(value, 0) || explicit) writer.doubleField(number, value as number)
      break
    case 'uint32':
    case 'enum':
      if (value !== 0) writer.varintField(number, value as number)
      break
    case 'sint32':
      if (value !== 0) writer.varintField(number, zigzag(value as number))
      break
    case 'bool':
      if (value === true) writer.varintField(number, 1)
      break
    case 'attributes':
      writeAttributes(writer, number, value as AttributeMap)
      break
    case 'part':
      writePart(writer, field, value as Node)
      break
    case 'parts':
      for (const part of (value as readonly Node[]).toReversed()) writePart(writer, field, part)
      break
    default:
      writeNumbers(writer, field, value as readonly (number | bigint)[])
  }
}

function writeText(writer: WireWriter, { number, any }: Field, text: string): void {
  if (!any) return writer.textField(number, text)
  const end = writer.mark()
  writer.textField(1, text)
  writer.block(number, end)
}

function writePart(writer: WireWriter, { number, of }: Field, part: Node): void {
  const end = writer.mark()
  writeMessage(writer, of as Message, part)
  writer.block(number, end)
}

function writeNumbers(writer: WireWriter, { number, kind }: Field, values: readonly (number | bigint)[]): void {
  if (values.length === 0) return
  const end = writer.mark()
  for (let at = values.length - 1; at >= 0; at--) {
    const value = values[at] as number | bigint
    if (kind === 'doubles') writer.double(value as number)
    else if (kind === 'fixed64s') writer.fixed64(value as bigint)
    else writer.varint64(value as bigint)
  }
  writer.block(number, end)
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0
}
