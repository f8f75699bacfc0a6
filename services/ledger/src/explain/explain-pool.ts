import type { ExplanationLine } from '@spanledger/schemas/api/explanation'
import { attoFromDecimal, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { parseBasis } from '../landing/accrual-basis.ts'
import type { PoolBasis, PoolWindowBasis } from '../pools/pool-basis.ts'

/**
 * The lines of an entry that is paid by the hour; undefined for any other. A request's is its weight x what its hour's
 * requests cost / their weights, and a line for what rounding took or gave; that of unused capacity is what the hour cost
 * less what was used. The amounts sum to the entry's cost, or to what a reversal takes back.
 */
export function explainPool(entry: LedgerEntry): ExplanationLine[] | undefined {
  const basis = parseBasis(entry.accrualBasis)
  if (basis?.by !== 'pool' && basis?.by !== 'pool_window') return undefined
  const lines = basis.by === 'pool' ? linesOfRequest(basis) : linesOfWindow(basis)
  const cost = entry.cost < 0n ? -entry.cost : entry.cost
  const left = cost - lines.reduce((sum, { amount }) => sum + attoFromDecimal(amount), 0n)
  return left === 0n ? lines : [...lines, lineOf('rounding', '1', decimalFromAtto(left), 1, left, rowOf(basis))]
}

function linesOfRequest(basis: PoolBasis): ExplanationLine[] {
  const { weight, weights, used, idle } = basis
  if (weight === undefined || weights === undefined || weights === '0' || used === undefined) return []
  return [
    shareOf('pool_weight', weight, used, weights, rowOf(basis)),
    ...(idle === undefined ? [] : [shareOf('idle_share', weight, idle, weights, rowOf(basis))]),
  ]
}

function linesOfWindow(basis: PoolWindowBasis): ExplanationLine[] {
  const { cost: whole, used, idle, line } = basis
  return [
    lineOf('pool_hour', '1', whole, 1, attoFromDecimal(whole), rowOf(basis)),
    lineOf('used_capacity', '-1', used, 1, -attoFromDecimal(used), rowOf(basis)),
    ...(idle !== line ? [lineOf('idle_spread', '-1', idle, 1, -attoFromDecimal(idle), rowOf(basis))] : []),
  ]
}

/** Both weights in the largest unit in which they are whole and can be written as a number. */
function shareOf(meter: string, weight: string, usd: string, weights: string, row: string): ExplanationLine {
  const fraction = (text: string) => text.split('.')[1]?.length ?? 0
  let unit = 10n ** BigInt(18 - Math.max(fraction(weight), fraction(weights)))
  const all = attoFromDecimal(weights)
  // What is cut off there, the line for rounding makes good.
  while (all / unit > Number.MAX_SAFE_INTEGER) unit *= 10n
  const quantity = attoFromDecimal(weight) / unit
  const per = Number(all / unit)
  const amount = divideHalfEven(quantity * attoFromDecimal(usd), BigInt(per))
  return lineOf(meter, String(quantity), usd, per, amount, row)
}

function rowOf({ pool, window = 'a whole hour' }: PoolBasis | PoolWindowBasis): string {
  return `pool:${pool}@${window}`
}

function lineOf(
  meter: string,
  quantity: string,
  unitPrice: string,
  per: number,
  amountAtto: bigint,
  row: string,
): ExplanationLine {
  const amount = decimalFromAtto(amountAtto)
  return {
    meter,
    quantity,
    unit_price: unitPrice,
    per,
    currency: 'USD',
    fx: null,
    native_amount: amount,
    amount,
    list_amount: amount,
    price_row: row,
    contract_id: '',
    adjustment: '',
    list_price: '',
  }
}
