import type { AlertRow, Alerts } from '@spanledger/schemas/api/alerts'
import type { LedgerReader } from '../ports.ts'
import type { Window } from '../time/window.ts'
import { type AlertColumns, alertColumns, alertFrom } from './alert-row.ts'
import { instant } from './instant.ts'

/** Which alerts; what is not given is not asked. */
export interface AlertsWanted {
  readonly states?: readonly string[] | undefined
  readonly kind?: string | undefined
  readonly tenant?: string | undefined
  /** Alerts that were going on at some time in it. */
  readonly window?: Window | undefined
  readonly limit: number
}

/** Alerts as they are now, newest first. */
export async function readAlerts(reader: LedgerReader, wanted: AlertsWanted): Promise<Alerts> {
  const { states, kind, tenant, window, limit } = wanted
  const conditions = [
    ...(states ? ['state IN {states:Array(String)}'] : []),
    ...(kind !== undefined ? ['kind = {kind:String}'] : []),
    ...(tenant !== undefined ? ['tenant = {tenant:String}'] : []),
    ...(window
      ? [
          "opened_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')",
          "(resolved_at IS NULL OR resolved_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC'))",
        ]
      : []),
  ]
  const rows = reader.query<AlertColumns>(
    `SELECT ${alertColumns} FROM alerts FINAL WHERE ${['1', ...conditions].join(' AND ')}
     ORDER BY alerts.opened_at DESC, alerts.alert_id LIMIT {limit:UInt32}`,
    {
      limit: limit + 1,
      ...(states && { states }),
      ...(kind !== undefined && { kind }),
      ...(tenant !== undefined && { tenant }),
      ...(window && { from: window.fromMs, to: window.toMs }),
    },
  )
  const judged = reader.query<{ judged_ms: string }>(
    'SELECT toString(toUnixTimestamp64Milli(max(known_until))) AS judged_ms FROM detector_positions',
  )
  const [found, [position]] = await Promise.all([rows, judged])
  const alerts: AlertRow[] = found.slice(0, limit).map((row) => alertFrom(row).alert)
  const judgedMs = position?.judged_ms ?? '0'
  return { alerts, more: found.length > limit, judged_until: judgedMs === '0' ? null : instant(judgedMs) }
}
