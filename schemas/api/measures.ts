import { z } from 'zod'

/** USD, exact: a plain decimal with at most 18 fraction digits, never a float. */
export const usd = z
  .string()
  .regex(/^-?\d+(\.\d{1,18})?$/)
  .describe('USD, a plain exact decimal')

/** An exact integer as a string: sums of 64-bit columns outgrow a JSON number. */
export const count = z
  .string()
  .regex(/^-?\d+$/)
  .describe('exact integer')

/** An instant, ISO 8601 in UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).describe('ISO 8601, UTC')

/** What is summed. There is no cost without the unpriced counts beside it. */
export const measuresSchema = z.strictObject({
  requests: count,
  input_tokens: count,
  cache_read_tokens: count,
  cache_write_tokens: count,
  output_tokens: count,
  cost: usd,
  list_cost: usd,
  cost_without_cache: usd,
  accrued_cost: usd,
  unpriced_requests: count,
  unpriced_tokens: count,
})
export type Measures = z.infer<typeof measuresSchema>
