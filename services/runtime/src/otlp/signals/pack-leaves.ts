import { hash } from 'node:crypto'
import { WireWriter } from '../wire-writer.ts'
import type { Leaf } from './leaves.ts'
import type { Message, Node } from './message.ts'
import { writeMessage } from './write-message.ts'

/** One part stays well below what a log takes as one record; a leaf that is larger goes alone. */
const maxPartBytes = 256 * 1024

const writer = new WireWriter()

/** Export requests of leaves with one key each, in their order; undefined when they would take more than `maxBytes`. */
export function packLeaves(
  leaves: readonly Leaf[],
  maxBytes: number,
): { key: string; bytes: Uint8Array }[] | undefined {
  const keys = new Map<Node, string>()
  const groups = new Map<string, Leaf[]>()
  for (const leaf of leaves) {
    const key = leaf.key ?? keyOfResource(leaf, keys)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [leaf])
    else group.push(leaf)
  }
  const packed: { key: string; bytes: Uint8Array }[] = []
  let size = 0
  for (const [key, group] of groups) {
    for (const part of divide(group)) {
      const bytes = pack(part)
      size += bytes.length
      if (size > maxBytes) return undefined
      packed.push({ key, bytes })
    }
  }
  return packed
}

/** What has nothing to go by stays with the others of its resource. */
function keyOfResource({ path: [outermost] }: Leaf, keys: Map<Node, string>): string {
  if (outermost === undefined) return ''
  let key = keys.get(outermost.node)
  if (key === undefined) {
    writer.reset()
    writeMessage(writer, outermost.field.of as Message, outermost.node)
    key = hash('sha256', writer.take(), 'hex').slice(0, 32)
    keys.set(outermost.node, key)
  }
  return key
}

function divide(leaves: readonly Leaf[]): Leaf[][] {
  const parts: Leaf[][] = []
  let part: Leaf[] = []
  let bytes = 0
  for (const leaf of leaves) {
    if (part.length > 0 && bytes + leaf.bytes.length > maxPartBytes) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(leaf)
    bytes += leaf.bytes.length + 8
  }
  if (part.length > 0) parts.push(part)
  return parts
}

function pack(leaves: readonly Leaf[]): Uint8Array {
  writer.reset()
  writeLevel(leaves, 0, leaves.length, 0)
  return writer.take()
}

/** The leaves `from`..`to`, with their ancestors from `depth` inwards: neighbours of one ancestor share it. */
function writeLevel(leaves: readonly Leaf[], from: number, to: number, depth: number): void {
  let end = to
  while (end > from) {
    const leaf = leaves[end - 1] as Leaf
    const step = leaf.path[depth]
    const mark = writer.mark()
    if (step === undefined) {
      writer.raw(leaf.bytes)
      writer.block(leaf.field.number, mark)
      end--
      continue
    }
    let start = end - 1
    while (start > from && leaves[start - 1]?.path[depth]?.node === step.node) start--
    writeLevel(leaves, start, end, depth + 1)
    writeMessage(writer, step.field.of as Message, step.node)
    writer.block(step.field.number, mark)
    end = start
  }
}
