import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { AttributeMap } from '@spanledger/schemas/events/otlp'
import { WireWriter } from '../wire-writer.ts'
import type { Leaf, Leaves } from './leaves.ts'
import type { Message, Node } from './message.ts'
import { writeMessage } from './write-message.ts'

const writer = new WireWriter()

export interface LeavesOptions {
  readonly keep: KeepAttribute
  readonly keyAttributes: readonly string[]
  readonly maxRecords: number
  /** Whether leaves are to keep their attributes. */
  readonly withAttributes?: boolean
}

/** Takes leaves in as bytes at once, so that what a request holds in memory is near what it is on the wire. */
export function createLeaves({ keep, keyAttributes, maxRecords, withAttributes = false }: LeavesOptions): Leaves {
  const leaves: Leaf[] = []
  return {
    keep,
    leaves,
    undecodable: 0,
    tooMany: false,
    add(path, field, node) {
      if (leaves.length >= maxRecords) this.tooMany = true
      if (this.tooMany) return
      writer.reset()
      writeMessage(writer, field.of as Message, node)
      const attributes = withAttributes ? (node.get('attributes') as AttributeMap | undefined) : undefined
      const key = keyOf(node, keyAttributes)
      leaves.push({ path, field, bytes: writer.take(), key, ...(attributes && { attributes }) })
    },
  }
}

function keyOf(node: Node, keyAttributes: readonly string[]): string | undefined {
  const traceId = node.get('traceId') as string | undefined
  if (traceId) return traceId
  const attributes = node.get('attributes') as AttributeMap | undefined
  for (const name of keyAttributes) {
    const value = attributes?.get(name)
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}
