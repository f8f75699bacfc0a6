/** Figures as people read them, the same wherever they are shown. */

/** `1,234,567` from `1234567`: whole numbers, with or without a sign. */
export function grouped(digits: string | number): string {
  return String(digits).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `40 min`, `2 h 10 min`, `3 d 4 h`: to the minute, below a day. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 1) return 'less than a minute'
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  return [days > 0 && `${days} d`, hours > 0 && `${hours} h`, days === 0 && rest > 0 && `${rest} min`]
    .filter((part) => part !== false)
    .join(' ')
}

/** `2026-11-21 14:20 UTC`. */
export function utcMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
