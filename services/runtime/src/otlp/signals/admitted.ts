import type { AttributeMap, OtlpResource } from '@spanledger/schemas/events/otlp'
import type { Leaf } from './leaves.ts'
import type { Node } from './message.ts'

/** Of a log record or a data point, what it may be admitted by. */
export interface Leading {
  readonly attributes: AttributeMap
  readonly resource: OtlpResource
}

const noAttributes: AttributeMap = new Map()

/** The leaves that `admits` takes; looked at when all is read, because a resource may stand behind its records. */
export function admittedLeaves(leaves: readonly Leaf[], admits: (leading: Leading) => boolean): readonly Leaf[] {
  const resources = new Map<Node | undefined, OtlpResource>()
  function resourceOf({ path: [outermost] }: Leaf): OtlpResource {
    let resource = resources.get(outermost?.node)
    if (resource === undefined) {
      const part = outermost?.node.get('resource') as Node | undefined
      resource = { attributes: (part?.get('attributes') as AttributeMap | undefined) ?? noAttributes }
      resources.set(outermost?.node, resource)
    }
    return resource
  }
  return leaves.filter((leaf) => admits({ attributes: leaf.attributes ?? noAttributes, resource: resourceOf(leaf) }))
}
