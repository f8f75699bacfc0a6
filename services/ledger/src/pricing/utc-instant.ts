/** Milliseconds since the epoch of a UTC date or an instant with its offset. RangeError otherwise; `what` is in its text. */
export function utcInstant(text: string, what: string): number {
  const time = form.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new RangeError(`${what}: not a UTC date or instant: ${text}`)
  return time
}

/** Without an offset, an instant would be one of this machine's time zone. */
const form = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/
