import { type Attribution, type Dimension, dimensions } from '../events/dimensions.ts'
import { maxTags } from '../events/event-fields.ts'
import type { AttributeMap, OtlpResource } from '../events/otlp.ts'
import { Texts } from './texts.ts'

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

/** OpenTelemetry's own names; where there are two, the newer first. */
const spanConventions: readonly (readonly [Dimension, string])[] = [
  ['environment', 'deployment.environment.name'],
  ['environment', 'deployment.environment'],
  ['user', 'user.id'],
  ['user', 'enduser.id'],
  ['session', 'session.id'],
  ['session', 'gen_ai.conversation.id'],
  ['workflow', 'gen_ai.workflow.name'],
]
const resourceConventions: typeof spanConventions = [
  ...spanConventions,
  ['release', 'service.version'],
  ['service', 'service.name'],
]

const ownNames = dimensions.map((dimension) => [dimension, `spanledger.${dimension}`] as const)
const tagPrefix = 'spanledger.tags.'

/**
 * Who a record is attributed to: per dimension the first place that says something (contract, 5). Nothing is inherited from
 * a parent span, because batches split traces.
 */
export function attribute({ attributes, resource: owner }: Attributed): RecordAttribution {
  const resource = readResource(owner)
  const texts = new Texts()
  const places: readonly Attribution[] = [
    readNames(attributes, ownNames, texts),
    resource.own,
    readNames(attributes, spanConventions, texts),
    resource.conventions,
  ]
  const attribution: { [dimension in Dimension]?: string } = {}
  for (const place of places) {
    for (const dimension in place) attribution[dimension as Dimension] ??= place[dimension as Dimension] as string
  }
  const tags = readTags(attributes, resource.tags, texts)
  return { attribution, tags, truncated: texts.truncated || resource.truncated }
}

interface ResourceAttribution {
  readonly own: Attribution
  readonly conventions: Attribution
  readonly tags: Readonly<Record<string, string>>
  readonly truncated: boolean
}

/** All spans of a batch share their resource: it is read once. */
const resources = new WeakMap<OtlpResource, ResourceAttribution>()

function readResource(resource: OtlpResource): ResourceAttribution {
  const known = resources.get(resource)
  if (known) return known
  const texts = new Texts()
  const read = {
    own: readNames(resource.attributes, ownNames, texts),
    conventions: readNames(resource.attributes, resourceConventions, texts),
    tags: readTags(resource.attributes, noTags, texts),
    truncated: texts.truncated,
  }
  resources.set(resource, read)
  return read
}

function readNames(
  attributes: AttributeMap,
  names: readonly (readonly [Dimension, string])[],
  texts: Texts,
): Attribution {
  const found: { [dimension in Dimension]?: string } = {}
  for (const [dimension, name] of names) {
    if (found[dimension] !== undefined) continue
    const text = texts.clean(attributes.get(name))
    if (text !== undefined) found[dimension] = text
  }
  return found
}

const noTags: Readonly<Record<string, string>> = Object.freeze({})

/** The first `maxTags` by name; the span's beat the resource's. Names come from strangers, so none is ever assigned. */
function readTags(
  attributes: AttributeMap,
  inherited: Readonly<Record<string, string>>,
  texts: Texts,
): Readonly<Record<string, string>> {
  let tags: Map<string, string> | undefined
  for (const [name, value] of attributes) {
    if (!name.startsWith(tagPrefix)) continue
    const key = texts.clean(name.slice(tagPrefix.length))
    const text = texts.clean(value)
    if (key === undefined || text === undefined) continue
    tags ??= new Map(Object.entries(inherited))
    tags.set(key, text)
  }
  if (tags === undefined) return inherited
  const sorted = [...tags].toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (sorted.length > maxTags) texts.truncated = true
  return Object.fromEntries(sorted.slice(0, maxTags))
}
