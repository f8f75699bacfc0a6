import type { Alert, AlertEventName } from '@spanledger/schemas/events/alert'
import type { AlertStore, Delivery } from '../../ports.ts'

export interface RecordingStore extends AlertStore {
  readonly deliveries: readonly {
    eventId: string
    alertId: string
    event: AlertEventName
    target: string
    delivery: Delivery
  }[]
  /** What `readCurrent` answers. */
  current: readonly Alert[]
  /** The next so many calls reject with this. */
  failNext(times: number, error: Error): void
}

/** The part of an alert store that telling people needs, in memory, shared by who shares the object. */
export function createRecordingStore(): RecordingStore {
  const deliveries: RecordingStore['deliveries'][number][] = []
  let failures: Error[] = []
  async function attempt<T>(answer: () => T): Promise<T> {
    const failure = failures.pop()
    if (failure !== undefined) throw failure
    return answer()
  }
  const deliveredTo = (target: string) =>
    deliveries.filter((each) => each.target === target && each.delivery.kind === 'delivered')
  return {
    deliveries,
    current: [],
    failNext: (times, error) => void (failures = Array.from({ length: times }, () => error)),
    readCurrent() {
      return attempt(() => this.current)
    },
    record: () => attempt(() => undefined),
    recordDelivery: (event, target, delivery) =>
      attempt(() => {
        deliveries.push({ eventId: event.eventId, alertId: event.alert.alertId, event: event.event, target, delivery })
      }),
    delivered: (target, eventIds) =>
      attempt(
        () => new Set(deliveredTo(target).flatMap(({ eventId }) => (eventIds.includes(eventId) ? [eventId] : []))),
      ),
    told: (target, alertId) =>
      attempt(() => new Set(deliveredTo(target).flatMap((each) => (each.alertId === alertId ? [each.event] : [])))),
  }
}
