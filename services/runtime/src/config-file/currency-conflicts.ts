import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf, listOf } from './fields.ts'
import { isNothing } from './price-fields.ts'

const ledgerCurrency = 'USD'

/** Prices in a currency without a rate, which nothing could be charged with; rates that nothing uses, or that stand twice. */
export function currencyConflicts(section: unknown): DescribedIssue[] {
  const { rates, ...priced } = fieldsOf(section)
  const used = currenciesOf(priced)
  const given = listOf(rates).map(fieldsOf)
  const known = new Set(
    given.flatMap(({ base, quote }) => (base === ledgerCurrency ? [quote] : quote === ledgerCurrency ? [base] : [])),
  )
  const missing = used.flatMap(({ path, currency, rate }): DescribedIssue[] => {
    if (currency === ledgerCurrency || known.has(currency) || rate !== undefined) return []
    const problem = `is ${currency}, of which rates say nothing: add one of base ${currency} and quote ${ledgerCurrency}`
    return [{ path, problem }]
  })
  return [
    ...missing,
    ...fixedRates(listOf(priced['contracts'])),
    ...rateConflicts(given, new Set(used.map(({ currency }) => currency))),
  ]
}

function rateConflicts(
  rates: readonly Readonly<Record<string, unknown>>[],
  used: ReadonlySet<string>,
): DescribedIssue[] {
  const seen = new Map<string, number>()
  return rates.flatMap(({ base, quote, date, rate }, index): DescribedIssue[] => {
    const path = ['prices', 'rates', index]
    if (typeof base !== 'string' || typeof quote !== 'string') return []
    if (base === quote) return [{ path: [...path, 'quote'], problem: 'is the base itself' }]
    if (base !== ledgerCurrency && quote !== ledgerCurrency) {
      return [
        {
          path,
          problem: `is between ${base} and ${quote}: the ledger is in ${ledgerCurrency}, one of the two must be`,
        },
      ]
    }
    const other = base === ledgerCurrency ? quote : base
    const problems: DescribedIssue[] = []
    if (!used.has(other)) {
      problems.push({
        path,
        problem: `is of ${other}, in which nothing here has a price: take it out, or name the currency`,
      })
    }
    if (isNothing(rate)) {
      problems.push({ path: [...path, 'rate'], problem: 'is 0: everything would cost nothing' })
    }
    const key = `${base}/${quote} ${String(date)}`
    const first = seen.get(key)
    if (first !== undefined)
      problems.push({ path: [...path, 'date'], problem: `has a rate in rates[${first}] already: keep one` })
    else seen.set(key, index)
    return problems
  })
}

/** Every `currency` that is said, wherever it stands; `rate` where the contract that says it has one. */
function currenciesOf(priced: Readonly<Record<string, unknown>>) {
  return Object.entries(priced).flatMap(([list, items]) =>
    listOf(items).flatMap((item, index) => {
      const { currency, electricity, rate } = fieldsOf(item)
      const path = ['prices', list, index]
      return [
        { path: [...path, 'currency'], currency, rate: list === 'contracts' ? rate : undefined },
        { path: [...path, 'electricity', 'currency'], currency: fieldsOf(electricity)['currency'], rate: undefined },
      ].filter((each): each is CurrencySaid => typeof each.currency === 'string')
    }),
  )
}

interface CurrencySaid {
  path: (string | number)[]
  currency: string
  rate: unknown
}

/** A contract's own rate is between its currency and the ledger's. */
function fixedRates(contracts: readonly unknown[]): DescribedIssue[] {
  return contracts.flatMap((given, index): DescribedIssue[] => {
    const { currency = ledgerCurrency, rate } = fieldsOf(given)
    const { base, quote, rate: value } = fieldsOf(rate)
    if (typeof base !== 'string' || typeof quote !== 'string') return []
    const path = ['prices', 'contracts', index, 'rate']
    const pair = [base, quote]
    if (base === quote || !pair.includes(ledgerCurrency) || !pair.includes(String(currency))) {
      const between =
        currency === ledgerCurrency
          ? 'and the contract has no other currency'
          : `${String(currency)} and ${ledgerCurrency} it must be`
      return [{ path, problem: `is between ${base} and ${quote}: ${between}` }]
    }
    return isNothing(value) ? [{ path: [...path, 'rate'], problem: 'is 0: everything would cost nothing' }] : []
  })
}
