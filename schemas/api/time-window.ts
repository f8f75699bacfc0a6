import { z } from 'zod'
import { ranges, steps } from './choices.ts'
import { instant } from './measures.ts'

/** Either `range`, or `from` and `to`. Totals and series take the last 24 hours by default. */
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
