import type { PriceRow } from '@spanledger/schemas/prices/catalogue'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { audioSeconds, billedAs, billedUncached, meterCount, meterNames } from './meters.ts'

const microsPerSecond = 1_000_000
const attoPerPico = 1_000_000n

/** A price row made ready for arithmetic: everything indexed by meter number. */
export interface CompiledRow {
  readonly id: string
  /** The same as a list, made once for every result that names it. */
  readonly ids: readonly string[]
  readonly contextBand: string
  /** The least number of input tokens this row's band holds for. */
  readonly leastInput: number
  readonly billed: Int8Array
  readonly uncached: Int8Array
  readonly priceText: readonly string[]
  readonly priceAtto: readonly bigint[]
  /** Units one price buys; for audio in microseconds. */
  readonly per: readonly number[]
  /** Whole pico-USD per unit, or NaN where a unit costs a fraction of one: then the arithmetic is done in BigInt. */
  readonly pico: Float64Array
  /** Least billed quantity, 0 for none. */
  readonly minimum: Float64Array
  readonly perRequest: boolean
}

/** `siblings`: all bands of the same validity, this one among them. */
export function compileRow(row: PriceRow, siblings: readonly PriceRow[]): CompiledRow {
  const priced = new Set(Object.keys(row.meters))
  const priceText: string[] = new Array(meterCount).fill('')
  const priceAtto: bigint[] = new Array(meterCount).fill(0n)
  const per: number[] = new Array(meterCount).fill(1)
  const pico = new Float64Array(meterCount)
  const minimum = new Float64Array(meterCount)
  for (const [name, { price, per: units }] of Object.entries(row.meters)) {
    const meter = meterNames.indexOf(name)
    if (meter < 0) throw new RangeError(`price row ${row.id}: no such meter: ${name}`)
    if (!Number.isInteger(units) || units < 1) throw new RangeError(`price row ${row.id}: per of ${name}: ${units}`)
    const scale = meter === audioSeconds ? microsPerSecond : 1
    priceText[meter] = price
    priceAtto[meter] = attoFromDecimal(price)
    per[meter] = units * scale
    pico[meter] = picoPerUnit(priceAtto[meter] as bigint, BigInt(units * scale))
    minimum[meter] = (row.minimum?.[name] ?? 0) * scale
  }
  return {
    id: row.id,
    ids: [row.id],
    contextBand: siblings.length > 1 ? bandLabel(row, siblings) : '',
    leastInput: leastInput(row),
    billed: billedAs(priced),
    uncached: billedUncached(priced),
    priceText,
    priceAtto,
    per,
    pico,
    minimum,
    perRequest: priced.has('requests'),
  }
}

function picoPerUnit(atto: bigint, per: bigint): number {
  const unit = per * attoPerPico
  const whole = Number(atto / unit)
  return atto % unit === 0n && Number.isSafeInteger(whole) ? whole : Number.NaN
}

export function leastInput(row: PriceRow): number {
  if (!row.band) return 0
  return 'gt' in row.band ? row.band.gt + 1 : row.band.gte
}

/** `>272000`, `>=200000`; the lowest band says where it ends: `<=272000`, `<200000`. */
function bandLabel(row: PriceRow, siblings: readonly PriceRow[]): string {
  if (row.band) return 'gt' in row.band ? `>${row.band.gt}` : `>=${row.band.gte}`
  const next = siblings.filter((other) => other.band).sort((a, b) => leastInput(a) - leastInput(b))[0]
  if (!next?.band) return ''
  return 'gt' in next.band ? `<=${next.band.gt}` : `<${next.band.gte}`
}
