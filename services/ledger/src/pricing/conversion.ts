import type { RateAnswer, RateUsed } from './rates.ts'

/** The rates of one instant, and what was found out by asking for them. */
export interface Conversion {
  /** Undefined where there is none: then `missing` is true from there on. */
  rate(currency: string): RateUsed | undefined
  readonly missing: boolean
  readonly stale: boolean
  /** The answers are the same in [from, to). */
  readonly from: number
  readonly to: number
}

export function createConversion(rates: (currency: string, at: number) => RateAnswer, at: number): Conversion {
  const found = { missing: false, stale: false, from: -Infinity, to: Infinity }
  return {
    rate(currency) {
      const answer = rates(currency, at)
      found.from = Math.max(found.from, answer.from)
      found.to = Math.min(found.to, answer.to)
      if (!answer.rate) found.missing = true
      if (answer.stale) found.stale = true
      return answer.rate
    },
    get missing() {
      return found.missing
    },
    get stale() {
      return found.stale
    },
    get from() {
      return found.from
    },
    get to() {
      return found.to
    },
  }
}
