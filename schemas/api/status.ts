import { z } from 'zod'
import { count, instant } from './measures.ts'

/** GET /api/v1/status */
export const statusSchema = z.strictObject({
  now: instant,
  time_zone: z.string(),
  /** Where spans and usage events go. */
  door_url: z.string(),
  /** Rows of the ledger, corrections included; 0 means that nothing was charged yet. */
  entries: count,
  /** Time of the newest request in the ledger; null while there is none. */
  latest_at: instant.nullable(),
  /** The price catalogue of this release: the day it is of (YYYY-MM-DD), and what it was made from. */
  prices: z
    .strictObject({ as_of: z.string(), sources: z.array(z.strictObject({ name: z.string(), version: z.string() })) })
    .nullable(),
})
export type Status = z.infer<typeof statusSchema>
