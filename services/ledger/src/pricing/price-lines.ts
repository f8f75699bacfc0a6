import { decimalFromAtto } from '@spanledger/schemas/money'
import { billedQuantities, lineAmount, listOfLine } from './amounts.ts'
import type { PricedRow } from './contracted-row.ts'
import { ledgerCurrency, type MeterPrice, nativeAmountOf } from './exact-price.ts'
import { meterNames } from './meters.ts'
import type { PriceLine } from './types.ts'

/** What a row makes of quantities, one line for each meter that bills, in meter order. */
export function linesOf(row: PricedRow, quantities: Float64Array): PriceLine[] {
  return billedQuantities(row.billed, quantities).map(([meter, quantity]) => lineOf(row, meter, quantity, quantities))
}

function lineOf(row: PricedRow, meter: number, quantity: bigint, input: Float64Array): PriceLine {
  const { text, per, currency, rate, contract, row: priceRow } = row.prices[meter] as MeterPrice
  const amountAtto = lineAmount(row, meter, quantity)
  return {
    meter: meterNames[meter] as string,
    quantity,
    unitPrice: text,
    per,
    currency,
    nativeAtto: nativeAmountOf(row.prices[meter] as MeterPrice, quantity),
    ...(rate && { rate: { id: rate.id, rate: rate.rate, divides: rate.divides } }),
    amountAtto,
    listAtto: row.list ? listOfLine(row, row.list, meter, input) : amountAtto,
    priceRow,
    contractId: contract?.id ?? '',
    adjustment: contract?.adjustment ?? '',
    listPrice: contract?.adjustment ? contract.listText : '',
  }
}

/** A cost that was taken as reported, as one line. */
export function reportedLine(contractId: string, reported: bigint, listAtto: bigint): PriceLine {
  return {
    meter: 'reported_cost',
    quantity: 1n,
    unitPrice: decimalFromAtto(reported),
    per: 1,
    currency: ledgerCurrency,
    nativeAtto: reported,
    amountAtto: reported,
    listAtto,
    priceRow: `contract:${contractId}`,
    contractId,
    adjustment: '',
    listPrice: '',
  }
}
