import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { createDice, type Dice } from '../fuzz/dice.ts'
import { contracted } from './some-overrides.ts'
import { type Quantities, type SheetRow, Exact, sheet } from './sheet.ts'

/** A charge to be priced, as a line of a case file has it, with what it was made of. */
export interface RandomCharge {
  readonly case: RandomCase
  /** Disjoint, as they were thrown: the usage was added up from them. */
  readonly quantities: Quantities
  /** All input tokens. */
  readonly input: number
  readonly rows: readonly SheetRow[]
}

interface RandomCase {
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly at: string
  readonly usage: Readonly<Record<string, number | string>>
  readonly service_tier: string
  readonly region: string
  readonly billing_account: string
  readonly overrides?: PriceOverrides
}

const models = Object.entries(sheet.providers).flatMap(([provider, { models: listed }]) =>
  Object.entries(listed).map(([model, { rows }]) => ({ provider, model, rows })),
)
const tiers = ['', 'standard', 'default', 'batch', 'flex', 'priority', 'fast', 'no-such-tier']
const regions = ['', '', '', 'global', 'us', 'eu', 'us-east-1', 'eu-west-1', 'europe-west4', 'ap-southeast-2']
const instants = [...new Set(models.flatMap(({ rows }) => rows.flatMap(({ from, to }) => [from, to])))]
  .filter((text) => text !== undefined)
  .map((text) => Date.parse(text))

/** The same seed gives the same charges: every model's turn comes, at odd times, sizes, tiers and places. */
export function randomCharges(count: number, seed: number, overrides: readonly PriceOverrides[] = []): RandomCharge[] {
  const dice = createDice(seed)
  return Array.from({ length: count }, (_, index) => {
    const { provider, model, rows } = index < models.length ? (models[index] as (typeof models)[0]) : dice.pick(models)
    const chosen =
      overrides.length > 0 && contracted.includes(provider) && !dice.oneIn(4) ? dice.pick(overrides) : undefined
    const { usage, quantities, input } = randomUsage(dice, rows)
    return {
      case: {
        id: String(index),
        provider,
        model: dice.oneIn(5) ? model.toUpperCase() : model,
        at: new Date(randomInstant(dice, rows)).toISOString(),
        usage,
        service_tier: dice.oneIn(2) ? '' : dice.pick(tiers),
        region: dice.pick(regions),
        billing_account: dice.pick(['', 'acme', 'other']),
        ...(chosen && { overrides: chosen }),
      },
      quantities,
      input,
      rows,
    }
  })
}

const earliest = Date.parse('2023-06-01')
const latest = Date.parse('2026-11-20')

/** Often within a millisecond of a change of this model or another, and else anywhen. */
function randomInstant(dice: Dice, rows: readonly SheetRow[]): number {
  const own = rows.flatMap(({ from, to }) => [from, to]).filter((text) => text !== undefined)
  if (own.length > 0 && dice.oneIn(2)) return Math.min(latest, Date.parse(dice.pick(own)) + dice.below(3) - 1)
  if (dice.oneIn(4)) return Math.min(latest, dice.pick(instants) + dice.below(3) - 1)
  const anywhen = earliest + dice.below(latest - earliest)
  return dice.oneIn(2) ? anywhen : anywhen - (anywhen % 1_800_000) + dice.below(3) - 1
}

const rarely = 6

function randomUsage(dice: Dice, rows: readonly SheetRow[]) {
  const priced = new Set(rows.flatMap(({ meters }) => Object.keys(meters)))
  const count = () => dice.below(10 ** (1 + dice.below(6)))
  const maybe = (meter: string) => (dice.oneIn(priced.has(meter) ? 2 : rarely) ? count() : 0)
  const oneHour = maybe('cache_write_1h_tokens')
  const fiveMinutes = maybe('cache_write_tokens')
  const parts: Record<string, number> = {
    cache_audio_read_tokens: maybe('cache_audio_read_tokens'),
    cache_image_read_tokens: maybe('cache_image_read_tokens'),
    cache_read_tokens: maybe('cache_read_tokens'),
    cache_write_1h_tokens: oneHour,
    cache_write_tokens: fiveMinutes,
    input_audio_tokens: maybe('input_audio_tokens'),
    input_image_tokens: maybe('input_image_tokens'),
    input_tokens: count(),
    output_audio_tokens: maybe('output_audio_tokens'),
    output_image_tokens: maybe('output_image_tokens'),
    output_reasoning_tokens: dice.oneIn(2) ? count() : 0,
    output_citation_tokens: maybe('output_citation_tokens'),
    output_tokens: count(),
    web_searches: priced.has('web_searches') && dice.oneIn(2) ? dice.below(20) : 0,
    rerank_searches: priced.has('rerank_searches') ? dice.below(20) : 0,
    input_text_messages: priced.has('input_text_messages') ? dice.below(20) : 0,
    document_pages: priced.has('document_pages') ? dice.below(2000) : 0,
    audio_seconds: 0,
  }
  const bands = rows.flatMap(({ band }) => (band ? [band.gte ?? band.gt ?? 0] : []))
  if (bands.length > 0 && dice.oneIn(2)) {
    // to the edge, or one beside it
    const edge = dice.pick(bands) + dice.below(3) - 1
    const others = inputOf(parts) - (parts.input_tokens ?? 0)
    if (edge > others) parts.input_tokens = edge - others
  }
  const micros = priced.has('audio_seconds') ? dice.below(200_000_000) : 0
  const usage: Record<string, number | string> = {
    input_tokens: inputOf(parts),
    output_tokens: sumOf(parts, (meter) => meter.startsWith('output_')),
    cache_read_tokens: sumOf(parts, (meter) => /^cache_.*read/.test(meter)),
    cache_write_tokens: fiveMinutes + oneHour,
    ...(dice.oneIn(2) && { cache_write_5m_tokens: fiveMinutes }),
    cache_write_1h_tokens: oneHour,
    input_audio_tokens: (parts.input_audio_tokens ?? 0) + (parts.cache_audio_read_tokens ?? 0),
    input_image_tokens: (parts.input_image_tokens ?? 0) + (parts.cache_image_read_tokens ?? 0),
    audio_seconds: new Exact(micros).div(1_000_000).toFixed(),
  }
  for (const [meter, quantity] of Object.entries(parts)) usage[meter] ??= quantity
  return {
    usage: Object.fromEntries(Object.entries(usage).filter(([, value]) => Number(value) !== 0 || dice.oneIn(3))),
    quantities: { ...parts, audio_seconds: new Exact(micros).div(1_000_000) },
    input: inputOf(parts),
  }
}

function inputOf(parts: Readonly<Record<string, number>>): number {
  return (
    sumOf(parts, (meter) => meter.startsWith('input_') || meter.startsWith('cache_')) - (parts.input_text_messages ?? 0)
  )
}

function sumOf(parts: Readonly<Record<string, number>>, isOf: (meter: string) => boolean): number {
  return Object.entries(parts).reduce((sum, [meter, quantity]) => sum + (isOf(meter) ? quantity : 0), 0)
}
