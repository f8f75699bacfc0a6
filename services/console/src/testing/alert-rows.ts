import { randomUUID } from 'node:crypto'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { Alert, AlertExplanation } from '@spanledger/schemas/events/alert'
import { decimalFromAtto } from '@spanledger/schemas/money'

const minuteMs = 60_000

/** An open spend spike of team search that began 40 minutes before `nowMs`, with what a test changes. */
export function alertOf(
  nowMs: number,
  change: Partial<Omit<Alert, 'explanation'>> & { readonly explanation?: Partial<AlertExplanation> } = {},
): Alert {
  const openedAt = change.openedAt ?? nowMs - 40 * minuteMs
  const { explanation, ...rest } = change
  const kind = change.kind ?? 'spend_spike'
  return {
    tenant: 'default',
    alertId: randomUUID(),
    rule: kind,
    kind,
    state: 'open',
    severity: 'warning',
    openedAt,
    updatedAt: nowMs,
    resolvedAt: null,
    dims: { team: 'search' },
    observed: 184.21,
    expected: 61.4,
    impactUsd: 122_810_000_000_000_000_001n,
    impactUsdPerHour: 184_215_000_000_000_000_000n,
    runbook: `docs/runbooks/${kind}.md`,
    ...rest,
    explanation: {
      unit: 'usd',
      observed: '184.210000000000000001',
      expected: '61.4',
      window: { from: new Date(nowMs - (nowMs % 86_400_000)).toISOString(), to: new Date(nowMs).toISOString() },
      baseline: `the mean of the 7 days before, each until ${new Date(nowMs).toISOString().slice(11, 16)}`,
      asKnownAt: new Date(nowMs - 2_000).toISOString(),
      requests: '18240',
      costUsd: '184.210000000000000001',
      contributors: [
        { dimension: 'model', value: 'gpt-4o', share: '0.81', usd: '99.47' },
        { dimension: 'feature', value: 'summaries', share: '0.12', usd: '14.7372' },
        { dimension: 'model', value: 'claude-sonnet-4-5', share: '0.07', usd: '8.6' },
      ],
      alsoIn: [{}, { model: 'gpt-4o' }],
      historical: false,
      episode: 1,
      sql: {
        observed: `SELECT sum(cost) FROM spanledger.ledger\nWHERE tenant = 'default' AND team = 'search'\n  AND day = today()`,
        expected: `SELECT sum(cost) FROM spanledger.ledger\nWHERE tenant = 'default' AND team = 'search'\n  AND day >= today() - 7 AND day < today()`,
      },
      ...explanation,
    },
  }
}

export async function insertAlerts(clickhouse: ClickHouse, alerts: readonly Alert[]): Promise<void> {
  const rows = alerts.map((alert) => ({
    tenant: alert.tenant,
    alert_id: alert.alertId,
    rule: alert.rule,
    kind: alert.kind,
    state: alert.state,
    severity: alert.severity,
    opened_at: stamp(alert.openedAt),
    updated_at: stamp(alert.updatedAt),
    resolved_at: alert.resolvedAt === null ? null : stamp(alert.resolvedAt),
    dims: alert.dims,
    observed: alert.observed,
    expected: alert.expected,
    impact_usd: decimalFromAtto(alert.impactUsd),
    impact_usd_per_hour: decimalFromAtto(alert.impactUsdPerHour),
    explanation: JSON.stringify(alert.explanation),
    runbook: alert.runbook,
  }))
  await clickhouse.insertRows('alerts', rows)
}

/** A row of `alert_events`: what happened to an alert, or, with a target, what a channel did with it. */
export interface AlertEventRow {
  readonly at: number
  readonly event: string
  readonly target?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export async function insertAlertEvents(
  clickhouse: ClickHouse,
  alert: Alert,
  events: readonly AlertEventRow[],
): Promise<void> {
  const rows = events.map(({ at, event, target = '', detail = {} }) => ({
    tenant: alert.tenant,
    alert_id: alert.alertId,
    event_id: randomUUID(),
    at: stamp(at),
    event,
    actor: 'anomaly-detector',
    target,
    detail: JSON.stringify(detail),
  }))
  await clickhouse.insertRows('alert_events', rows)
}

function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')
}
