import { z } from 'zod'
import { count, measuresSchema, usd } from './measures.ts'
import { narrowingParameters } from './narrowing.ts'
import { windowParameters, windowSchema } from './time-window.ts'

/** GET /api/v1/summary */
export const summaryParameters = z.strictObject({ ...windowParameters, ...narrowingParameters })

export const summarySchema = z.strictObject({
  window: windowSchema,
  total: measuresSchema,
  /** cost_without_cache - cost; negative where cache writes cost more than the reads saved. */
  saved_by_caching: usd,
  /** sum(cache_read_tokens) / sum(input_tokens), a ratio of sums; null without input. */
  cache_hit_ratio: z.number().nullable(),
  /** Requests without usage whose estimates sum to `total.accrued_cost`. */
  estimated_requests: count,
  /** What carries no team or no feature. */
  untagged: z.strictObject({ requests: count, cost: usd, unpriced_requests: count }),
})
export type Summary = z.infer<typeof summarySchema>
