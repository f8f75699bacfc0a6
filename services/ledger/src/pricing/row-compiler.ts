import { compileRow } from './compiled-row.ts'
import { contractedRow, type PricedRow } from './contracted-row.ts'
import type { Contract } from './contracts.ts'
import type { Conversion } from './conversion.ts'
import { ledgerCurrency } from './exact-price.ts'
import type { SheetRow } from './manual-rows.ts'
import type { RateUsed } from './rates.ts'

export interface RowContext {
  /** All bands of the same validity. */
  readonly siblings: readonly SheetRow[]
  readonly contracts: readonly Contract[]
  readonly listConversion: Conversion
  readonly contractConversion: Conversion
}

/**
 * Makes rows ready for arithmetic; none where there is no rate for its currency. What is all in dollars is made once and
 * shared by every plan that leads to it: there may be many names, tiers and regions for few rows.
 */
export function createRowCompiler(): (row: SheetRow, context: RowContext) => PricedRow | undefined {
  const known = new WeakMap<SheetRow, Map<string, PricedRow | undefined>>()

  return (row, context) => {
    const { siblings, contracts } = context
    if (!inDollars(row) || !contracts.every((contract) => inDollars(contract) && !contract.rate)) {
      return compile(row, context)
    }
    const key = `${siblings.map(({ id }) => id).join('\n')}\n\n${contracts.map(({ place }) => place).join()}`
    let ofRow = known.get(row)
    if (!ofRow) known.set(row, (ofRow = new Map()))
    if (!ofRow.has(key)) ofRow.set(key, compile(row, context))
    return ofRow.get(key)
  }
}

function inDollars({ currency }: { readonly currency?: string }): boolean {
  return (currency ?? ledgerCurrency) === ledgerCurrency
}

function compile(row: SheetRow, { siblings, contracts, listConversion, contractConversion }: RowContext) {
  let rate: RateUsed | undefined
  if (!inDollars(row)) {
    const currency = row.currency ?? ledgerCurrency
    rate = agreed(contracts, currency) ?? listConversion.rate(currency)
    if (!rate) return undefined
  }
  return contractedRow(compileRow(row, siblings, rate), contracts, contractConversion)
}

/** The rate that a contract fixes for a currency goes for the list it is compared with as well. */
function agreed(contracts: readonly Contract[], currency: string): RateUsed | undefined {
  return contracts.find(({ rate }) => rate?.currency === currency)?.rate
}
