import type { Alert, AlertEvent, AlertEventName } from '@spanledger/schemas/events/alert'

/** What became of an event on its way to a channel. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** Not now: again after so many milliseconds, or after a back-off where the channel did not say. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** Never: trying again would give the same answer. */
  | { readonly kind: 'refused'; readonly reason: string }

/** A channel that tells people. */
export interface Notifier {
  /** Closed set, a metric label: `slack` or a name from the configuration. */
  readonly name: string
  /** Never rejects: an answer, or none, is a delivery. */
  deliver(event: AlertEvent, signal: AbortSignal): Promise<Delivery>
}

/** Where alerts live: the tables `alerts` and `alert_events`. All methods reject with a `SpanledgerError`. */
export interface AlertStore {
  /** Every alert that is not resolved, and the newest episode of each resolved series of the last `days` days. */
  readCurrent(days: number): Promise<readonly Alert[]>
  /** Writing the same event again changes nothing. The alert's row is replaced where `updatedAt` is newer. */
  record(events: readonly AlertEvent[]): Promise<void>
  /** Notes in `alert_events` what a channel did with an event. */
  recordDelivery(event: AlertEvent, target: string, delivery: Delivery, at: number): Promise<void>
  /** Event ids that this channel has delivered already. */
  delivered(target: string, eventIds: readonly string[]): Promise<ReadonlySet<string>>
  /** What this channel has told of an alert: a resolve goes where its opening went, whatever the routes say by then. */
  told(target: string, alertId: string): Promise<ReadonlySet<AlertEventName>>
}

/** How far a tenant was judged, in milliseconds since the epoch. */
export interface JudgedPosition {
  readonly tenant: string
  /** Event time. */
  readonly judgedUntil: number
  /** Entries recorded up to here were known. */
  readonly knownUntil: number
}

/**
 * What a detector needs beyond the alerts to go on where another one ended. `record` of this store also puts the events
 * into the outbox: recorded, then said in the log, then marked.
 */
export interface DetectorStore extends AlertStore {
  /** Events that were recorded and perhaps not said, oldest first. */
  readUnsaid(): Promise<readonly AlertEvent[]>
  markSaid(events: readonly AlertEvent[]): Promise<void>
  readPositions(): Promise<readonly JudgedPosition[]>
  recordPositions(positions: readonly JudgedPosition[]): Promise<void>
}
