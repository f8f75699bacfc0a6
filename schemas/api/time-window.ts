import { z } from 'zod'
import { instant } from './measures.ts'

/** Windows that end now, by name; the running minute, hour or day is in them. */
export const ranges = ['15m', '1h', '6h', '24h', '7d', '30d'] as const
export type Range = (typeof ranges)[number]

export const steps = ['minute', 'five_minutes', 'hour', 'day'] as const
export type Step = (typeof steps)[number]

/** Either `range`, or `from` and `to`; by default the last 24 hours. */
export const windowParameters = {
  range: z.enum(ranges).optional().describe('a window that ends now'),
  from: z.iso.datetime({ offset: true }).optional().describe('start, with `to`; widened to whole steps'),
  to: z.iso.datetime({ offset: true }).optional().describe('end, exclusive'),
}

/** The window that was read: whole steps, so every total is the sum of its buckets. */
export const windowSchema = z.strictObject({
  from: instant,
  to: instant,
  step: z.enum(steps),
  time_zone: z.string().describe('where the days of step `day` begin'),
})
export type TimeWindow = z.infer<typeof windowSchema>
