import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'

/** A row of `alerts`, as far as the demo shows it. Money is exact strings, times are milliseconds since the epoch. */
export interface SeenAlert {
  readonly id: string
  readonly kind: string
  readonly state: string
  /** Dimension by name; none is the tenant as a whole. */
  readonly dims: Readonly<Record<string, string>>
  readonly unit: string
  readonly observed: number
  readonly expected: number
  readonly impactUsd: string
  readonly usdPerHour: string
  readonly openedMs: number
  readonly resolvedMs: number | null
  /** When it was first seen here: wall clock. */
  readonly seenMs: number
  /** The highest hourly figure seen: the rate of an alert that is over is 0. */
  readonly highestUsdPerHour: string
}

export interface AlertChange {
  readonly what: 'opened' | 'resolved'
  readonly alert: SeenAlert
}

export interface AlertFeed {
  /** Reads the table; what opened and what resolved since the last time. */
  read(): Promise<readonly AlertChange[]>
  seen(): readonly SeenAlert[]
}

type Row = Omit<SeenAlert, 'openedMs' | 'resolvedMs' | 'seenMs' | 'highestUsdPerHour'> & {
  readonly openedMs: string
  readonly resolvedMs: string | null
}

const over = new Set(['resolved', 'expected'])

const query = `
  SELECT toString(alert_id) AS id, kind, state, dims, JSONExtractString(explanation, 'unit') AS unit, observed, expected,
    toString(impact_usd) AS impactUsd, toString(impact_usd_per_hour) AS usdPerHour,
    toUnixTimestamp64Milli(opened_at) AS openedMs, toUnixTimestamp64Milli(resolved_at) AS resolvedMs
  FROM alerts FINAL
  WHERE NOT JSONExtractBool(explanation, 'historical')
  ORDER BY opened_at, alert_id`

/** What the detector has said so far, read from where everybody can read it. */
export function createAlertFeed(clickhouse: ClickHouse, nowMs: () => number): AlertFeed {
  const alerts = new Map<string, SeenAlert>()
  return {
    seen: () => [...alerts.values()],
    async read() {
      const changes: AlertChange[] = []
      for (const row of await clickhouse.query<Row>(query)) {
        const before = alerts.get(row.id)
        const highest = before?.highestUsdPerHour ?? '0'
        const alert: SeenAlert = {
          ...row,
          openedMs: Number(row.openedMs),
          resolvedMs: row.resolvedMs === null ? null : Number(row.resolvedMs),
          seenMs: before?.seenMs ?? nowMs(),
          highestUsdPerHour: Number(row.usdPerHour) > Number(highest) ? row.usdPerHour : highest,
        }
        alerts.set(row.id, alert)
        if (before === undefined) changes.push({ what: 'opened', alert })
        if (over.has(row.state) && !over.has(before?.state ?? '')) changes.push({ what: 'resolved', alert })
      }
      return changes
    },
  }
}

export function isOpen({ state }: SeenAlert): boolean {
  return !over.has(state)
}
