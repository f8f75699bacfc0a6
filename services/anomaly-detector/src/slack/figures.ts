import type { AlertUnit } from '@spanledger/schemas/events/alert'
import { grouped } from '@spanledger/schemas/figure-text'
import { attoFromDecimal, attoPerUsd, divideHalfEven } from '@spanledger/schemas/money'

/**
 * Figures as people read them, rounded half-even from the exact decimal string. What is not a decimal string is shown as
 * `?`: a message with a hole is better than no message.
 */

/** `$1,234.50`; below a dollar as many decimals as two significant digits need: `$0.0034`. */
export function dollars(usd: string): string {
  const atto = attoOf(usd)
  if (atto === undefined) return '?'
  const size = atto < 0n ? -atto : atto
  if (size > 0n && size < 10n ** 10n) return 'next to nothing'
  const places = size === 0n || size >= attoPerUsd ? 2 : Math.max(2, 20 - size.toString().length)
  return `${atto < 0n ? '-' : ''}$${rounded(size, places)}`
}

/** `62.5 %` from `0.625`. */
export function percent(ratio: string): string {
  const atto = attoOf(ratio)
  if (atto === undefined) return '?'
  return `${atto < 0n ? '-' : ''}${rounded((atto < 0n ? -atto : atto) * 100n, 1)} %`
}

/** `1,234`. */
export function count(value: string): string {
  const atto = attoOf(value)
  if (atto === undefined) return '?'
  return `${atto < 0n ? '-' : ''}${rounded(atto < 0n ? -atto : atto, 0)}`
}

export function inUnit(value: string, unit: AlertUnit): string {
  if (unit === 'ratio') return percent(value)
  if (unit === 'requests') return count(value)
  return unit === 'usd' ? dollars(value) : `${dollars(value)} per request`
}

/** `2.4×`, or undefined where there is nothing to compare with. */
export function times(observed: string, expected: string): string | undefined {
  const [a, b] = [attoOf(observed), attoOf(expected)]
  if (a === undefined || b === undefined || b <= 0n || a < 0n) return undefined
  const atto = divideHalfEven(a * attoPerUsd, b)
  return `${rounded(atto, atto >= 10n * attoPerUsd ? 0 : 1)}×`
}

function attoOf(text: string): bigint | undefined {
  try {
    return attoFromDecimal(text)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function rounded(size: bigint, places: number): string {
  const digits = divideHalfEven(size, 10n ** BigInt(18 - places))
    .toString()
    .padStart(places + 1, '0')
  const whole = grouped(digits.slice(0, digits.length - places))
  return places === 0 ? whole : `${whole}.${digits.slice(-places)}`
}
