import { momentFrom } from '@spanledger/schemas/config/prices'
import type { PriceContract, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { type Check, ok, warning } from './check.ts'

const name = 'own prices'
const dayMs = 86_400_000
const soonDays = 14
/** Older rates are flagged on every charge that they convert: the pricing specification, 10. */
const staleRateDays = 7

/** What the configuration file adds to the price catalogue: what there is, and what is, or soon will be, out of date. */
export function checkOwnPrices(overrides: PriceOverrides, nowMs: number): Check[] {
  const { contracts = [] } = overrides
  return [
    ok(name, describe(overrides)),
    ...contracts.flatMap((contract) => checkContract(contract, contracts, nowMs)),
    ...checkRates(overrides, nowMs),
  ]
}

function describe({ aliases, contracts, rows, pools, rates }: PriceOverrides): string {
  const counts = [
    counted(contracts, 'contract'),
    counted(aliases, 'alias', 'aliases'),
    counted(rows, 'price row'),
    counted(pools, 'cost pool'),
    counted(rates, 'exchange rate'),
  ].filter((text) => text !== '')
  return counts.length === 0 ? 'none: everything is priced by the catalogue' : `${counts.join(', ')} in the file`
}

function counted(list: readonly unknown[] | undefined, one: string, several = `${one}s`): string {
  const { length = 0 } = list ?? {}
  return length === 0 ? '' : `${length} ${length === 1 ? one : several}`
}

function checkContract(contract: PriceContract, all: readonly PriceContract[], nowMs: number): Check[] {
  const end = contract.effective_to === undefined ? undefined : momentFrom(contract.effective_to)
  if (end === undefined || end > nowMs + soonDays * dayMs) return []
  if (all.some((other) => other !== contract && follows(other, contract, Math.max(end, nowMs)))) return []
  const days = Math.ceil(Math.abs(end - nowMs) / dayMs)
  const [day, when] = [dayOf(end), `${days} ${days === 1 ? 'day' : 'days'}`]
  const said = end <= nowMs ? `is over since ${day}` : `ends on ${day}, in ${when}`
  return [
    warning(
      name,
      `contract ${contract.id} ${said}, and none follows it: then the list price holds`,
      'add its successor under prices.contracts (this one stays, for what it was in force for), or take it out if it is not needed any more',
    ),
  ]
}

/** Holds for the same requests, from then on. */
function follows(other: PriceContract, contract: PriceContract, atMs: number): boolean {
  const same = ({ provider, model_pattern: pattern, scope = {} }: PriceContract) =>
    JSON.stringify([provider.toLowerCase(), pattern.toLowerCase(), Object.entries(scope).toSorted()])
  const end = other.effective_to === undefined ? Number.POSITIVE_INFINITY : (momentFrom(other.effective_to) ?? 0)
  return (
    same(other) === same(contract) &&
    (momentFrom(other.effective_from) ?? Number.POSITIVE_INFINITY) <= atMs &&
    end > atMs
  )
}

function checkRates({ rates = [] }: PriceOverrides, nowMs: number): Check[] {
  const newest = new Map<string, number>()
  for (const { base, quote, date } of rates) {
    const pair = `${base}/${quote}`
    newest.set(pair, Math.max(newest.get(pair) ?? 0, momentFrom(date) ?? 0))
  }
  return [...newest].flatMap(([pair, at]) => {
    const days = Math.floor((nowMs - at) / dayMs)
    if (days <= staleRateDays) return []
    const message = `the newest rate of ${pair} is of ${dayOf(at)}, ${days} days ago: what it converts is flagged FX_STALE`
    return [warning(name, message, 'add the rate of today under prices.rates')]
  })
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
