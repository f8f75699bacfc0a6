import { z } from 'zod'
import { chargeFilters } from './choices.ts'
import { count, instant, usd } from './measures.ts'
import { narrowingParameters } from './narrowing.ts'
import { windowParameters } from './time-window.ts'

/** GET /api/v1/charges: the newest by the time of the request, corrections taken in, reversed ones left out. Without a window, of all times. */
export const chargesParameters = z.strictObject({
  ...windowParameters,
  ...narrowingParameters,
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('how many, at most'),
  filter: z.enum(chargeFilters).default('all').describe('only what has no price, or no team or feature'),
})

export const chargeSchema = z.strictObject({
  /** Opens its explanation at /api/v1/charges/:id. */
  entry_id: z.string(),
  at: instant,
  /** charge, adjustment or accrual: the kind of the entry that is current. */
  kind: z.string(),
  revision: z.number().int(),
  tenant: z.string(),
  provider: z.string(),
  model: z.string(),
  request_model: z.string(),
  operation: z.string(),
  status: z.string(),
  team: z.string(),
  feature: z.string(),
  customer: z.string(),
  environment: z.string(),
  price_state: z.string(),
  input_tokens: count,
  cache_read_tokens: count,
  cache_write_tokens: count,
  output_tokens: count,
  cost: usd,
  /** An estimate, where no usage was reported: not in the cost. */
  accrued_cost: usd,
  unpriced_requests: count,
  unpriced_tokens: count,
  warnings: z.array(z.string()),
})
export type Charge = z.infer<typeof chargeSchema>

export const chargesSchema = z.strictObject({ charges: z.array(chargeSchema) })
export type Charges = z.infer<typeof chargesSchema>
