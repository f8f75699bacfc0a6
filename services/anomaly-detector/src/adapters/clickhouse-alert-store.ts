import { decodeAlertEvent, encodeAlertEvent } from '@spanledger/runtime/avro/alert-events'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { AlertEvent, AlertEventName } from '@spanledger/schemas/events/alert'
import { deliveryIdOf } from '../alert/ids.ts'
import { stamp } from '../measure/sql-text.ts'
import type { DetectorStore } from '../ports.ts'
import { type AlertColumns, alertColumns, alertEventRow, alertFrom, alertRow } from './alert-columns.ts'

/**
 * The tables `alerts`, `alert_events`, `alert_outbox` and `detector_positions`. An event is first in the outbox, then in
 * its history, then the alert's row is replaced: whoever finds it unsaid can record the whole of it again.
 */
export function createClickHouseAlertStore({ clickhouse }: { readonly clickhouse: ClickHouse }): DetectorStore {
  /** Two detectors that say the same event at different times are one row of its history. */
  async function unknownOf(events: readonly AlertEvent[]): Promise<readonly AlertEvent[]> {
    const rows = await clickhouse.query<{ id: string }>(
      `SELECT DISTINCT toString(event_id) AS id FROM alert_events
       WHERE target = '' AND tenant IN {tenants:Array(String)} AND event_id IN {ids:Array(UUID)}`,
      { tenants: events.map(({ alert }) => alert.tenant), ids: events.map(({ eventId }) => eventId) },
    )
    const known = new Set(rows.map(({ id }) => id))
    return events.filter(({ eventId }) => !known.has(eventId))
  }

  return {
    async readCurrent(days) {
      const rows = await clickhouse.query<AlertColumns>(
        `SELECT ${alertColumns} FROM alerts FINAL
         WHERE state IN ('open', 'acknowledged', 'expected') OR opened_at >= now64(3) - toIntervalDay({days:UInt32})
         ORDER BY alerts.opened_at DESC, alerts.alert_id
         LIMIT 1 BY tenant, rule, mapSort(dims), state = 'resolved'`,
        { days },
      )
      return rows.map(alertFrom)
    },

    async record(events) {
      if (events.length === 0) return
      await clickhouse.insertRows(
        'alert_outbox',
        events.map((event) => ({
          event_id: event.eventId,
          tenant: event.alert.tenant,
          recorded_at: stamp(event.at),
          said: 0,
          record: Buffer.from(encodeAlertEvent(event)).toString('base64'),
        })),
      )
      const unknown = await unknownOf(events)
      if (unknown.length > 0) await clickhouse.insertRows('alert_events', unknown.map(alertEventRow))
      await clickhouse.insertRows(
        'alerts',
        events.map(({ alert }) => alertRow(alert)),
      )
    },

    async recordDelivery(event, target, delivery, at) {
      const reason = delivery.kind === 'delivered' ? {} : { reason: delivery.reason }
      await clickhouse.insertRows('alert_events', [
        {
          tenant: event.alert.tenant,
          alert_id: event.alert.alertId,
          event_id: deliveryIdOf(event.eventId, target, delivery.kind, at),
          at: stamp(at),
          event: delivery.kind,
          actor: 'anomaly-detector',
          target,
          detail: JSON.stringify({ eventId: event.eventId, event: event.event, ...reason }),
        },
      ])
    },

    async delivered(target, eventIds) {
      if (eventIds.length === 0) return new Set()
      const rows = await clickhouse.query<{ id: string }>(
        `SELECT DISTINCT JSONExtractString(detail, 'eventId') AS id FROM alert_events
         WHERE target = {target:String} AND event = 'delivered' AND id IN {ids:Array(String)}`,
        { target, ids: eventIds },
      )
      return new Set(rows.map(({ id }) => id))
    },

    async told(target, alertId) {
      const rows = await clickhouse.query<{ name: AlertEventName }>(
        `SELECT DISTINCT JSONExtractString(detail, 'event') AS name FROM alert_events
         WHERE target = {target:String} AND event = 'delivered' AND alert_id = {alertId:UUID}`,
        { target, alertId },
      )
      return new Set(rows.map(({ name }) => name))
    },

    async readUnsaid() {
      const rows = await clickhouse.query<{ record: string }>(
        'SELECT record FROM alert_outbox FINAL WHERE said = 0 ORDER BY recorded_at, event_id',
      )
      return rows.map(({ record }) => decodeAlertEvent(Buffer.from(record, 'base64')))
    },

    async markSaid(events) {
      if (events.length === 0) return
      await clickhouse.insertRows(
        'alert_outbox',
        events.map(({ eventId, at, alert }) => ({
          event_id: eventId,
          tenant: alert.tenant,
          recorded_at: stamp(at),
          said: 1,
          record: '',
        })),
      )
    },

    async readPositions() {
      const rows = await clickhouse.query<{ tenant: string; judged_ms: string; known_ms: string }>(
        `SELECT tenant, toString(toUnixTimestamp64Milli(judged_until)) AS judged_ms,
           toString(toUnixTimestamp64Milli(known_until)) AS known_ms FROM detector_positions FINAL`,
      )
      return rows.map(({ tenant, judged_ms, known_ms }) => ({
        tenant,
        judgedUntil: Number(judged_ms),
        knownUntil: Number(known_ms),
      }))
    },

    async recordPositions(positions) {
      if (positions.length === 0) return
      await clickhouse.insertRows(
        'detector_positions',
        positions.map(({ tenant, judgedUntil, knownUntil }) => ({
          tenant,
          judged_until: stamp(judgedUntil),
          known_until: stamp(knownUntil),
        })),
      )
    },
  }
}
