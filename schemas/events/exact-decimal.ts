import { decimalFromAtto, divideHalfEven } from '../money.ts'

const maxWholeDigits = 12
const fractionDigits = 18n
const pattern = /^(\d{1,40})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * A non-negative amount of money as others write it, a decimal string or a JSON number, to a plain decimal string with
 * at most 18 fraction digits (half-even beyond them: such digits are noise of binary floats). undefined when it is none,
 * or above 10^12.
 */
export function exactDecimal(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const match = pattern.exec(String(value))
  if (match === null) return undefined
  const [, whole = '', fraction = '', exponent = '0'] = match
  const scale = fractionDigits + BigInt(exponent) - BigInt(fraction.length)
  if (BigInt(exponent) > 40n || BigInt(exponent) < -80n) return BigInt(whole + fraction) === 0n ? '0' : undefined
  const unscaled = BigInt(whole + fraction)
  const atto = scale >= 0n ? unscaled * 10n ** scale : divideHalfEven(unscaled, 10n ** -scale)
  return atto >= 10n ** (BigInt(maxWholeDigits) + fractionDigits) ? undefined : decimalFromAtto(atto)
}
