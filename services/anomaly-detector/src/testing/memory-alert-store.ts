import type { Alert, AlertEvent } from '@spanledger/schemas/events/alert'
import type { Delivery, DetectorStore, JudgedPosition } from '../ports.ts'
import { dayMs } from '../series/lengths-of-time.ts'

interface Noted {
  readonly event: AlertEvent
  readonly target: string
  readonly delivery: Delivery
}

/** A store that lives as long as the object: for tests, and shared by who shares it. */
export function createMemoryAlertStore(nowMs: () => number = Date.now): DetectorStore {
  const alerts = new Map<string, Alert>()
  const events = new Map<string, { event: AlertEvent; said: boolean }>()
  const noted: Noted[] = []
  const positions = new Map<string, JudgedPosition>()
  const deliveredTo = (target: string) =>
    noted.filter((each) => each.target === target && each.delivery.kind === 'delivered')

  return {
    async readCurrent(days) {
      const newest = new Map<string, Alert>()
      for (const alert of alerts.values()) {
        const isOver = alert.state === 'resolved'
        if (isOver && alert.openedAt < nowMs() - days * dayMs) continue
        const key = JSON.stringify([alert.tenant, alert.rule, Object.entries(alert.dims).sort(), isOver])
        const known = newest.get(key)
        if (known === undefined || known.openedAt < alert.openedAt) newest.set(key, alert)
      }
      return [...newest.values()].sort((a, b) => b.openedAt - a.openedAt || (a.alertId < b.alertId ? -1 : 1))
    },
    async record(recorded) {
      for (const event of recorded) {
        if (!events.has(event.eventId)) events.set(event.eventId, { event, said: false })
        const known = alerts.get(event.alert.alertId)
        if (known === undefined || known.updatedAt <= event.alert.updatedAt)
          alerts.set(event.alert.alertId, event.alert)
      }
    },
    async recordDelivery(event, target, delivery) {
      noted.push({ event, target, delivery })
    },
    async delivered(target, eventIds) {
      const ids = deliveredTo(target).map(({ event }) => event.eventId)
      return new Set(ids.filter((id) => eventIds.includes(id)))
    },
    async told(target, alertId) {
      const ofAlert = deliveredTo(target).filter(({ event }) => event.alert.alertId === alertId)
      return new Set(ofAlert.map(({ event }) => event.event))
    },
    async readUnsaid() {
      return [...events.values()].filter(({ said }) => !said).map(({ event }) => event)
    },
    async markSaid(said) {
      for (const { eventId } of said) {
        const known = events.get(eventId)
        if (known) known.said = true
      }
    },
    async readPositions() {
      return [...positions.values()]
    },
    async recordPositions(newer) {
      for (const position of newer) {
        const known = positions.get(position.tenant)
        if (known === undefined || known.knownUntil <= position.knownUntil) positions.set(position.tenant, position)
      }
    },
  }
}
