import { type AttributionConfig, defaultAttributionConfig } from '../config/attribution.ts'
import { keepAlso, type KeepAttribute, keptAttributes, keptSignalAttributes } from '../events/content-attributes.ts'
import { type Attribution, type Dimension, dimensions } from '../events/dimensions.ts'
import type { AttributeMap } from '../events/otlp.ts'
import { defaultTenant } from '../events/topics.ts'
import { type Attribute, type Attributed, createAttribute } from './attribution.ts'
import { createFreeKeys } from './free-keys.ts'
import { encodePins, noPins } from './pins.ts'
import { applyRules, compileRule, type Facts, type Rule, type Ruled, unknown } from './rules.ts'
import { compileSpellings, defaultSpellings, plainKey, standsAlone } from './spellings.ts'
import { Texts } from './texts.ts'

/** What was read of a request, whatever reported it. */
export interface Reported {
  readonly tenant: string
  readonly dialect: string
  readonly provider: string
  readonly requestModel?: string
  readonly responseModel?: string
  readonly attribution: Attribution
  readonly ruled?: Ruled
  readonly tags: Readonly<Record<string, string>>
}

/** A usage event as the door knows it. */
export interface ReportedEvent {
  readonly model: string
  readonly attribution: Attribution
  readonly tags: Readonly<Record<string, string>>
}

/** Attribution as one configuration has it; the door and the ledger ask the same one. */
export interface Attributor {
  /** Attributes of spans, and of log records and data points, that are kept: the usual ones and those it looks at. */
  readonly keep: KeepAttribute
  readonly keepSignal: KeepAttribute
  /** What a record itself says. */
  readonly attribute: Attribute
  /** With what is pinned and what rules say. `record`: what it was read of; of a usage event there is none. */
  settle<T extends Reported>(reported: T, record: Attributed | undefined, pins: Attribution): T
  /** What the API key with this sha256 (hex) decides, as a record header; undefined: nothing. */
  pinsHeader(keySha256: string): string | undefined
  readonly isStrict: boolean
  /**
   * The required dimensions that a record would be stored without. The door does not know provider, dialect or model
   * as the ledger does: a rule that looks at them has the benefit of the doubt.
   */
  missingIn(record: Attributed, tenant: string | undefined, pins: Attribution): readonly Dimension[]
  missingInEvent(event: ReportedEvent, tenant: string | undefined, pins: Attribution): readonly Dimension[]
}

const none: readonly Dimension[] = Object.freeze([])
const attributors = new WeakMap<AttributionConfig, Attributor>()

/** The attributor of a configuration, made once for each. */
export function attributorOf(config: AttributionConfig = defaultAttributionConfig): Attributor {
  let attributor = attributors.get(config)
  if (attributor === undefined) attributors.set(config, (attributor = createAttributor(config)))
  return attributor
}

function createAttributor(config: AttributionConfig): Attributor {
  const spelled = compileSpellings(spellingsOf(config))
  const freeKey = createFreeKeys(spelled)
  const attribute = createAttribute(spelled)
  const rules: readonly Rule[] = config.rules.map(compileRule)
  const pinned = new Map(config.api_keys.map(({ key_sha256: hash, set }) => [hash.toLowerCase(), encodePins(set)]))
  const asked = new Set(
    config.rules.flatMap(({ match }) => [...Object.keys(match.attributes ?? {}), ...Object.keys(match.resource ?? {})]),
  )
  const isWanted = (key: string) => asked.has(key) || (spelled.has(plainKey(key)) && standsAlone(key))

  function fromTags(attribution: Attribution, tags: Reported['tags']): Attribution {
    let found: { [dimension in Dimension]?: string } | undefined
    const orders: { [dimension in Dimension]?: number } = {}
    for (const key in tags) {
      const spelling = freeKey(key).spelled
      if (spelling === undefined || attribution[spelling.dimension] !== undefined) continue
      if (spelling.order >= (orders[spelling.dimension] ?? Number.POSITIVE_INFINITY)) continue
      found ??= { ...attribution }
      found[spelling.dimension] = tags[key] as string
      orders[spelling.dimension] = spelling.order
    }
    return found ?? attribution
  }

  function missing(pins: Attribution, facts: Facts): readonly Dimension[] {
    const perhaps = new Set<Dimension>()
    const { attribution } = applyRules(rules, pins, facts, (dimension) => perhaps.add(dimension))
    return config.require.filter((dimension) => attribution[dimension] === undefined && !perhaps.has(dimension))
  }

  return {
    keep: keepAlso(keptAttributes, isWanted),
    keepSignal: keepAlso(keptSignalAttributes, isWanted),
    attribute,
    settle(reported, record, pins) {
      const said = record === undefined ? fromTags(reported.attribution, reported.tags) : reported.attribution
      if (rules.length === 0 && pins === noPins) {
        return said === reported.attribution ? reported : { ...reported, attribution: said }
      }
      const { tenant, dialect, provider, requestModel, responseModel, tags } = reported
      const models = [requestModel, responseModel]
      const known = { attribution: pins === noPins ? said : { ...said, ...pins }, tenant, dialect, provider, models }
      const { attribution, ruled } = applyRules(rules, pins, { ...known, ...textsOf(record, tags) })
      return { ...reported, attribution, ...(ruled && { ruled }) }
    },
    pinsHeader: (keySha256) => pinned.get(keySha256),
    isStrict: config.require.length > 0,
    missingIn(record, tenant, pins) {
      const { attribution } = attribute(record)
      const said = { ...attribution, ...pins }
      if (config.require.every((dimension) => said[dimension] !== undefined)) return none
      const texts = textsOf(record, {})
      const known = { dialect: unknown, provider: unknown, models: unknown } as const
      const whose = tenant ?? texts.resource('spanledger.tenant') ?? defaultTenant
      return missing(pins, { attribution: said, tenant: whose, ...known, ...texts })
    },
    missingInEvent({ attribution, tags, model }, tenant, pins) {
      const said = { ...fromTags(attribution, tags), ...pins }
      const known = { tenant: tenant ?? defaultTenant, dialect: 'usage_event', provider: unknown } as const
      return missing(pins, { attribution: said, ...known, models: [model], ...textsOf(undefined, tags) })
    },
  }
}

function textsOf(record: Attributed | undefined, tags: Reported['tags']): Pick<Facts, 'attribute' | 'resource'> {
  if (record === undefined) {
    return {
      attribute: (name) => (Object.hasOwn(tags, name) ? tags[name] : undefined),
      resource: () => undefined,
    }
  }
  const text = (attributes: AttributeMap, name: string) => new Texts().clean(attributes.get(name))
  return {
    attribute: (name) => text(record.attributes, name),
    resource: (name) => text(record.resource.attributes, name),
  }
}

/** The configuration's own spellings are asked first, and are nobody else's any more. */
function spellingsOf({ spellings }: AttributionConfig): Record<Dimension, readonly string[]> {
  const given = dimensions.flatMap((dimension) => {
    const asked = spellings[dimension]
    return asked === undefined ? [] : Array.isArray(asked) ? asked : asked.only
  })
  const taken = new Set(given.map(plainKey))
  const all: { [dimension in Dimension]?: readonly string[] } = {}
  for (const dimension of dimensions) {
    const asked = spellings[dimension]
    const usual = defaultSpellings[dimension].filter((name) => !taken.has(plainKey(name)))
    all[dimension] = asked === undefined ? usual : Array.isArray(asked) ? [...asked, ...usual] : asked.only
  }
  return all as Record<Dimension, readonly string[]>
}
