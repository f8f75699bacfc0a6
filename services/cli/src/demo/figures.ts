import { grouped } from '@spanledger/schemas/figure-text'
import { attoFromDecimal, attoPerUsd, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'

const attoPerCent = attoPerUsd / 100n

/** Cents for lines that move, cut, not rounded; exact figures are for the summary. */
export function inCents(cost: string): string {
  const [whole = '0', fraction = ''] = cost.split('.')
  return `$${grouped(whole)}.${fraction.padEnd(2, '0').slice(0, 2)}`
}

/** To the nearest cent. */
export function roundedToCents(usd: string): string {
  const atto = attoFromDecimal(usd)
  const cents = divideHalfEven(atto < 0n ? -atto : atto, attoPerCent)
  return `${atto < 0n ? '-' : ''}${inCents(decimalFromAtto(cents * attoPerCent))}`
}

/** `14:05 UTC`. */
export function clockOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 16)} UTC`
}

/** `4 h 15 min`. */
export function inHours(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  const hours = Math.floor(minutes / 60)
  if (hours === 0) return `${minutes} min`
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}
