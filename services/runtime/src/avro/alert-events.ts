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
import { topics } from '@spanledger/schemas/events/topics'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import avro from 'avsc'
import { SpanledgerError } from '../errors.ts'
import { newestSchemaOf } from './released-schemas.ts'
import { bodyOf, schemaIdOf, wireHeaderBytes, writeWireHeader } from './wire-format.ts'

/** A record of the topic `alerts`, as its Avro schema has it. */
interface AlertEventRecord {
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

const released = newestSchemaOf(topics.alerts)
const type = avro.Type.forSchema(JSON.parse(released.schema) as avro.Schema)

/** The event as a value of the topic `alerts`, under the id that the schema has without a registry. */
export function encodeAlertEvent(event: AlertEvent): Uint8Array {
  return writeAlertEvent(event, released.id)
}

/** Throws a SpanledgerError `ALERT_EVENT_UNDECODABLE` (not retryable) for what `encodeAlertEvent` has not written. */
export function decodeAlertEvent(value: Uint8Array): AlertEvent {
  if (schemaIdOf(value) !== released.id) throw undecodable(`its schema id is not ${released.id}`)
  try {
    return fromRecord(type.fromBuffer(Buffer.from(bodyOf(value))) as AlertEventRecord)
  } catch (cause) {
    throw undecodable(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function writeAlertEvent(event: AlertEvent, schemaId: number): Uint8Array {
  const body = type.toBuffer(toRecord(event))
  const value = Buffer.alloc(wireHeaderBytes + body.length)
  writeWireHeader(value, schemaId)
  body.copy(value, wireHeaderBytes)
  return value
}

function undecodable(problem: string, cause?: unknown): SpanledgerError {
  return new SpanledgerError('ALERT_EVENT_UNDECODABLE', `a record of the topic alerts cannot be read: ${problem}`, {
    retryable: false,
    hint: 'only the anomaly detector writes this topic: find who else does',
    cause,
  })
}

function toRecord({ eventId, event, at, alert }: AlertEvent): AlertEventRecord {
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

function fromRecord({ event_id: eventId, event, at, alert }: AlertEventRecord): AlertEvent {
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
