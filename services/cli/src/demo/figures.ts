/** `1234567` -> `1,234,567`. */
export function grouped(digits: string | number): string {
  return String(digits).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Cents for lines that move, cut, not rounded; exact figures are for the summary. */
export function inCents(cost: string): string {
  const [whole = '0', fraction = ''] = cost.split('.')
  return `$${grouped(whole)}.${fraction.padEnd(2, '0').slice(0, 2)}`
}

/** To the nearest cent, as alerts are told everywhere else too. */
export function roundedToCents(usd: string): string {
  const [whole = '0', fraction = ''] = usd.split('.')
  const cents =
    BigInt(whole) * 100n + BigInt(fraction.padEnd(3, '0').slice(0, 2)) + (fraction.charAt(2) >= '5' ? 1n : 0n)
  return inCents(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`)
}

/** `14:05 UTC`. */
export function clockOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 16)} UTC`
}

/** `2026-11-21 14:05 UTC`. */
export function minuteOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `4 h 15 min`. */
export function inHours(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  const hours = Math.floor(minutes / 60)
  if (hours === 0) return `${minutes} min`
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}
