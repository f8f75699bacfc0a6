import { z } from 'zod'
import { maxTextLength } from '../events/event-fields.ts'
import { readIsoTime } from '../events/event-time.ts'
import { priceableMeters } from '../prices/meter-names.ts'
import type { ManualRow, PriceContract, PriceOverrides, UnitPrice } from '../prices/overrides.ts'

/**
 * The section `prices` of spanledger.yaml: what an operator adds to the catalogue. Decimals are texts: a YAML number is a
 * binary float by the time anybody can look at it.
 */

const text = z.string().trim().min(1).max(maxTextLength).describe(`a text of 1 to ${maxTextLength} characters`)
const decimal = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,18})?$/)
  .describe('a decimal number in quotes, such as "2.40"')
/** More digits than a contract has would be lost behind the 18 that an amount has. */
const percent = z
  .string()
  .regex(/^\d{1,4}(?:\.\d{1,6})?$/)
  .describe('a decimal number in quotes, such as "12.5"')
const discount = percent.refine((given) => Number(given) <= 100).describe('a decimal number in quotes, "0" to "100"')
const moment = z
  .string()
  .refine((given) => momentFrom(given) !== undefined)
  .describe('a date (2026-01-31) or a time with its zone (2026-01-31T00:00:00Z)')
const day = z
  .string()
  .refine((given) => given.length === 10 && momentFrom(given) !== undefined)
  .describe('a date such as 2026-01-31')
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe('the three capitals of a currency, such as EUR')

/** In USD it may be called `usd`; `price` in whatever currency holds. */
const unitPrice = z
  .strictObject({
    usd: decimal.optional(),
    price: decimal.optional(),
    /** How many units (tokens, seconds, …) it buys. */
    per: z.number().int().min(1).max(1_000_000_000),
  })
  .describe('a price and what it buys, such as { usd: "2.40", per: 1000000 }')
const meter = z.enum(priceableMeters)
const unitPrices = z.partialRecord(meter, unitPrice).describe('prices by meter')

const alias = z.strictObject({
  provider: text,
  model: text,
  to: z.strictObject({ provider: text, model: text }),
})

/** One of the table, or one that a contract fixes. */
const rate = z.strictObject({ base: currency, quote: currency, date: day, rate: decimal, source: text })

const contract = z.strictObject({
  id: text,
  provider: text,
  /** The whole name of the priced model; `*` stands for any characters. */
  model_pattern: text,
  scope: z
    .strictObject({
      billing_account: text.optional(),
      team: text.optional(),
      region: text.optional(),
      service_tier: text.optional(),
    })
    .optional(),
  discount_percent: discount.optional(),
  markup_percent: percent.optional(),
  prices: unitPrices.optional(),
  effective_from: moment,
  /** Exclusive. */
  effective_to: moment.optional(),
  currency: currency.optional(),
  /** The rate that was agreed on, whatever the table of rates says. */
  rate: rate.optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
  trust_provider_cost: z.boolean().optional(),
})

const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
  .describe('a time of day in quotes, "00:00" to "23:59"')

const row = z.strictObject({
  provider: text,
  model: text,
  region: text.optional(),
  service_tier: text.optional(),
  from: moment.optional(),
  /** Exclusive. */
  to: moment.optional(),
  schedule: z
    .strictObject({
      /** UTC; the start inclusive, the end exclusive; may wrap midnight. */
      windows: z
        .array(z.tuple([clock, clock]).describe('two times of day, such as ["22:00", "06:00"]'))
        .min(1)
        .max(24),
      /** 1 is Monday, at `utc_offset`. */
      weekdays: z.array(z.number().int().min(1).max(7)).min(1).optional(),
      utc_offset: z
        .string()
        .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/)
        .describe('hours and minutes from UTC in quotes, such as "+08:00"')
        .optional(),
    })
    .optional(),
  /** Of input tokens, from which on the row holds. */
  band: z
    .strictObject({ gt: z.number().int().min(0).optional(), gte: z.number().int().min(1).optional() })
    .describe('{ gt: 200000 } for more than so many input tokens, or { gte: 200000 } for at least so many')
    .optional(),
  meters: unitPrices.optional(),
  free: z.boolean().optional(),
  minimum: z.partialRecord(meter, z.number().int().min(1)).optional(),
  currency: currency.optional(),
})

const tokenWeights = z.strictObject({
  input: decimal.optional(),
  cache_read: decimal.optional(),
  output: decimal.optional(),
})

const pool = z.strictObject({
  id: text,
  provider: text,
  models: z.array(text).min(1).max(200),
  region: text.optional(),
  service_tiers: z.array(text).min(1).max(20).optional(),
  units: z.number().int().min(1).max(1_000_000),
  per_unit_hour: decimal.optional(),
  /** For the whole term. */
  prepaid: decimal.optional(),
  electricity: z
    .strictObject({ kw: decimal, per_kwh: decimal, pue: decimal.optional(), currency: currency.optional() })
    .optional(),
  overhead_per_hour: decimal.optional(),
  currency: currency.optional(),
  from: moment,
  /** Exclusive. */
  to: moment.optional(),
  weigh: z.enum(['token_seconds', 'tokens', 'request_seconds']),
  capacity_per_hour: decimal.optional(),
  weights: tokenWeights.optional(),
  weights_by_model: z.record(text, tokenWeights).optional(),
  idle: z.enum(['line', 'spread']).optional(),
  tenant: text.optional(),
  team: text.optional(),
})

export const pricesConfig = z.strictObject({
  aliases: z.array(alias).max(10_000).default([]),
  contracts: z.array(contract).max(1_000).default([]),
  rows: z.array(row).max(10_000).default([]),
  pools: z.array(pool).max(200).default([]),
  rates: z.array(rate).max(10_000).default([]),
})
export type PricesConfig = z.output<typeof pricesConfig>

/** Milliseconds since the epoch of a date (its begin, UTC) or of a time with a zone; undefined for anything else. */
export function momentFrom(given: string): number | undefined {
  return readIsoTime(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T00:00:00.000Z` : given)
}

/**
 * What pricing takes. The same prices give the same text, so that a price version says what holds and not how it was
 * written: an empty section is none at all, moments are in UTC, prices go by one name, meters stand in one order.
 */
export function priceOverridesFrom(config: PricesConfig): PriceOverrides {
  const { aliases, contracts, rows, pools, rates } = config
  // zod leaves absent fields out: the casts only say so.
  return {
    ...(aliases.length > 0 && { aliases }),
    ...(contracts.length > 0 && { contracts: contracts.map(contractFrom) }),
    ...(rows.length > 0 && { rows: rows.map(rowFrom) }),
    ...(pools.length > 0 && {
      pools: pools.map((each) => inUtc(each, ['from', 'to'])) as PriceOverrides['pools'] & {},
    }),
    ...(rates.length > 0 && { rates }),
  }
}

function contractFrom({ prices, ...given }: PricesConfig['contracts'][number]): PriceContract {
  const times = inUtc(given, ['effective_from', 'effective_to'])
  return { ...times, ...(prices && { prices: unitPricesFrom(prices) }) } as PriceContract
}

function rowFrom({ meters, ...given }: PricesConfig['rows'][number]): ManualRow {
  return { ...inUtc(given, ['from', 'to']), ...(meters && { meters: unitPricesFrom(meters) }) } as ManualRow
}

function unitPricesFrom(given: z.output<typeof unitPrices>): Record<string, UnitPrice> {
  return Object.fromEntries(
    priceableMeters.flatMap((name) => {
      const { usd, price = usd, per = 1 } = given[name] ?? {}
      return price === undefined ? [] : [[name, { usd: price, per }]]
    }),
  )
}

/** A date stays one: it names rows. */
function inUtc<Given extends object>(given: Given, fields: readonly (keyof Given)[]): Given {
  const moments = fields.flatMap((field) => {
    const value = given[field]
    const ms = typeof value === 'string' && value.length > 10 ? momentFrom(value) : undefined
    return ms === undefined ? [] : [[field, new Date(ms).toISOString()]]
  })
  return { ...given, ...Object.fromEntries(moments) }
}
