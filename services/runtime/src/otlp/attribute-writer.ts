import type { AttributeMap, AttributeValue } from '@spanledger/schemas/events/otlp'
import type { WireWriter } from './wire-writer.ts'

/** A repeated KeyValue field, back to front: it comes out in reverse order. */
export function writeAttributes(writer: WireWriter, field: number, attributes: AttributeMap): void {
  if (attributes.size === 0) return
  attributes.forEach((value, key) => writeAttribute(writer, field, key, value))
}

function writeAttribute(writer: WireWriter, field: number, key: string, value: AttributeValue): void {
  const end = writer.mark()
  const valueEnd = writer.mark()
  writeValue(writer, value)
  writer.block(2, valueEnd)
  writer.textField(1, key)
  writer.block(field, end)
}

/** AnyValue. A whole number is written as an integer, so 3.0 comes back as 3: the same number. */
function writeValue(writer: WireWriter, value: AttributeValue): void {
  if (typeof value === 'string') writer.textField(1, value)
  else if (typeof value === 'boolean') writer.varintField(2, value ? 1 : 0)
  else if (typeof value === 'bigint') writer.bigintField(3, value)
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.signedField(3, value)
    else writer.doubleField(4, value)
  } else if (Array.isArray(value)) writeArray(writer, value as readonly AttributeValue[])
  else writeMap(writer, value as AttributeMap)
}

function writeArray(writer: WireWriter, values: readonly AttributeValue[]): void {
  const end = writer.mark()
  for (let at = values.length - 1; at >= 0; at--) {
    const itemEnd = writer.mark()
    writeValue(writer, values[at] as AttributeValue)
    writer.block(1, itemEnd)
  }
  writer.block(5, end)
}

function writeMap(writer: WireWriter, map: AttributeMap): void {
  const end = writer.mark()
  writeAttributes(writer, 1, map)
  writer.block(6, end)
}
