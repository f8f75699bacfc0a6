import { divideHalfEven, decimalFromAtto } from '@spanledger/schemas/money'
import type { SeriesBasis } from '../landing/accrual-basis.ts'
import type { AccrualEstimate } from '../landing/accrual-correction.ts'
import type { OpenAccrual, SeriesDay } from '../ports.ts'

/** On either side of the day of a request: its own kind of traffic, a weekend among it. */
export const windowDays = 7

type Likeness = 'request_model' | 'model' | 'feature' | 'service'

/** What other requests must share with this one, beside tenant, provider and operation: the first that enough do is taken. */
const levels: readonly { readonly same: readonly Likeness[]; readonly least: bigint }[] = [
  { same: ['request_model', 'feature', 'service'], least: 30n },
  { same: ['request_model', 'feature'], least: 30n },
  { same: ['request_model', 'service'], least: 30n },
  { same: ['request_model'], least: 1n },
  // Where sources do not say which model was asked for.
  { same: ['model'], least: 1n },
]

const read: Readonly<Record<Likeness, (of: OpenAccrual | SeriesDay) => string>> = {
  request_model: (of) => of.requestModel,
  model: (of) => of.model,
  feature: (of) => of.feature,
  service: (of) => of.service,
}

export interface Series {
  /** Undefined where nothing like it has a price. */
  estimate(accrual: OpenAccrual): AccrualEstimate | undefined
}

/**
 * What requests like it cost on average, near the time of the request. The mean, not a median: what requests cost is
 * skewed, and only means sum to what many of them cost together.
 */
export function createSeries(days: readonly SeriesDay[]): Series {
  const alike = new Map<string, SeriesDay[]>()
  for (const day of days) {
    const others = alike.get(nameOf(day))
    if (others) others.push(day)
    else alike.set(nameOf(day), [day])
  }
  const known = new Map<string, AccrualEstimate | undefined>()

  function estimateOf(accrual: OpenAccrual): AccrualEstimate | undefined {
    const [from, to] = [shiftDay(accrual.day, -windowDays), shiftDay(accrual.day, windowDays)]
    const near = (alike.get(nameOf(accrual)) ?? []).filter(({ day }) => from <= day && day <= to)
    for (const { same, least } of levels) {
      if (same.includes('request_model') && accrual.requestModel === '') continue
      let [requests, cost] = [0n, 0n]
      for (const day of near)
        if (same.every((name) => read[name](day) === read[name](accrual))) {
          requests += day.requests
          cost += day.cost
        }
      if (requests < least || cost <= 0n) continue
      const basis: SeriesBasis = {
        by: 'series',
        same: [...same, 'operation'],
        from,
        to,
        requests: String(requests),
        cost: decimalFromAtto(cost),
      }
      return { accruedCost: divideHalfEven(cost, requests), basis }
    }
    return undefined
  }

  return {
    estimate(accrual) {
      const likeness = Object.values(read).map((value) => value(accrual))
      const name = JSON.stringify([nameOf(accrual), accrual.day, ...likeness])
      if (!known.has(name)) known.set(name, estimateOf(accrual))
      return known.get(name)
    },
  }
}

function nameOf({ tenant, provider, operation }: OpenAccrual | SeriesDay): string {
  return JSON.stringify([tenant, provider, operation])
}

/** `day` is YYYY-MM-DD. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}
