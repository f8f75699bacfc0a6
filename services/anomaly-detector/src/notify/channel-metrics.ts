import type { Metrics } from '@spanledger/runtime/metrics'
import type { Delivery } from '../ports.ts'
import type { Silence } from './duty.ts'

export type Outcome = Delivery['kind'] | Silence | 'undecodable'

export interface ChannelMetrics {
  counted(outcome: Outcome): void
  /** What the last attempt said of the channel. */
  up(isUp: boolean): void
  /** How long the event that is being tried waits; 0 when none does. */
  waiting(ageMs: number): void
}

/** What a channel reports of itself; every part that reports these names shares them. */
export function createChannelMetrics(metrics: Metrics, channel: string): ChannelMetrics {
  const outcomes = metrics.counter(
    'spanledger_notifications_total',
    'Alert events by what a channel did with them: delivered, retry (an attempt that failed), refused, or why it was silent',
    ['channel', 'outcome'],
  )
  const up = metrics.gauge(
    'spanledger_notification_channel_up',
    '1 when the last attempt to deliver succeeded, or none was made yet; 0 when it failed or the channel cannot be used',
    ['channel'],
  )
  const waiting = metrics.gauge(
    'spanledger_notification_oldest_undelivered_age_seconds',
    'How long the oldest alert event waits that a channel could not deliver yet, as of its last attempt',
    ['channel'],
  )
  up.set({ channel }, 1)
  waiting.set({ channel }, 0)
  for (const outcome of ['delivered', 'retry', 'refused', 'given_up'] satisfies Outcome[]) {
    outcomes.inc({ channel, outcome }, 0)
  }
  return {
    counted: (outcome) => outcomes.inc({ channel, outcome }),
    up: (isUp) => up.set({ channel }, isUp ? 1 : 0),
    waiting: (ageMs) => waiting.set({ channel }, Math.max(0, ageMs) / 1000),
  }
}
