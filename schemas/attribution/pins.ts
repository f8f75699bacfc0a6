import { type Attribution, type Dimension, dimensions } from '../events/dimensions.ts'
import { isObject } from '../events/event-fields.ts'
import { Texts } from './texts.ts'

/** What an API key alone decides, as the door writes it into the header of a record. */
export function encodePins(pins: Attribution): string {
  return JSON.stringify(pins)
}

export const noPins: Attribution = Object.freeze({})
const maxHeaderLength = 8_192
const maxKnown = 1_024
const known = new Map<string, Attribution>()

/**
 * Reads such a header; other producers write what they like into it, so what is no dimension with a text says nothing.
 * A key's header is the same on each of its records: it is read once.
 */
export function decodePins(header: string | undefined): Attribution {
  if (header === undefined || header === '' || header.length > maxHeaderLength) return noPins
  const before = known.get(header)
  if (before !== undefined) return before
  const pins = read(header)
  if (known.size >= maxKnown) known.clear()
  known.set(header, pins)
  return pins
}

function read(header: string): Attribution {
  let json: unknown
  try {
    json = JSON.parse(header)
  } catch {
    return noPins
  }
  if (!isObject(json)) return noPins
  const texts = new Texts()
  const pins: { [dimension in Dimension]?: string } = {}
  for (const dimension of dimensions) {
    const value = json[dimension]
    const text = typeof value === 'string' ? texts.clean(value) : undefined
    if (text !== undefined) pins[dimension] = text
  }
  return Object.freeze(pins)
}
