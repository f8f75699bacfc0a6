import { divideHalfEven } from '@spanledger/schemas/money'
import type { RateUsed } from './rates.ts'

/** What one meter costs in one row: quantity x num / den is atto-USD, by one division. */
export interface MeterPrice {
  /** The exact decimal string, in `currency`: a discount is worked in, and rounded nowhere. */
  readonly text: string
  /** Units one price buys; of audio, microseconds. */
  readonly per: number
  readonly num: bigint
  readonly den: bigint
  readonly currency: string
  /** How `currency` becomes USD; absent for USD itself. */
  readonly rate?: RateUsed
  /** The price row, or `contract:<id>` for a price that a contract fixes. */
  readonly row: string
  readonly contract?: { readonly id: string; readonly adjustment: string; readonly listText: string }
}

export const ledgerCurrency = 'USD'

/** value = digits / 10^scale */
export interface ExactDecimal {
  readonly digits: bigint
  readonly scale: number
}

/** Plain decimal strings of any length: no sign, no exponent. RangeError otherwise; `what` is in its text. */
export function exactDecimal(text: string, what: string): ExactDecimal {
  const match = /^(\d{1,30})(?:\.(\d{1,60}))?$/.exec(text)
  if (!match) throw new RangeError(`${what}: not a plain decimal: ${JSON.stringify(text)}`)
  const [, whole = '', fraction = ''] = match
  return { digits: BigInt(whole + fraction), scale: fraction.length }
}

export function multiplied(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale }
}

/** The shortest way to write it. */
export function decimalText({ digits, scale }: ExactDecimal): string {
  const padded = digits.toString().padStart(scale + 1, '0')
  const whole = padded.slice(0, padded.length - scale)
  const fraction = padded.slice(padded.length - scale).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** What the arithmetic needs of a price and the rate it is converted at. */
export function ratio(price: ExactDecimal, per: number, rate: RateUsed | undefined): { num: bigint; den: bigint } {
  let num = price.digits
  let den = BigInt(per)
  if (price.scale <= 18) num *= 10n ** BigInt(18 - price.scale)
  else den *= 10n ** BigInt(price.scale - 18)
  return rate ? { num: num * rate.num, den: den * rate.den } : { num, den }
}

/** In atto-USD: one division, half to even. */
export function amountOf(price: MeterPrice, quantity: bigint): bigint {
  return divideHalfEven(quantity * price.num, price.den)
}

/** The same in the price's own currency. */
export function nativeAmountOf(price: MeterPrice, quantity: bigint): bigint {
  const { rate } = price
  return rate ? divideHalfEven(quantity * price.num * rate.den, price.den * rate.num) : amountOf(price, quantity)
}
