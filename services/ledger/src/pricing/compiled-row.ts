import type { MeterPrice } from './exact-price.ts'
import { exactDecimal, ledgerCurrency, ratio } from './exact-price.ts'
import { audioSeconds, billedAs, billedUncached, meterCount, meterNames } from './meters.ts'
import type { SheetRow } from './manual-rows.ts'
import type { RateUsed } from './rates.ts'

const microsPerSecond = 1_000_000

/** A price row made ready for arithmetic: everything indexed by meter number. */
export interface CompiledRow {
  readonly id: string
  readonly contextBand: string
  /** The least number of input tokens this row's band holds for. */
  readonly leastInput: number
  readonly prices: readonly (MeterPrice | undefined)[]
  /** By which meter a meter is billed; -1: by none. */
  readonly billed: Int8Array
  readonly uncached: Int8Array
  /** Whole units of `attoPerWhole` for one of a meter, or NaN where it is none: then the arithmetic is done in BigInt. */
  readonly whole: Float64Array
  readonly attoPerWhole: bigint
  /** Least billed quantities by billing meter; mostly none. */
  readonly minimums: readonly (readonly [meter: number, quantity: number])[]
  readonly perRequest: boolean
  /** The row is meant to cost nothing. */
  readonly free: boolean
}

/** `siblings`: all bands of the same validity, this one among them. `rate`: to USD, for a row in another currency. */
export function compileRow(row: SheetRow, siblings: readonly SheetRow[], rate?: RateUsed): CompiledRow {
  const what = `price row ${row.id}`
  const prices: (MeterPrice | undefined)[] = new Array(meterCount).fill(undefined)
  const meters = row.free ? Object.fromEntries(meterNames.map((name) => [name, nothing])) : row.meters
  for (const [name, { price, per }] of Object.entries(meters)) {
    const meter = meterNumber(name, what)
    prices[meter] = meterPrice(meter, price, per, { what, rate, row: row.id, currency: row.currency ?? ledgerCurrency })
  }
  return {
    ...assembled(prices),
    id: row.id,
    contextBand: siblings.length > 1 ? bandLabel(row, siblings) : '',
    leastInput: leastInput(row),
    minimums: Object.entries(row.minimum ?? {}).map(([name, least]) => {
      const meter = meterNumber(name, what)
      return [meter, least * (meter === audioSeconds ? microsPerSecond : 1)]
    }),
    perRequest: !row.free && 'requests' in row.meters,
    free: row.free ?? false,
  }
}

const nothing = { price: '0', per: 1 }

interface PriceContext {
  /** What it is a price of, for the text of an error. */
  readonly what: string
  readonly row: string
  readonly currency: string
  readonly rate: RateUsed | undefined
}

/** `per` in the units of the sheet: seconds of audio become microseconds here. */
export function meterPrice(
  meter: number,
  price: string,
  per: number,
  { what, row, currency, rate }: PriceContext,
): MeterPrice {
  if (!Number.isInteger(per) || per < 1) throw new RangeError(`${what}: per of ${meterNames[meter]}: ${per}`)
  const scaled = meter === audioSeconds ? per * microsPerSecond : per
  const exact = exactDecimal(price, `${what}: ${meterNames[meter]}`)
  return { text: price, per: scaled, ...ratio(exact, scaled, rate), currency, row, ...(rate && { rate }) }
}

export function meterNumber(name: string, what: string): number {
  const meter = meterNames.indexOf(name)
  if (meter < 0) throw new RangeError(`${what}: no such meter: ${name}`)
  return meter
}

type Assembled = Pick<CompiledRow, 'prices' | 'billed' | 'uncached' | 'whole' | 'attoPerWhole'>

/** What follows from the prices alone. */
export function assembled(prices: readonly (MeterPrice | undefined)[]): Assembled {
  const priced = new Set(meterNames.filter((_, meter) => prices[meter]))
  const unit = commonUnit(prices)
  const whole = Float64Array.from(prices, (price) => (price ? wholeUnits(price, unit) : Number.NaN))
  return { prices, billed: billedAs(priced), uncached: billedUncached(priced), whole, attoPerWhole: unit }
}

/** Pico-, femto- and atto-USD: the coarser, the larger the amounts that numbers can hold. */
const units = [1_000_000n, 1_000n, 1n] as const

/** The coarsest unit of which every price is a whole number that is one of the finest at all. */
function commonUnit(prices: readonly (MeterPrice | undefined)[]): bigint {
  const fine = prices.filter((price) => price && !Number.isNaN(wholeUnits(price, 1n)))
  return units.find((unit) => fine.every((price) => price && !Number.isNaN(wholeUnits(price, unit)))) ?? 1n
}

function wholeUnits({ num, den }: MeterPrice, unit: bigint): number {
  const whole = Number(num / (den * unit))
  return num % (den * unit) === 0n && Number.isSafeInteger(whole) ? whole : Number.NaN
}

export function leastInput({ band }: SheetRow): number {
  if (!band) return 0
  return 'gt' in band ? band.gt + 1 : band.gte
}

/** `>272000`, `>=200000`; the lowest band says where it ends: `<=272000`, `<200000`. */
function bandLabel(row: SheetRow, siblings: readonly SheetRow[]): string {
  if (row.band) return 'gt' in row.band ? `>${row.band.gt}` : `>=${row.band.gte}`
  const next = siblings.filter((other) => other.band).sort((a, b) => leastInput(a) - leastInput(b))[0]
  if (!next?.band) return ''
  return 'gt' in next.band ? `<=${next.band.gt}` : `<${next.band.gte}`
}
