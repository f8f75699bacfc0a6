import type { AlertDetail } from '@spanledger/schemas/api/alerts'
import type { LedgerReader } from '../ports.ts'
import { type AlertColumns, alertColumns, alertFrom } from './alert-row.ts'
import { deliveryFrom } from './delivery-row.ts'
import { instant } from './instant.ts'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
const newest = 200

interface EventColumns {
  readonly at_ms: string
  readonly event: string
  readonly actor: string
  readonly target: string
  readonly detail: string
}

/** An alert with what happened to it and who was told; null when there is none with this id. */
export async function readAlert(reader: LedgerReader, id: string): Promise<AlertDetail | null> {
  if (!uuid.test(id)) return null
  const [row] = await reader.query<AlertColumns>(
    `SELECT ${alertColumns} FROM alerts FINAL WHERE alert_id = {id:UUID} LIMIT 1`,
    { id },
  )
  if (row === undefined) return null
  const [history, deliveries] = await Promise.all(
    ["target = ''", "target != ''"].map((which) =>
      reader.query<EventColumns>(
        `SELECT toString(toUnixTimestamp64Milli(at)) AS at_ms, event, actor, target, detail FROM alert_events FINAL
         WHERE tenant = {tenant:String} AND alert_id = {id:UUID} AND ${which}
         ORDER BY at DESC, event_id LIMIT ${newest}`,
        { tenant: row.tenant, id },
      ),
    ),
  )
  return {
    ...alertFrom(row),
    history: (history ?? []).toReversed().map(({ at_ms, event, actor }) => ({ at: instant(at_ms), event, actor })),
    deliveries: (deliveries ?? []).toReversed().map(({ at_ms, event, target, detail }) => ({
      at: instant(at_ms),
      channel: target,
      outcome: event,
      ...deliveryFrom(detail),
    })),
  }
}
