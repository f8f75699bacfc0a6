import type { Alert, AlertEvent } from '@spanledger/schemas/events/alert'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { stamp } from '../measure/sql-text.ts'

/** A row of `alerts` as ClickHouse reads it from JSON. */
export function alertRow(alert: Alert): Record<string, unknown> {
  return {
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
  }
}

/** A row of `alert_events`: what happened, with the figures as they then were. */
export function alertEventRow({ eventId, event, at, alert }: AlertEvent): Record<string, unknown> {
  const { observed, expected, unit, window, historical, episode } = alert.explanation
  return {
    tenant: alert.tenant,
    alert_id: alert.alertId,
    event_id: eventId,
    at: stamp(at),
    event,
    actor: 'anomaly-detector',
    target: '',
    detail: JSON.stringify({
      severity: alert.severity,
      observed,
      expected,
      unit,
      window,
      impact_usd: decimalFromAtto(alert.impactUsd),
      impact_usd_per_hour: decimalFromAtto(alert.impactUsdPerHour),
      historical,
      episode,
    }),
  }
}

const ms = (column: string) => `toString(toUnixTimestamp64Milli(alerts.${column})) AS ${column}_ms`

/** Prefixed names, because ClickHouse would take an alias for the column of the same name. */
export const alertColumns = `tenant, toString(alert_id) AS id, rule, kind, state, severity, ${ms('opened_at')},
  ${ms('updated_at')}, ${ms('resolved_at')}, dims, toString(observed) AS observed_text,
  toString(expected) AS expected_text, toString(impact_usd) AS impact, toString(impact_usd_per_hour) AS per_hour,
  explanation, runbook`

export type AlertColumns = Readonly<
  Record<
    | 'tenant'
    | 'id'
    | 'rule'
    | 'opened_at_ms'
    | 'updated_at_ms'
    | 'observed_text'
    | 'expected_text'
    | 'impact'
    | 'per_hour'
    | 'explanation'
    | 'runbook',
    string
  >
> & {
  readonly kind: Alert['kind']
  readonly state: Alert['state']
  readonly severity: Alert['severity']
  readonly resolved_at_ms: string | null
  readonly dims: Readonly<Record<string, string>>
}

export function alertFrom(row: AlertColumns): Alert {
  return {
    tenant: row.tenant,
    alertId: row.id,
    rule: row.rule,
    kind: row.kind,
    state: row.state,
    severity: row.severity,
    openedAt: Number(row.opened_at_ms),
    updatedAt: Number(row.updated_at_ms),
    resolvedAt: row.resolved_at_ms === null ? null : Number(row.resolved_at_ms),
    dims: { ...row.dims },
    observed: Number(row.observed_text),
    expected: Number(row.expected_text),
    impactUsd: attoFromDecimal(row.impact),
    impactUsdPerHour: attoFromDecimal(row.per_hour),
    explanation: JSON.parse(row.explanation) as Alert['explanation'],
    runbook: row.runbook,
  }
}
