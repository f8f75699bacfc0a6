import { type Attribution, type Dimension, dimensions } from '../events/dimensions.ts'
import { maxTags, maxTextLength } from '../events/event-fields.ts'
import type { AttributeMap, AttributeValue } from '../events/otlp.ts'
import { isFrameworks, type JudgeFreeKey } from './free-keys.ts'
import { entriesOf, isList, labelsOf, scalarText } from './free-values.ts'
import type { LookUp, Reading } from './look-up.ts'
import { Texts } from './texts.ts'

type Nothing = readonly string[] | undefined

const unranked = Number.MAX_SAFE_INTEGER
const indexes = Object.fromEntries(dimensions.map((dimension, index) => [dimension, index])) as Record<
  Dimension,
  number
>

/** What one list of attributes says: for each dimension the best of what was found, and its tags. */
export class Found {
  readonly texts = new Texts()
  /** Of no dimension was anything said. */
  isEmpty = true
  // By the index of the dimension: an object with changing keys takes ten times as long.
  readonly #ranks: number[] = dimensions.map(() => unranked)
  readonly #values: (string | undefined)[] = dimensions.map(() => undefined)
  readonly #freeKey: JudgeFreeKey
  #ownTags: Map<string, string> | undefined
  #freeTags: Map<string, string> | undefined

  constructor(freeKey: JudgeFreeKey) {
    this.#freeKey = freeKey
  }

  take(attributes: AttributeMap, lookUp: LookUp): this {
    for (const [name, value] of attributes) {
      const readings = lookUp(name)
      for (let at = 0; at < readings.length; at++) {
        const reading = readings[at] as Reading
        if (reading.beside === undefined || attributes.has(reading.beside)) this.#read(reading, value)
      }
    }
    return this
  }

  /** Of this or, where it ranks better, the other. */
  attributionOver(other: Found): Attribution {
    const all: { [dimension in Dimension]?: string } = {}
    for (let at = 0; at < dimensions.length; at++) {
      const better = (this.#ranks[at] as number) < (other.#ranks[at] as number) ? this : other
      const value = better.#values[at]
      if (value !== undefined) all[dimensions[at] as Dimension] = value
    }
    return all
  }

  get hasTags(): boolean {
    return this.#ownTags !== undefined || this.#freeTags !== undefined
  }

  /** At most `maxTags`: those written as tags by name, then the others by name. This one's beat the other's. */
  tagsOver(other: Found): Readonly<Record<string, string>> {
    const own = over(this.#ownTags, other.#ownTags)
    const free = over(this.#freeTags, other.#freeTags)
    const all = sorted(own)
    for (const tag of sorted(free)) if (!own.has(tag[0])) all.push(tag)
    if (all.length > maxTags) this.texts.truncated = true
    // Names come from strangers, so none is ever assigned.
    return Object.fromEntries(all.length > maxTags ? all.slice(0, maxTags) : all)
  }

  #read(reading: Reading, value: AttributeValue): void {
    const { rank, nothing } = reading
    switch (reading.kind) {
      case 'own_dimension':
        return this.#offer(reading.dimension, rank, value)
      case 'dimension': {
        const said = typeof value === 'object' ? value : scalarText(value, nothing)
        return this.#offer(reading.dimension, rank, said)
      }
      case 'own_tag':
        return this.#ownTag(reading.key, value)
      case 'tag':
        return this.#tag(reading.key, scalarText(value, nothing))
      case 'entry':
        return this.#entry(reading.key, value, rank, nothing)
      case 'entries':
        for (const [key, each] of entriesOf(value)) this.#entry(key, each, rank, nothing)
        return
      case 'labels':
        return this.#labels(value, rank)
    }
  }

  #offer(dimension: Dimension, rank: number, value: AttributeValue | undefined): void {
    const index = indexes[dimension]
    if (rank >= (this.#ranks[index] as number)) return
    const text = this.texts.clean(value)
    if (text === undefined) return
    this.isEmpty = false
    this.#ranks[index] = rank
    this.#values[index] = text
  }

  /** A key that the application chose: a dimension in its own spelling, else a tag. */
  #entry(key: string, value: unknown, rank: number, nothing: Nothing): void {
    const { spelled, tag } = this.#freeKey(key)
    const text = scalarText(value, nothing)
    if (key === 'tags' && isList(value)) this.#labels(value, rank)
    else if (text === undefined) this.#nested(key, value, rank)
    else if (isContentShaped(text)) return
    else if (spelled !== undefined) this.#offer(spelled.dimension, rank + spelled.order, text)
    else this.#tag(tag, text)
  }

  /** `user: {id: …}` is read as `user_id`; what else is nested is nobody's dimension. */
  #nested(key: string, value: unknown, rank: number): void {
    if (typeof value !== 'object' || value === null) return
    for (const [inner, each] of entriesOf(value)) {
      const { spelled } = this.#freeKey(`${key}_${inner}`)
      const text = spelled && scalarText(each, undefined)
      if (spelled !== undefined && text !== undefined) this.#offer(spelled.dimension, rank + spelled.order, text)
    }
  }

  /** `team:search` is an entry; a word alone is a tag that is true. */
  #labels(value: unknown, rank: number): void {
    for (const label of labelsOf(value)) {
      const at = separatorOf(label)
      const isPair = at > 0 && at < label.length - 1 && !label.startsWith('//', at + 1)
      if (!isPair) this.#tag(this.#freeKey(label).tag, 'true')
      else if (!isFrameworks(label)) this.#entry(label.slice(0, at).trim(), label.slice(at + 1), rank, undefined)
    }
  }

  #ownTag(name: string, value: AttributeValue): void {
    const key = this.texts.clean(name)
    const text = this.texts.clean(value)
    if (key !== undefined && text !== undefined) (this.#ownTags ??= new Map()).set(key, text)
  }

  #tag(key: string | undefined, text: string | undefined): void {
    if (key === undefined || text === undefined || isContentShaped(text)) return
    const clean = this.texts.clean(text)
    if (clean !== undefined) (this.#freeTags ??= new Map()).set(key, clean)
  }
}

/** A label is short, of one line and no structure; what is not may be content: it is left out, never cut. */
function isContentShaped(text: string): boolean {
  return text.length > maxTextLength || text.includes('\n') || text.startsWith('{') || text.startsWith('[')
}

function separatorOf(label: string): number {
  const colon = label.indexOf(':')
  const equals = label.indexOf('=')
  return colon < 0 || (equals >= 0 && equals < colon) ? equals : colon
}

const noTags: ReadonlyMap<string, string> = new Map()

function over(mine: Map<string, string> | undefined, others: Map<string, string> | undefined) {
  if (mine === undefined || others === undefined) return mine ?? others ?? noTags
  return new Map([...others, ...mine])
}

function sorted(tags: ReadonlyMap<string, string>): [string, string][] {
  return tags.size < 2 ? [...tags] : [...tags].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
