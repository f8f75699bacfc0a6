import type { AttributeMap } from '@spanledger/schemas/events/otlp'

/**
 * A protobuf message of OTLP as a table: of each field that is kept, its number, its name in JSON and what it is. What is
 * not in a table is not read, in either form. One reader for each form and one writer work on every table.
 */
export interface Message {
  readonly fields: readonly Field[]
  readonly byNumber: readonly (Field | undefined)[]
}

export interface Field extends FieldKind {
  readonly number: number
  /** In JSON. */
  readonly name: string
}

export interface FieldKind {
  readonly kind:
    | 'text'
    /** Bytes of a fixed length, as hex. */
    | 'id'
    | 'fixed64'
    | 'sfixed64'
    | 'uint32'
    | 'sint32'
    | 'bool'
    | 'enum'
    | 'double'
    | 'attributes'
    /** Packed lists of numbers. */
    | 'fixed64s'
    | 'varint64s'
    | 'doubles'
    /** A message within the leaf, or about the container that it is in: one, or a list. */
    | 'part'
    | 'parts'
    /** A message that leads to leaves: one, or a list. */
    | 'container'
    | 'containers'
    /** The records that an export request is about. */
    | 'leaves'
  /** Written also when it is the default of its kind: it says something that absence does not. */
  readonly explicit?: true
  /** text: what is kept of it; '' drops it. */
  readonly keep?: (text: string) => string
  /** text: it is an AnyValue, of which only a string is read. */
  readonly any?: true
  /** id: its length in bytes. */
  readonly bytes?: number
  /** enum: names that JSON may use for its numbers. */
  readonly names?: Readonly<Record<string, number>>
  readonly of?: Message
}

export type Value =
  | string
  | number
  | bigint
  | boolean
  | AttributeMap
  | Node
  | readonly Node[]
  | readonly (bigint | number)[]

/** A message that was read: the values of its fields by name; containers and leaves are not in it. */
export type Node = Map<string, Value>

/** How many of a list are kept at most. */
export const listLimits = { parts: 64, numbers: 4096 } as const

export function message(fields: Readonly<Record<string, FieldKind & { readonly number: number }>>): Message {
  const list = Object.entries(fields).map(([name, field]) => ({ ...field, name }))
  const byNumber: (Field | undefined)[] = []
  for (const field of list) byNumber[field.number] = field
  return { fields: list.toSorted((a, b) => a.number - b.number), byNumber }
}
