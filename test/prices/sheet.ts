import { readFileSync } from 'node:fs'
import { Decimal } from 'decimal.js'

/**
 * A second reader of the price sheet, for tests: it shares no line of code with the engine, works in decimals of another
 * library, and is as slow as it is plain. Names are exact ids, listed names or listed patterns; nothing else.
 * Source of the rules: the pricing specification, 4 to 7.
 */
export const Exact = Decimal.clone({ precision: 80, rounding: Decimal.ROUND_HALF_EVEN })

export interface SheetRow {
  readonly id: string
  readonly region?: string
  readonly service_tier?: string
  readonly from?: string
  readonly to?: string
  readonly schedule?: {
    readonly windows: readonly (readonly [string, string])[]
    readonly weekdays?: readonly number[]
    readonly utc_offset?: string
  }
  readonly band?: { readonly gt?: number; readonly gte?: number }
  readonly meters: Readonly<Record<string, { readonly price: string; readonly per: number }>>
  readonly minimum?: Readonly<Record<string, number>>
}

interface SheetModel {
  readonly aliases?: readonly string[]
  readonly patterns?: readonly string[]
  readonly rows: readonly SheetRow[]
}

interface SheetProvider {
  readonly fallbacks?: readonly { readonly provider: string }[]
  readonly models: Readonly<Record<string, SheetModel>>
}

interface Sheet {
  readonly providers: Readonly<Record<string, SheetProvider>>
}

export const sheet = JSON.parse(
  readFileSync(new URL('../../schemas/prices/catalogue.json', import.meta.url), 'utf8'),
) as Sheet

/** The rows of a name in a provider's own sheet; undefined: it is not listed. */
export function rowsOf(provider: string, name: string): readonly SheetRow[] | undefined {
  const { names, patterns } = namesOf(provider)
  const wanted = name.toLowerCase()
  const listed = names.get(wanted)
  if (listed) return listed.rows
  return patterns.find(({ pattern }) => {
    const match = pattern.exec(wanted)
    return match && (match.groups?.date === undefined || isDay(match.groups.date))
  })?.model.rows
}

const known = new Map<string, ReturnType<typeof readNames>>()

function namesOf(provider: string) {
  const read = known.get(provider) ?? readNames(provider)
  known.set(provider, read)
  return read
}

function readNames(provider: string) {
  const models = Object.entries(sheet.providers[provider]?.models ?? {})
  const byAlias = models.flatMap(([, model]) => (model.aliases ?? []).map((alias) => [alias, model] as const))
  const byId = models.map(([id, model]) => [id.toLowerCase(), model] as const)
  const date = String.raw`(?<date>\d{4}-\d{2}-\d{2}|\d{8})`
  const patterns = models.flatMap(([, model]) =>
    (model.patterns ?? []).map((text) => ({ model, pattern: new RegExp(text.replace('{date}', date)) })),
  )
  // the first alias wins, and an id wins over any
  return { names: new Map([...byAlias.toReversed(), ...byId]), patterns }
}

function isDay(text: string): boolean {
  const digits = text.replaceAll('-', '')
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number)
  const date = new Date(Date.UTC(year as number, (month as number) - 1, day))
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day
}

export interface RowQuestion {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** As rows name it; `standard` where nothing is said. */
  readonly tier?: string
  /** Where rows are looked for, the most specific first; `*` stands for a row without a region. */
  readonly regions?: readonly string[]
  /** All input tokens of the request. */
  readonly input: number
}

/** The one row that holds; undefined: none does. */
export function rowFor(rows: readonly SheetRow[], question: RowQuestion): SheetRow | undefined {
  const { at, tier = 'standard', regions = ['global', '*'], input } = question
  const inForce = rows.filter(
    ({ from, to }) => (from === undefined || Date.parse(from) <= at) && (to === undefined || at < Date.parse(to)),
  )
  const tierOf = ({ service_tier = 'standard' }: SheetRow) => service_tier
  const hasTier = inForce.some((row) => tierOf(row) === tier)
  const ofTier = inForce.filter((row) => tierOf(row) === (hasTier ? tier : 'standard'))
  const region = regions.find((each) => ofTier.some((row) => (row.region ?? '*') === each))
  const ofRegion = ofTier.filter((row) => (row.region ?? '*') === region)
  const scheduled = ofRegion.filter((row) => row.schedule && isWithin(row.schedule, at))
  const ofHour = scheduled.length > 0 ? scheduled : ofRegion.filter((row) => !row.schedule)
  return ofHour.filter((row) => leastInput(row) <= input).toSorted((a, b) => leastInput(b) - leastInput(a))[0]
}

/** The least number of input tokens that a row holds for. */
export function leastInput({ band }: SheetRow): number {
  return band?.gte ?? (band?.gt === undefined ? 0 : band.gt + 1)
}

function isWithin({ windows, weekdays, utc_offset: offset = '+00:00' }: NonNullable<SheetRow['schedule']>, at: number) {
  const clock = new Date(at).toISOString().slice(11, 16)
  const hours = Number(offset.slice(1, 3)) + Number(offset.slice(4)) / 60
  const there = new Date(at + (offset.startsWith('-') ? -1 : 1) * hours * 3_600_000)
  if (weekdays && !weekdays.includes(there.getUTCDay() || 7)) return false
  return windows.some(([start, end]) => (start < end ? clock >= start && clock < end : clock >= start || clock < end))
}

/** What bills a meter that a row has no price for: the first of these that it has. */
const parents: Readonly<Record<string, readonly string[]>> = {
  cache_audio_read_tokens: ['cache_read_tokens', 'input_audio_tokens', 'input_tokens'],
  cache_image_read_tokens: ['cache_read_tokens', 'input_image_tokens', 'input_tokens'],
  cache_read_tokens: ['input_tokens'],
  cache_write_1h_tokens: ['cache_write_tokens', 'input_tokens'],
  cache_write_tokens: ['input_tokens'],
  input_audio_tokens: ['input_tokens'],
  input_image_tokens: ['input_tokens'],
  output_audio_tokens: ['output_tokens'],
  output_image_tokens: ['output_tokens'],
  output_reasoning_tokens: ['output_tokens'],
  output_citation_tokens: ['output_tokens'],
}

/** In the order in which a charge is decomposed. */
const meterOrder = `
  cache_audio_read_tokens cache_image_read_tokens cache_read_tokens cache_write_1h_tokens cache_write_tokens
  input_audio_tokens input_image_tokens input_tokens
  output_audio_tokens output_image_tokens output_reasoning_tokens output_citation_tokens output_tokens
  web_searches rerank_searches input_text_messages document_pages audio_seconds requests`
  .trim()
  .split(/\s+/)

/** Disjoint amounts by meter; every token is in one of them. Seconds are seconds. */
export type Quantities = Readonly<Record<string, Decimal.Value>>

export interface SheetLine {
  readonly meter: string
  readonly quantity: Decimal
  readonly price: Decimal
  readonly per: number
  readonly usd: Decimal
}

/** Quantities at a row's prices. `unpriced`: what was used and has no price, nor a parent with one. */
export function priceAt(
  row: SheetRow,
  quantities: Quantities,
): { lines: SheetLine[]; usd: Decimal; unpriced: string[] } {
  const billed = new Map<string, Decimal>()
  const unpriced: string[] = []
  for (const [meter, quantity] of Object.entries(quantities)) {
    if (new Exact(quantity).isZero()) continue
    const by = [meter, ...(parents[meter] ?? [])].find((each) => row.meters[each])
    if (by === undefined) unpriced.push(meter)
    else billed.set(by, (billed.get(by) ?? new Exact(0)).add(quantity))
  }
  if (row.meters.requests) billed.set('requests', new Exact(1))
  const lines = [...billed]
    .toSorted(([a], [b]) => meterOrder.indexOf(a) - meterOrder.indexOf(b))
    .map(([meter, used]): SheetLine => {
      const { price, per } = row.meters[meter] as { price: string; per: number }
      const quantity = Exact.max(used, row.minimum?.[meter] ?? 0)
      const usd = new Exact(quantity).mul(price).div(per).toDecimalPlaces(18)
      return { meter, quantity, price: new Exact(price), per, usd }
    })
  return { lines, usd: lines.reduce((sum, { usd }) => sum.add(usd), new Exact(0)), unpriced }
}
