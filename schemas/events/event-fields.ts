import type { RejectCode } from '../codes.ts'
import { cutText, isPlainText, isSafeText, safeText } from './safe-text.ts'

export const maxIdLength = 512
export const maxTextLength = 256
export const maxTags = 64

/**
 * Reads the fields of one event from a stranger. null, undefined and '' mean "not given". The first problem is kept, as
 * the reason to refuse the event; a text that is only too long is cut, and `truncated` says so.
 */
export class EventFields {
  readonly raw: Readonly<Record<string, unknown>>
  readonly where: string
  code: RejectCode | undefined
  message = ''
  truncated = false

  constructor(raw: Readonly<Record<string, unknown>>, where = '') {
    this.raw = raw
    this.where = where
  }

  fail(code: RejectCode, name: string, problem: string): undefined {
    if (this.code === undefined) {
      this.code = code
      this.message = `${this.where}${cutText(safeText(name), 64)} ${problem}`
    }
    return undefined
  }

  /** A name or label; whole numbers are taken for their digits, as ids often are numbers. */
  text(name: string): string | undefined {
    return this.label(this.raw[name], name)
  }

  label(value: unknown, name: string): string | undefined {
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
    if (typeof value !== 'string') return this.fail('FIELD_INVALID', name, 'must be a string')
    if (isPlainText(value, maxTextLength)) return value
    const trimmed = safeText(value.trim())
    if (trimmed.length <= maxTextLength) return trimmed || undefined
    this.truncated = true
    return cutText(trimmed, maxTextLength)
  }

  /** What identifies a record: refused when it is too long or unclean, for a changed one could meet another's. */
  id(name: string): string | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
    if (typeof value !== 'string') return this.fail('FIELD_INVALID', name, 'must be a string')
    if (isPlainText(value, maxIdLength)) return value
    const trimmed = value.trim()
    if (trimmed.length > maxIdLength)
      return this.fail('FIELD_INVALID', name, `is longer than ${maxIdLength} characters`)
    if (!isSafeText(trimmed)) return this.fail('FIELD_INVALID', name, 'has control characters or broken Unicode')
    return trimmed || undefined
  }

  hexId(name: string, pattern: RegExp, digits: number): string | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string' || !pattern.test(value)) {
      return this.fail('FIELD_INVALID', name, `must be ${digits} hex digits`)
    }
    return /^0+$/.test(value) ? undefined : value.toLowerCase()
  }

  oneOf<T extends string>(name: string, values: readonly T[], otherwise: T): T {
    const value = this.raw[name]
    if (value === undefined || value === null) return otherwise
    if ((values as readonly unknown[]).includes(value)) return value as T
    this.fail('FIELD_INVALID', name, `must be one of ${values.join(', ')}`)
    return otherwise
  }

  /** A finite number within the bounds. */
  number(name: string, least: number, most: number): number | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number' && value >= least && value <= most) return value + 0
    return this.fail('FIELD_INVALID', name, `must be a number from ${least} to ${most}`)
  }

  object(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null) return undefined
    if (isObject(value)) return value
    return this.fail('FIELD_INVALID', name, 'must be an object')
  }

  /** Free labels: numbers and booleans are taken as text, null and '' are left out, long keys and values are cut. */
  tags(name: string): Readonly<Record<string, string>> {
    const object = this.object(name)
    if (object === undefined) return {}
    const keys = Object.keys(object)
    if (keys.length > maxTags) {
      this.fail('FIELD_INVALID', name, `has more than ${maxTags} entries`)
      return {}
    }
    const tags: [string, string][] = []
    for (const key of keys.toSorted()) {
      const value = object[key]
      const plain = Number.isFinite(value) || typeof value === 'boolean' ? String(value) : value
      const label = this.label(plain, `${name}.${key}`)
      const safeKey = this.label(key, `${name} key`)
      if (label !== undefined && safeKey !== undefined) tags.push([safeKey, label])
    }
    return Object.fromEntries(tags)
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
