import type { Attribution } from '../events/dimensions.ts'
import type { AttributeMap, OtlpResource } from '../events/otlp.ts'
import { Found } from './found.ts'
import { createFreeKeys } from './free-keys.ts'
import { createLookUp } from './look-up.ts'
import { compileSpellings, defaultSpellings, type Spelled } from './spellings.ts'

/** What tells whom a span, log record or data point is of. */
export interface Attributed {
  readonly attributes: AttributeMap
  readonly resource: OtlpResource
}

export interface RecordAttribution {
  readonly attribution: Attribution
  readonly tags: Readonly<Record<string, string>>
  /** Something was longer than the ledger keeps, or there were more tags than it keeps. */
  readonly truncated: boolean
}

export type Attribute = (record: Attributed) => RecordAttribution

/**
 * Who a record says that it is of: per dimension the first place that says something (contract, 5). Nothing is inherited
 * from a parent span, because batches split traces. Never throws, whatever the attributes.
 */
export function createAttribute(spelled: ReadonlyMap<string, Spelled>): Attribute {
  const freeKey = createFreeKeys(spelled)
  const ofSpan = createLookUp('span', spelled)
  const ofResource = createLookUp('resource', spelled)
  /** All spans of a batch share their resource: it is read once. */
  const resources = new WeakMap<
    OtlpResource,
    { readonly found: Found } & Pick<RecordAttribution, 'attribution' | 'tags'>
  >()

  function readResource(resource: OtlpResource) {
    const before = resources.get(resource)
    if (before) return before
    const found = new Found(freeKey).take(resource.attributes, ofResource)
    const read = {
      found,
      attribution: Object.freeze(found.attributionOver(found)),
      tags: Object.freeze(found.tagsOver(found)),
    }
    resources.set(resource, read)
    return read
  }

  return function attribute(record) {
    const resource = readResource(record.resource)
    const found = new Found(freeKey).take(record.attributes, ofSpan)
    const attribution = found.isEmpty ? resource.attribution : found.attributionOver(resource.found)
    const tags = found.hasTags ? found.tagsOver(resource.found) : resource.tags
    return { attribution, tags, truncated: found.texts.truncated || resource.found.texts.truncated }
  }
}

/** With the usual spellings, and no configuration. */
export const attribute: Attribute = createAttribute(compileSpellings(defaultSpellings))
