import { readFileSync } from 'node:fs'
import { Decimal } from 'decimal.js'

/**
 * What a list of usage events costs, worked out a second time: its own simple reading of the catalogue file and
 * decimal.js, nothing of the ledger. It knows what the bundled traces need (standard tier, no region, context bands,
 * cache reads and writes) and throws on anything else, so that it cannot agree by accident.
 */
export interface OracleTotals {
  readonly requests: string
  readonly cost: string
  readonly unpricedRequests: string
  readonly inputTokens: string
  readonly cacheReadTokens: string
  readonly cacheWriteTokens: string
  readonly outputTokens: string
}

interface SentEvent {
  readonly at: string
  readonly provider: string
  readonly model: string
  readonly usage: Readonly<Record<string, number>>
}

interface PriceRow {
  readonly id: string
  readonly from?: string
  readonly to?: string
  readonly region?: string
  readonly service_tier?: string
  readonly schedule?: unknown
  readonly currency?: string
  readonly band?: { readonly gt?: number; readonly gte?: number }
  readonly meters: Readonly<Record<string, { readonly price: string; readonly per: number }>>
}

interface Model {
  readonly aliases?: readonly string[]
  readonly patterns?: readonly string[]
  readonly rows: readonly PriceRow[]
}

const Exact = Decimal.clone({ precision: 100, rounding: Decimal.ROUND_HALF_EVEN })
const catalogue = JSON.parse(readFileSync(new URL('../../schemas/prices/catalogue.json', import.meta.url), 'utf8')) as {
  providers: Record<string, { models: Record<string, Model> }>
}

/** Totals over NDJSON bodies, each event counted once per line. */
export function oracleTotals(ndjsonBodies: Iterable<string>): OracleTotals {
  let cost = new Exact(0)
  const sums = { requests: 0n, unpriced: 0n, input: 0n, read: 0n, write: 0n, output: 0n }
  for (const body of ndjsonBodies) {
    for (const line of body.split('\n')) {
      const event = JSON.parse(line) as SentEvent
      const { input, read, write, output } = tokensOf(event)
      const row = rowOf(event)
      sums.requests += 1n
      sums.input += BigInt(input)
      sums.read += BigInt(read)
      sums.write += BigInt(write)
      sums.output += BigInt(output)
      if (row === undefined) sums.unpriced += 1n
      else cost = cost.plus(costOf(event, row))
    }
  }
  return {
    requests: String(sums.requests),
    cost: cost.toFixed(),
    unpricedRequests: String(sums.unpriced),
    inputTokens: String(sums.input),
    cacheReadTokens: String(sums.read),
    cacheWriteTokens: String(sums.write),
    outputTokens: String(sums.output),
  }
}

function tokensOf({ usage }: SentEvent) {
  const known = ['input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_5m_tokens', 'output_tokens']
  const unknown = Object.keys(usage).filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`the oracle does not know the meters ${unknown.join(', ')}`)
  const write = usage.cache_write_tokens ?? 0
  if ((usage.cache_write_5m_tokens ?? write) !== write) throw new Error('the oracle knows 5-minute cache writes only')
  return {
    input: usage.input_tokens ?? 0,
    read: usage.cache_read_tokens ?? 0,
    write,
    output: usage.output_tokens ?? 0,
  }
}

function costOf(event: SentEvent, row: PriceRow): Decimal {
  const { input, read, write, output } = tokensOf(event)
  const amount = (tokens: number, ...meters: string[]): Decimal => {
    const price = meters.map((meter) => row.meters[meter]).find((found) => found !== undefined)
    if (price === undefined) throw new Error(`${row.id} has no price for ${meters.join(' or ')}`)
    return new Exact(tokens).times(price.price).div(price.per).toDecimalPlaces(18)
  }
  return amount(input - read - write, 'input_tokens')
    .plus(amount(read, 'cache_read_tokens', 'input_tokens'))
    .plus(amount(write, 'cache_write_5m_tokens', 'cache_write_tokens', 'input_tokens'))
    .plus(amount(output, 'output_tokens'))
}

function rowOf(event: SentEvent): PriceRow | undefined {
  const model = modelOf(event)
  if (model === undefined) return undefined
  const at = new Date(event.at).toISOString()
  const { input } = tokensOf(event)
  const rows = model.rows.filter(
    (row) =>
      row.service_tier === undefined &&
      row.region === undefined &&
      (row.from === undefined || row.from <= at) &&
      (row.to === undefined || at < row.to) &&
      (row.band?.gt === undefined || input > row.band.gt) &&
      (row.band?.gte === undefined || input >= row.band.gte),
  )
  for (const row of rows) {
    if (row.schedule !== undefined || row.currency !== undefined) throw new Error(`the oracle cannot read ${row.id}`)
  }
  // The latest start, then the highest band.
  return rows.toSorted((a, b) => (b.from ?? '').localeCompare(a.from ?? '') || threshold(b) - threshold(a))[0]
}

function threshold({ band }: PriceRow): number {
  return band?.gt ?? band?.gte ?? -1
}

function modelOf({ provider, model }: SentEvent): Model | undefined {
  const models = catalogue.providers[provider]?.models ?? {}
  const date = String.raw`(?:20\d{6}|20\d\d-\d\d-\d\d)`
  return (
    models[model] ??
    Object.values(models).find(
      (candidate) =>
        candidate.aliases?.includes(model) ||
        candidate.patterns?.some((pattern) => new RegExp(pattern.replace('{date}', date)).test(model)),
    )
  )
}
