import type { ExchangeRate } from '@spanledger/schemas/prices/overrides'
import { type ExactDecimal, exactDecimal, ledgerCurrency } from './exact-price.ts'
import { utcInstant } from './utc-instant.ts'

/** How an amount of another currency becomes USD: x num / den. */
export interface RateUsed {
  /** `EUR/USD@2026-11-02 ECB`: the pair as the table has it, the date it was found at, and who says so. */
  readonly id: string
  /** The decimal string of the table. */
  readonly rate: string
  readonly currency: string
  /** The table has the pair the other way round only: the amount is divided by the rate. */
  readonly divides: boolean
  readonly num: bigint
  readonly den: bigint
}

/** The answer is the same in [from, to). */
export interface RateAnswer {
  /** Absent: none at that time. */
  readonly rate?: RateUsed
  /** Older than seven days. */
  readonly stale: boolean
  readonly from: number
  readonly to: number
}

const dayMs = 86_400_000
const maxAgeDays = 7

/**
 * Rates to USD by currency and event time: that of the UTC date, else the latest before it. A pair that the table has as
 * <currency>/USD at all is never taken the other way round; nothing is crossed. Source: the pricing specification, 10.
 */
export function createRateTable(rates: readonly ExchangeRate[]): (currency: string, at: number) => RateAnswer {
  const direct = new Map<string, Dated[]>()
  const inverse = new Map<string, Dated[]>()
  for (const rate of rates) {
    const [base, quote] = [currencyOf(rate.base), currencyOf(rate.quote)]
    const table = quote === ledgerCurrency ? direct : base === ledgerCurrency ? inverse : undefined
    const currency = table === direct ? base : quote
    const date = utcInstant(rate.date, `exchange rate ${base}/${quote}`)
    const dated = { date: date - modulo(date), rate: rateUsed(rate, currency) }
    table?.set(currency, [...(table.get(currency) ?? []).filter((other) => other.date !== dated.date), dated])
  }
  for (const list of [...direct.values(), ...inverse.values()]) list.sort((a, b) => a.date - b.date)

  return (currency, at) => {
    const list = direct.get(currency) ?? inverse.get(currency) ?? []
    const place = list.findLastIndex(({ date }) => date <= at)
    const found = list[place]
    const next = list[place + 1]?.date ?? Infinity
    if (!found) return { stale: false, from: -Infinity, to: next }
    const staleFrom = found.date + (maxAgeDays + 1) * dayMs
    const stale = at >= staleFrom
    const [from, to] = stale ? [staleFrom, next] : [found.date, Math.min(next, staleFrom)]
    return { rate: found.rate, stale, from, to }
  }
}

interface Dated {
  readonly date: number
  readonly rate: RateUsed
}

/** One rate as it is used for amounts in `currency`; `label` stands in its id in place of date and source. */
export function rateUsed(rate: ExchangeRate, currency: string, label = `${rate.date} ${rate.source}`): RateUsed {
  const [base, quote] = [currencyOf(rate.base), currencyOf(rate.quote)]
  const what = `exchange rate ${base}/${quote} of ${rate.date}`
  const divides = base === ledgerCurrency
  if ((divides ? quote : base) !== currency || (divides ? base : quote) !== ledgerCurrency) {
    throw new RangeError(`${what}: is not between ${currency} and ${ledgerCurrency}`)
  }
  const exact: ExactDecimal = exactDecimal(rate.rate, what)
  if (exact.digits === 0n) throw new RangeError(`${what}: is 0`)
  const scale = 10n ** BigInt(exact.scale)
  const [num, den] = divides ? [scale, exact.digits] : [exact.digits, scale]
  return { id: `${base}/${quote}@${label}`, rate: rate.rate, currency, divides, num, den }
}

export function currencyOf(text: string | undefined): string {
  return text === undefined ? ledgerCurrency : text.trim().toUpperCase()
}

function modulo(instant: number): number {
  return ((instant % dayMs) + dayMs) % dayMs
}
