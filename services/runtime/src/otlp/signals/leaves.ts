import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { AttributeMap } from '@spanledger/schemas/events/otlp'
import type { Field, Node } from './message.ts'

/** A message on the way from an export request to its leaves, and the field that it stands in. */
export interface Step {
  readonly field: Field
  readonly node: Node
}

/** A log record or a data point, and what it stands in. */
export interface Leaf {
  /** From the outermost inwards. Equal ancestors are the same objects. */
  readonly path: readonly Step[]
  readonly field: Field
  readonly bytes: Uint8Array
  /** Of what it tells: for a log record, the ids that it was read with. */
  readonly key: string | undefined
  /** Its own, where they are asked for. */
  readonly attributes?: AttributeMap
}

/** What both forms of an export request are read into. */
export interface Leaves {
  readonly keep: KeepAttribute
  readonly leaves: Leaf[]
  /** Leaves whose own bytes make no message, although those around them do. */
  undecodable: number
  /** More than may be in one request: the rest was not read. */
  tooMany: boolean
  /** Takes in a leaf that was read. */
  add(path: readonly Step[], field: Field, node: Node): void
}
