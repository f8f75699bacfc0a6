import { z } from 'zod'
import { count, instant } from './measures.ts'

/** GET /api/v1/channels: what became of messages in the last 7 days, by channel. */
export const channelsSchema = z.strictObject({
  channels: z.array(
    z.strictObject({
      channel: z.string(),
      last_delivered_at: instant.nullable(),
      last_failed_at: instant.nullable(),
      /** Why the last failure failed; null without one. */
      last_failure: z.string().nullable(),
      /** The first failure after the last delivery; null while it takes messages. */
      failing_since: instant.nullable(),
      /** Alerts of which it was not told something, and may never be. */
      undelivered_alerts: count,
    }),
  ),
})
export type Channels = z.infer<typeof channelsSchema>
export type Channel = Channels['channels'][number]
