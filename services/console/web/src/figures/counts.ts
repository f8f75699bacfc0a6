import { grouped } from '@spanledger/schemas/figure-text'

const units = [
  ['T', 10n ** 12n],
  ['B', 10n ** 9n],
  ['M', 10n ** 6n],
  ['k', 10n ** 3n],
] as const

/** `1,234,567`: every digit. */
export function exactCount(count: string): string {
  return grouped(count)
}

/** For reading: exact below 10,000, then three digits and a unit: `1.23M`. Cut off, never rounded up to what is not there. */
export function shortCount(count: string): string {
  const value = BigInt(count)
  const size = value < 0n ? -value : value
  if (size < 10_000n) return exactCount(count)
  const [unit, factor] = units.find(([, factor]) => size >= factor) as (typeof units)[number]
  const whole = (size / factor).toString()
  const places = Math.max(0, 3 - whole.length)
  const fraction = ((size % factor) + factor).toString().slice(1, 1 + places)
  return `${value < 0n ? '-' : ''}${exactCount(whole)}${fraction === '' ? '' : `.${fraction}`}${unit}`
}

/** A ratio for reading: `87.3 %`; a dash when there is none. */
export function percent(ratio: number | null): string {
  return ratio === null ? '–' : `${(ratio * 100).toFixed(1)} %`
}

/** One thing, several things: `1 request`, `2 requests`. */
export function counted(count: string, noun: string): string {
  return `${shortCount(count)} ${noun}${count === '1' ? '' : 's'}`
}
