import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import { isObject } from '@spanledger/schemas/events/event-fields'
import { type LifterOf, maxLookedAt } from '@spanledger/schemas/events/lifting/lifters'
import { Lifting } from '@spanledger/schemas/events/lifting/lifting'
import type { AttributeMap, AttributeValue } from '@spanledger/schemas/events/otlp'
import { createBudget, type TextBudget } from './attribute-decoder.ts'
import { limits } from './limits.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** A list; an absent one is empty; undefined when it is something else. */
export function asList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as unknown[]) : undefined
}

/** A list of OTLP/JSON KeyValue. What does not have that form is left out. */
export function readJsonAttributes(json: unknown, keep: KeepAttribute, lifterOf?: LifterOf): AttributeMap {
  const attributes = new Map<string, AttributeValue>()
  const budget = createBudget()
  for (const pair of asList(json) ?? []) {
    if (!isObject(pair) || typeof pair['key'] !== 'string') continue
    const limit = keep(pair['key'])
    if (limit === 0) {
      if (lifterOf !== undefined) liftText(pair['key'], pair['value'], lifterOf, budget)
      continue
    }
    const value = readValue(pair['value'], limit, limits.depth, budget)
    const room = attributes.size < limits.attributes || attributes.has(pair['key'])
    if (value !== undefined && room) attributes.set(pair['key'], value)
  }
  budget.lifting?.writeTo(attributes)
  return attributes
}

function liftText(key: string, value: unknown, lifterOf: LifterOf, budget: TextBudget): void {
  const lifter = lifterOf(key)
  if (lifter === undefined || !isObject(value) || typeof value['stringValue'] !== 'string') return
  const text = value['stringValue']
  const seen = text.slice(0, maxLookedAt)
  lifter(seen, text.length - seen.length, (budget.lifting ??= new Lifting()))
}

/** An AnyValue: an object with one field, named after its type. */
function readValue(json: unknown, limit: number, depth: number, budget: TextBudget): AttributeValue | undefined {
  if (!isObject(json)) return undefined
  if (typeof json['stringValue'] === 'string') return readText(json['stringValue'], limit, budget)
  if (typeof json['boolValue'] === 'boolean') return json['boolValue']
  if (json['intValue'] !== undefined) return readInteger(json['intValue'])
  if (json['doubleValue'] !== undefined) return readDouble(json['doubleValue'])
  if (depth === 0) return undefined
  if (isObject(json['arrayValue'])) return readArray(json['arrayValue'], limit, depth - 1, budget)
  if (isObject(json['kvlistValue'])) return readMap(json['kvlistValue'], limit, depth - 1, budget)
  return undefined
}

const lone = /\p{Surrogate}/gu

/** Half a character becomes U+FFFD, as it does when bytes are read. */
export function wellFormed(text: string): string {
  return text.replace(lone, '\ufffd')
}

function readText(text: string, limit: number, budget: TextBudget): string | undefined {
  if (text.length > limit || text.length > budget.left) return undefined
  budget.left -= text.length
  return wellFormed(text)
}

/** A number that is no integer stays what it is, for the reader to refuse with its reason. */
function readInteger(value: unknown): AttributeValue | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : value
  }
  if (typeof value !== 'string' || value.length > 32) return undefined
  if (!/^-?\d{1,19}$/.test(value)) return value
  const exact = BigInt(value)
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : exact
}

/** What is no number stays what it is, as an integer does. */
function readDouble(value: unknown): AttributeValue | undefined {
  return readJsonNumber(value) ?? (typeof value === 'string' && value.length <= 32 ? value : undefined)
}

/** A double, which JSON may also hold as a text; undefined when it is none. */
export function readJsonNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (value === 'NaN') return Number.NaN
  if (typeof value !== 'string' || value.length > 32 || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

const hex = /^[0-9a-fA-F]+$/

/** An id in lower-case hex; '' for a wrong length or all zeros. */
export function readHexId(value: unknown, digits: number): string {
  if (typeof value !== 'string' || value.length !== digits || !hex.test(value)) return ''
  return /^0+$/.test(value) ? '' : value.toLowerCase()
}

function readArray(json: JsonObject, limit: number, depth: number, budget: TextBudget): AttributeValue | undefined {
  const values = asList(json['values'])
  if (values === undefined || values.length > limits.elements) return undefined
  return values
    .map((value) => readValue(value, limit, depth, budget))
    .filter((value): value is AttributeValue => value !== undefined)
}

function readMap(json: JsonObject, limit: number, depth: number, budget: TextBudget): AttributeValue | undefined {
  const values = asList(json['values'])
  if (values === undefined || values.length > limits.elements) return undefined
  const map = new Map<string, AttributeValue>()
  for (const pair of values) {
    if (!isObject(pair) || typeof pair['key'] !== 'string') continue
    const key = readText(pair['key'], limit, budget)
    const value = readValue(pair['value'], limit, depth, budget)
    if (key !== undefined && value !== undefined) map.set(key, value)
  }
  return map
}
