import type { Channels } from '@spanledger/schemas/api/channels'
import type { LedgerReader } from '../ports.ts'
import { deliveryFrom } from './delivery-row.ts'
import { instant } from './instant.ts'

/** A channel that nobody uses any more is forgotten after this. */
const lookBackMs = 7 * 86_400_000

interface ChannelColumns {
  readonly channel: string
  /** 0 for never. */
  readonly delivered_ms: string
  readonly failed_ms: string
  readonly failed_detail: string
  readonly failing_ms: string
  readonly undelivered: string
}

/** What became of messages, by channel: rows of `alert_events` with a target, the channel's name. */
export async function readChannels(reader: LedgerReader, nowMs: number): Promise<Channels> {
  const rows = await reader.query<ChannelColumns>(
    `WITH
       deliveries AS (
         SELECT target, alert_id, toUnixTimestamp64Milli(at) AS ms, event = 'delivered' AS taken, detail
         FROM alert_events FINAL WHERE target != '' AND at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
       ),
       taken AS (SELECT target, maxIf(ms, taken) AS last_ms FROM deliveries GROUP BY target),
       told AS (
         SELECT target, countIf(NOT newest) AS untold
         FROM (SELECT target, alert_id, argMax(taken, (ms, taken)) AS newest FROM deliveries GROUP BY target, alert_id)
         GROUP BY target
       )
     SELECT deliveries.target AS channel, toString(any(taken.last_ms)) AS delivered_ms,
       toString(maxIf(ms, NOT deliveries.taken)) AS failed_ms,
       argMaxIf(detail, ms, NOT deliveries.taken) AS failed_detail,
       toString(minIf(ms, NOT deliveries.taken AND ms > taken.last_ms)) AS failing_ms,
       toString(any(told.untold)) AS undelivered
     FROM deliveries
     INNER JOIN taken ON deliveries.target = taken.target
     INNER JOIN told ON deliveries.target = told.target
     GROUP BY channel ORDER BY channel`,
    { since: nowMs - lookBackMs },
  )
  return {
    channels: rows.map((row) => ({
      channel: row.channel,
      last_delivered_at: orNull(row.delivered_ms),
      last_failed_at: orNull(row.failed_ms),
      last_failure: row.failed_ms === '0' ? null : deliveryFrom(row.failed_detail).reason || 'no reason was given',
      failing_since: orNull(row.failing_ms),
      undelivered_alerts: row.undelivered,
    })),
  }
}

function orNull(milliseconds: string): string | null {
  return milliseconds === '0' ? null : instant(milliseconds)
}
