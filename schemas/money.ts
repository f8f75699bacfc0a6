/**
 * Exact money: integers of atto-USD (10^-18), half-even where a division does not terminate.
 * Source of the rules: the pricing specification, section 7.
 */
export const attoPerUsd = 10n ** 18n

/** Plain decimal strings only: no exponent, no sign but '-', at most 18 fraction digits. Throws RangeError otherwise. */
export function attoFromDecimal(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(text)
  if (!match) throw new RangeError(`not a plain decimal with at most 18 fraction digits: ${JSON.stringify(text)}`)
  const [, sign, whole, fraction = ''] = match
  const atto = BigInt(whole as string) * attoPerUsd + BigInt(fraction.padEnd(18, '0'))
  return sign ? -atto : atto
}

/** The shortest exact decimal: no exponent, no trailing zeros. */
export function decimalFromAtto(atto: bigint): string {
  const sign = atto < 0n ? '-' : ''
  const digits = (atto < 0n ? -atto : atto).toString().padStart(19, '0')
  const fraction = digits.slice(-18).replace(/0+$/, '')
  return sign + digits.slice(0, -18) + (fraction ? `.${fraction}` : '')
}

/** numerator / denominator to the nearest integer, halves to even. `denominator` > 0. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const remainder = numerator % denominator
  if (remainder === 0n) return quotient
  const twice = (remainder < 0n ? -remainder : remainder) * 2n
  const away = twice > denominator || (twice === denominator && quotient % 2n !== 0n)
  if (!away) return quotient
  return numerator < 0n ? quotient - 1n : quotient + 1n
}
