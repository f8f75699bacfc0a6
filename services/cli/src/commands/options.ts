import { InvalidArgumentError } from 'commander'

/** Readers of option values; what is wrong is said in the option's own words. */
export function readWholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number, 0 or more.')
  return value
}

export function readCount(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number above 0.')
  return value
}

export function readPositive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('give a number above 0.')
  return value
}

export function readNotNegative(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value < Infinity))
    throw new InvalidArgumentError('give a number, 0 or more.')
  return value
}

/** ISO 8601 with a zone, or `now`; milliseconds since the epoch. */
export function readTime(text: string): number {
  if (text === 'now') return Date.now()
  const value = /^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:?\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(value)) throw new InvalidArgumentError('give a time such as 2026-11-20T10:00:00Z, or "now".')
  return value
}

export function readHttpUrl(text: string): string {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('give a URL such as http://127.0.0.1:4318.')
  }
  return text
}
