import { assembled, type CompiledRow, meterPrice } from './compiled-row.ts'
import type { Contract } from './contracts.ts'
import { decimalText, exactDecimal, ledgerCurrency, type MeterPrice, multiplied, ratio } from './exact-price.ts'
import { meterCount, meterNames } from './meters.ts'
import type { Conversion } from './conversion.ts'

/** A row as it is billed, and the list it is compared with: the same one where no contract changes it. */
export interface PricedRow extends CompiledRow {
  readonly list?: CompiledRow
  /** By billing meter one bit for whose price it is: the list's, or a contract's. */
  readonly bits: Int32Array
  /** Who priced what was used, by the bits of it. */
  usedOf(bits: number): Used
}

export interface Used {
  /** `contract:<id>` where a contract fixes the price; the list's row also for what it discounts. */
  readonly rows: readonly string[]
  /** Joined by commas where several contracts price different meters. */
  readonly contractId: string
  /** Nothing of the amount is from the list: what is doubtful about that does not matter. */
  readonly fixedOnly: boolean
}

const meters = Array.from({ length: meterCount }, (_, meter) => meter)

/**
 * Per meter the price of the first contract that fixes one, else the list price with the first percentage. `contracts`
 * come in their order of precedence, and do not stack. Without a list only fixed prices are left, which then are the list
 * too; undefined without either.
 */
export function contractedRow(
  list: CompiledRow | undefined,
  contracts: readonly Contract[],
  conversion: Conversion,
): PricedRow | undefined {
  const percent = contracts.find(({ factor }) => factor)
  const prices = meters.map((meter) => {
    const fixing = contracts.find((contract) => contract.prices.has(meter))
    const listed = list?.prices[meter]
    if (fixing) return fixedPrice(meter, fixing, listed, conversion)
    return listed && percent && !list?.free ? adjusted(listed, percent) : listed
  })
  if (list && prices.every((price, meter) => price === list.prices[meter])) return { ...list, ...ownership(list) }
  const first = prices.find((price) => price)
  if (!first) return undefined
  const billing = assembled(prices)
  const base = list ?? { ...noRow, id: first.row, ...billing }
  const row = { ...base, ...billing, perRequest: prices[requests] !== undefined && !list?.free, free: false }
  return { ...row, ...(list && { list: withContractOnly(list, row) }), ...ownership(row) }
}

const requests = meterNames.indexOf('requests')
const noRow = { contextBand: '', leastInput: 0, minimums: [], perRequest: false, free: false } as const

function fixedPrice(
  meter: number,
  contract: Contract,
  listed: MeterPrice | undefined,
  conversion: Conversion,
): MeterPrice {
  const { id, currency } = contract
  const { text, per } = contract.prices.get(meter) as { text: string; per: number }
  const rate = currency === ledgerCurrency ? undefined : (contract.rate ?? conversion.rate(currency))
  const row = `contract:${id}`
  const price = meterPrice(meter, text, per, { what: `contract ${id}`, row, currency, rate })
  return { ...price, contract: { id, adjustment: '', listText: listed?.text ?? '' } }
}

function adjusted(listed: MeterPrice, { id, factor, rate: agreed }: Contract): MeterPrice {
  if (!factor) return listed
  const exact = multiplied(exactDecimal(listed.text, listed.row), factor.exact)
  const rate = agreed && agreed.currency === listed.currency ? agreed : listed.rate
  return {
    ...listed,
    text: decimalText(exact),
    ...ratio(exact, listed.per, rate),
    ...(rate && { rate }),
    contract: { id, adjustment: factor.adjustment, listText: listed.text },
  }
}

/** The list, with the contract's price for what no row has: of that the price is its own list price. */
function withContractOnly(list: CompiledRow, { prices, billed }: CompiledRow): CompiledRow {
  const own = meters.map((meter) => list.prices[meter] ?? prices[meter])
  const by = Int8Array.from(list.billed, (meter, of) => (meter >= 0 ? meter : (billed[of] as number)))
  return { ...list, ...assembled(own), billed: by }
}

const listBit = 1 << 30

function ownership({ id, prices }: Pick<CompiledRow, 'id' | 'prices'>): Pick<PricedRow, 'bits' | 'usedOf'> {
  const contracts = [...new Set(prices.flatMap((price) => price?.contract?.id ?? []))]
  const fixing = new Set(prices.flatMap((price) => (price?.contract && !isListed(price) ? [price.contract.id] : [])))
  const bits = Int32Array.from(prices, (price) => {
    if (!price) return 0
    const contract = price.contract ? 1 << contracts.indexOf(price.contract.id) : 0
    return isListed(price) ? contract | listBit : contract
  })
  const known = new Map<number, Used>()
  function usedOf(used: number): Used {
    const ids = contracts.filter((_, place) => used & (1 << place))
    const fixed = used === 0 ? [] : ids.filter((contract) => fixing.has(contract)).map((name) => `contract:${name}`)
    const rows = used & listBit || fixed.length === 0 ? [id, ...fixed] : fixed
    return { rows: [...new Set(rows)], contractId: ids.join(','), fixedOnly: used !== 0 && (used & listBit) === 0 }
  }
  return {
    bits,
    usedOf(used) {
      let answer = known.get(used)
      if (!answer) known.set(used, (answer = usedOf(used)))
      return answer
    },
  }
}

/** A price of the list, whether discounted or not. */
function isListed({ contract }: MeterPrice): boolean {
  return !contract || contract.adjustment !== ''
}
