import { z } from 'zod'
import type { Explanation } from './explanation.ts'
import { count, instant, usd } from './measures.ts'

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/)

const lines = z.array(
  z.object({
    meter: z.string(),
    quantity: decimal,
    unit_price: decimal,
    per: z.number(),
    currency: z.string(),
    fx: z.object({ id: z.string(), rate: decimal, divides: z.boolean() }).nullable(),
    native_amount: decimal,
    amount: usd,
    list_amount: usd,
    price_row: z.string(),
    contract_id: z.string(),
    adjustment: z.string(),
    list_price: z.string(),
  }),
)

const estimate = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('characters'),
    input_characters: z.number().int().nullable(),
    output_characters: z.number().int().nullable(),
    characters: z.number().int(),
    tokens: z.number().int(),
    lines,
  }),
  z.object({
    by: z.literal('series'),
    same: z.array(z.string()),
    from: z.iso.date(),
    to: z.iso.date(),
    requests: count,
    cost: usd,
  }),
])

/** GET /api/v1/charges/:id; what the fields mean is said in explanation.ts. */
export const explanationSchema = z.object({
  entry_id: z.string(),
  at: instant,
  tenant: z.string(),
  provider: z.string(),
  model: z.string(),
  attribution: z.record(z.string(), z.string()),
  request_model: z.string(),
  response_model: z.string(),
  price_state: z.string(),
  matched_by: z.string(),
  context_band: z.string(),
  service_tier: z.string(),
  region: z.string(),
  price_version: z.string(),
  contract_id: z.string(),
  sources: z.array(z.string()),
  warnings: z.array(z.string()),
  lines,
  cost: usd,
  list_cost: usd,
  reported_cost: usd.nullable(),
  accrued_cost: usd,
  estimate: estimate.nullable(),
  revisions: z.array(
    z.object({
      entry_id: z.string(),
      kind: z.string(),
      revision: z.number().int(),
      reason: z.string(),
      recorded_at: instant,
      cost: usd,
      accrued_cost: usd,
    }),
  ),
}) satisfies z.ZodType<Explanation>
