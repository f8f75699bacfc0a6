import { maxTextLength } from '../events/event-fields.ts'
import type { AttributeValue } from '../events/otlp.ts'
import { cutText, isPlainText, safeText } from '../events/safe-text.ts'

/** Makes attribute values fit to be stored and shown, and remembers whether one had to be cut. */
export class Texts {
  truncated = false

  /** Trimmed, at most 256 characters, no control characters; undefined when nothing is left or it is a structure. */
  clean(value: AttributeValue | undefined): string | undefined {
    const plain = plainText(value)
    if (plain === undefined || isPlainText(plain, maxTextLength)) return plain
    const text = safeText(plain.trim())
    if (text.length <= maxTextLength) return text === '' ? undefined : text
    this.truncated = true
    return cutText(text, maxTextLength)
  }
}

/** Scalars by their own spelling, lists of scalars with commas; maps say nothing. */
function plainText(value: AttributeValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (value === undefined) return undefined
  if (Array.isArray(value)) return value.filter((item) => typeof item !== 'object').join(',')
  return typeof value === 'object' ? undefined : String(value)
}
