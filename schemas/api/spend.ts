import { z } from 'zod'
import { spendDimensions } from './choices.ts'
import { count, instant, measuresSchema, usd } from './measures.ts'
import { narrowingParameters } from './narrowing.ts'
import { windowParameters, windowSchema } from './time-window.ts'

/** GET /api/v1/spend */
export const spendParameters = z.strictObject({
  ...windowParameters,
  ...narrowingParameters,
  by: z.enum(spendDimensions).default('model').describe('what the total is sliced by'),
})

/** One value per bucket, in the order of `buckets`. */
const points = z.strictObject({
  cost: z.array(usd),
  /** Estimates for requests without usage: not in the cost. */
  accrued_cost: z.array(usd),
  requests: z.array(count),
  unpriced_requests: z.array(count),
  input_tokens: z.array(count),
  cache_read_tokens: z.array(count),
})

export const sliceSchema = z.strictObject({
  /** null: everything that is not among the named slices. '' is a value: the dimension was not given. */
  key: z.string().nullable(),
  total: measuresSchema,
  points,
})
export type Slice = z.infer<typeof sliceSchema>

/** The slices sum to the total, bucket by bucket, to the last digit. */
export const spendSchema = z.strictObject({
  window: windowSchema,
  by: z.enum(spendDimensions),
  /** Starts of the steps of the window, without gaps. */
  buckets: z.array(instant),
  slices: z.array(sliceSchema),
  total: measuresSchema,
})
export type Spend = z.infer<typeof spendSchema>
