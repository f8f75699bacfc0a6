import { z } from 'zod'
import { count, instant, usd } from './measures.ts'

/** Where the configuration of prices has a problem. */
export const priceProblemSchema = z.strictObject({
  /** Of the text of the section, from 1; 0: elsewhere in the file. */
  line: z.int(),
  /** What is wrong, with the field. */
  problem: z.string(),
})
export type PriceProblem = z.infer<typeof priceProblemSchema>

/** Times as the file has them: dates (UTC) or instants. */
const validity = {
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** By the time of the answer. */
  state: z.enum(['in_force', 'later', 'over']),
}
const name = z.strictObject({ provider: z.string(), model: z.string() })

/** GET /api/v1/prices: what the configuration file adds to the price catalogue. */
export const pricesSchema = z.strictObject({
  now: instant,
  /** Of the prices that the file asks for, as this process has read it. */
  version: z.string(),
  /** What the ledger charges with; null while no ledger has said so. Another one than `version`: it has not followed yet, or reads another file. */
  charging: z.strictObject({ version: z.string(), since: instant }).nullable(),
  file: z.strictObject({
    /** null: there is none. */
    path: z.string().nullable(),
    loaded_at: instant,
    /** Why the file as it is now is not in force; null when it is. */
    refused: z.strictObject({ at: instant, problems: z.array(priceProblemSchema) }).nullable(),
  }),
  /** The section as it is written in the file now, to be edited; null without a file, or while it cannot be read. */
  section: z.strictObject({ text: z.string(), line: z.int(), etag: z.string() }).nullable(),
  /** Why it cannot be saved from here; null when it can. */
  read_only: z.string().nullable(),
  aliases: z.array(z.strictObject({ ...name.shape, to: name })),
  contracts: z.array(
    z.strictObject({
      id: z.string(),
      provider: z.string(),
      model_pattern: z.string(),
      /** Of whom it is: `team search`; empty for everybody. */
      scope: z.array(z.string()),
      /** What was agreed, in words. */
      terms: z.array(z.string()),
      ...validity,
    }),
  ),
  rows: z.array(
    z.strictObject({
      ...name.shape,
      /** `batch`, `eu`, `> 200000 input tokens`; empty for all requests. */
      only: z.array(z.string()),
      prices: z.array(z.string()),
      ...validity,
    }),
  ),
  pools: z.array(
    z.strictObject({
      id: z.string(),
      provider: z.string(),
      models: z.array(z.string()),
      cost: z.array(z.string()),
      ...validity,
    }),
  ),
  rates: z.array(
    z.strictObject({
      base: z.string(),
      quote: z.string(),
      date: z.string(),
      rate: z.string(),
      source: z.string(),
    }),
  ),
})
export type Prices = z.infer<typeof pricesSchema>

/** The body of what is checked, previewed and saved: the text of the section, with its name. */
export const priceSectionSchema = z.strictObject({ text: z.string().max(500_000) })

/** POST /api/v1/prices/check */
export const priceCheckSchema = z.strictObject({ problems: z.array(priceProblemSchema) })
export type PriceCheck = z.infer<typeof priceCheckSchema>

const changeSums = {
  charges: count,
  /** Of these, whose amount, price or state differs. */
  changed: count,
  cost_now: usd,
  cost_then: usd,
  unpriced_now: count,
  unpriced_then: count,
  newly_priced: count,
  newly_unpriced: count,
}

/** What recent charges would cost with other prices: a dry run, that writes nothing. */
export const pricePreviewSchema = z.strictObject({
  version_now: z.string(),
  version_then: z.string(),
  window: z.strictObject({ from: instant, to: instant }),
  /** Whether every charge of the window was looked at; else the newest ones, and `window` says since when. */
  whole: z.boolean(),
  total: z.strictObject(changeSums),
  /** Models of which something changes, the largest difference first; at most 100. */
  models: z.array(z.strictObject({ ...name.shape, ...changeSums })),
})
export type PricePreview = z.infer<typeof pricePreviewSchema>
export type PriceChangeSums = Omit<PricePreview['models'][number], 'provider' | 'model'>

/** POST /api/v1/prices/preview */
export const pricePreviewAnswerSchema = z.strictObject({
  problems: z.array(priceProblemSchema),
  /** null where there are problems. */
  preview: pricePreviewSchema.nullable(),
})
export type PricePreviewAnswer = z.infer<typeof pricePreviewAnswerSchema>

/** PUT /api/v1/prices, with If-Match: the etag of the file that was read. */
export const pricesSavedSchema = z.strictObject({ etag: z.string() })
export type PricesSaved = z.infer<typeof pricesSavedSchema>
