import type { RejectCode } from '@spanledger/schemas/codes'
import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { AttributeMap, OtlpResource, OtlpScope } from '@spanledger/schemas/events/otlp'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { WireReader } from '../wire-reader.ts'
import type { Leaves, Step } from './leaves.ts'
import type { Message, Node } from './message.ts'
import { readExport } from './read-protobuf.ts'

/** A log record or a data point as it was read, with what it stands in. */
export interface CollectedLeaf {
  readonly resource: OtlpResource
  readonly scope: OtlpScope
  readonly path: readonly Step[]
  readonly node: Node
}

export interface CollectOptions {
  readonly keep: KeepAttribute
  /** More leaves than this are EVENT_TOO_LARGE: one takes two bytes there and hundreds here. */
  readonly maxLeaves: number
  /** Of the export request, for the message. */
  readonly name: string
}

export interface Collected {
  readonly leaves: readonly CollectedLeaf[]
  /** Leaves whose own bytes could not be read, although those around them could. */
  readonly undecodable: number
}

/**
 * The leaves of an OTLP export request in protobuf, in their order; those of one resource share its object. Any bytes at
 * all may be given: it never throws, and takes time linear in them.
 */
export function collectLeaves(
  bytes: Uint8Array,
  table: Message,
  { keep, maxLeaves, name }: CollectOptions,
): Result<Collected, RejectCode> {
  const read: { path: readonly Step[]; node: Node }[] = []
  const out: Leaves = {
    keep,
    leaves: [],
    undecodable: 0,
    tooMany: false,
    add(path, _, node) {
      if (read.length >= maxLeaves) this.tooMany = true
      else read.push({ path, node })
    },
  }
  const reader = new WireReader(bytes)
  readExport(reader, table, out)
  if (out.tooMany) return reject('EVENT_TOO_LARGE', `more than ${maxLeaves} records in one ${name}`)
  if (reader.broken) return reject('BODY_UNDECODABLE', `the body is not an OTLP ${name} in protobuf`)
  // A resource may come after what refers to it, so they are looked at when everything has been read.
  const resources = new Map<Node | undefined, OtlpResource>()
  const scopes = new Map<Node | undefined, OtlpScope>()
  const leaves = read.map(({ path, node }) => ({
    resource: once(resources, path[0]?.node, resourceOf),
    scope: once(scopes, path[1]?.node, scopeOf),
    path,
    node,
  }))
  return ok({ leaves, undecodable: out.undecodable })
}

function once<T>(known: Map<Node | undefined, T>, node: Node | undefined, make: (node: Node | undefined) => T): T {
  let made = known.get(node)
  if (made === undefined) {
    made = make(node)
    known.set(node, made)
  }
  return made
}

function resourceOf(node: Node | undefined): OtlpResource {
  return { attributes: attributesOf(node?.get('resource') as Node | undefined) }
}

function scopeOf(node: Node | undefined): OtlpScope {
  const scope = node?.get('scope') as Node | undefined
  return { name: textOf(scope, 'name'), version: textOf(scope, 'version') }
}

const none: AttributeMap = new Map()

export function attributesOf(node: Node | undefined): AttributeMap {
  return (node?.get('attributes') as AttributeMap | undefined) ?? none
}

export function textOf(node: Node | undefined, name: string): string {
  return (node?.get(name) as string | undefined) ?? ''
}

/** Nanoseconds to milliseconds, cut to the microsecond; undefined when absent or 0. */
export function msOf(node: Node, name: string): number | undefined {
  const nano = node.get(name) as bigint | undefined
  return nano === undefined || nano === 0n ? undefined : Number(nano / 1000n) / 1000
}
