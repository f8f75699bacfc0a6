import {
  type Alert,
  type AlertDims,
  type AlertEvent,
  type AlertExplanation,
  alertEventNames,
  alertKinds,
  alertSeverities,
  alertStates,
} from '@spanledger/schemas/events/alert'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'

/** A record of the topic `alerts`, as `alert-event.v1.avsc` has it. */
export interface AlertEventRecord {
  readonly event_id: string
  readonly event: string
  readonly at: number
  readonly alert: {
    readonly tenant: string
    readonly alert_id: string
    readonly rule: string
    readonly kind: string
    readonly state: string
    readonly severity: string
    readonly opened_at: number
    readonly updated_at: number
    readonly resolved_at: number | null
    readonly dims: AlertDims
    readonly observed: number
    readonly expected: number
    readonly impact_usd: string
    readonly impact_usd_per_hour: string
    readonly explanation: string
    readonly runbook: string
  }
}

export function toAlertRecord({ eventId, event, at, alert }: AlertEvent): AlertEventRecord {
  return {
    event_id: eventId,
    event,
    at,
    alert: {
      tenant: alert.tenant,
      alert_id: alert.alertId,
      rule: alert.rule,
      kind: alert.kind,
      state: alert.state,
      severity: alert.severity,
      opened_at: alert.openedAt,
      updated_at: alert.updatedAt,
      resolved_at: alert.resolvedAt,
      dims: alert.dims,
      observed: alert.observed,
      expected: alert.expected,
      impact_usd: decimalFromAtto(alert.impactUsd),
      impact_usd_per_hour: decimalFromAtto(alert.impactUsdPerHour),
      explanation: JSON.stringify(alert.explanation),
      runbook: alert.runbook,
    },
  }
}

/** Throws for a value that the schema allows and we do not know. */
export function fromAlertRecord({ event_id: eventId, event, at, alert }: AlertEventRecord): AlertEvent {
  return { eventId, event: oneOf('event', event, alertEventNames), at, alert: alertOf(alert) }
}

function alertOf(alert: AlertEventRecord['alert']): Alert {
  return {
    tenant: alert.tenant,
    alertId: alert.alert_id,
    rule: alert.rule,
    kind: oneOf('kind', alert.kind, alertKinds),
    state: oneOf('state', alert.state, alertStates),
    severity: oneOf('severity', alert.severity, alertSeverities),
    openedAt: alert.opened_at,
    updatedAt: alert.updated_at,
    resolvedAt: alert.resolved_at,
    dims: { ...alert.dims },
    observed: alert.observed,
    expected: alert.expected,
    impactUsd: attoFromDecimal(alert.impact_usd),
    impactUsdPerHour: attoFromDecimal(alert.impact_usd_per_hour),
    explanation: JSON.parse(alert.explanation) as AlertExplanation,
    runbook: alert.runbook,
  }
}

function oneOf<T extends string>(field: string, value: string, values: readonly T[]): T {
  const known = values.find((each) => each === value)
  if (known === undefined) throw new RangeError(`${field} is none of ${values.join(', ')}`)
  return known
}
