import { grouped } from '@spanledger/schemas/figure-text'
import { attoFromDecimal, attoPerUsd, divideHalfEven } from '@spanledger/schemas/money'

const mostPlaces = 8

/** `$1,234.567…`: every digit there is, at least two decimals. */
export function exactDollars(usd: string): string {
  const [whole = '0', fraction = ''] = usd.replace('-', '').split('.')
  return `${usd.startsWith('-') ? '-' : ''}$${grouped(whole)}.${fraction.padEnd(2, '0')}`
}

/** For reading: `$12.34`, and below a dollar as many decimals as two significant digits need: `$0.0034`. */
export function dollars(usd: string): string {
  const atto = attoFromDecimal(usd)
  return rounded(atto, Math.min(placesFor(atto < 0n ? -atto : atto), mostPlaces))
}

/** For columns, where the decimal points shall stand below each other. */
export function columnDollars(usd: string, places = 6): string {
  return rounded(attoFromDecimal(usd), places)
}

function placesFor(size: bigint): number {
  if (size === 0n || size >= attoPerUsd) return 2
  const zeros = 18 - size.toString().length
  return Math.max(2, zeros + 2)
}

function rounded(atto: bigint, places: number): string {
  const sign = atto < 0n ? '-' : ''
  const size = atto < 0n ? -atto : atto
  const units = divideHalfEven(size, 10n ** BigInt(18 - places))
  const digits = (units === 0n ? 1n : units).toString().padStart(places + 1, '0')
  const text = `$${grouped(digits.slice(0, -places))}.${digits.slice(-places)}`
  if (size === 0n) return `$0.${'0'.repeat(Math.min(places, places === mostPlaces ? 2 : places))}`
  // Something is not nothing, however little it is.
  return units === 0n ? `${sign}<${text}` : sign + text
}

/** For ticks of an axis, whose values are round: `$0.002`, `$1.5`, `$1,200`. */
export function axisDollars(value: number): string {
  const places =
    value === 0 || Math.abs(value) >= 100 ? 0 : Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))))
  return `$${Number(value.toFixed(places)).toLocaleString('en-US', { maximumFractionDigits: places })}`
}
