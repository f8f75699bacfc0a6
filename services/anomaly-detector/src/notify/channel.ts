import type { AlertEventCodec } from '@spanledger/runtime/avro/alert-events'
import type { Clock } from '@spanledger/runtime/clock'
import { type Consumer, createConsumer } from '@spanledger/runtime/consumer/consumer'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { EventLog, LogEntry } from '@spanledger/runtime/event-log/port'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { topics } from '@spanledger/schemas/events/topics'
import type { AlertStore, Delivery, Notifier } from '../ports.ts'
import { createChannelMetrics } from './channel-metrics.ts'
import { dutyOf } from './duty.ts'
import { createAttemptBackoff } from './patience.ts'

export interface ChannelOptions {
  readonly log: EventLog
  readonly store: AlertStore
  readonly notifier: Notifier
  readonly config: () => AlertsConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** 0..1; spreads attempts. */
  readonly random: () => number
  /** Reads the topic `alerts`. */
  readonly alertEvents: AlertEventCodec
}

export interface Channel extends Consumer {
  /** Brings up to date how long the event that is being tried waits. */
  reportAge(): void
}

/** A delivery under way may take this long after the stop, and is then cut. */
const graceMs = 5_000
const longestRetryAfterMs = 3_600_000
const remembered = 1_000

/**
 * One channel: a consumer group of its own on the topic `alerts`, so that its troubles are nobody else's. One event at a
 * time, in order; each attempt is one call of `handle`, so that a rebalance or a stop never waits for a back-off.
 *
 * An event is delivered, then that is recorded, then the position is committed. Whoever finds it again (after a crash, in
 * another process) asks the record first. What is left is a crash between the channel's answer and the record: then the
 * channel gets the event twice.
 */
export function createChannel(options: ChannelOptions): Channel {
  const { log, store, notifier, config, clock, logger, alertEvents } = options
  const channel = notifier.name
  const metrics = createChannelMetrics(options.metrics, channel)
  const backoffMs = createAttemptBackoff(options.random)
  /** Answered, but not recorded yet: never to be tried again, only to be recorded. */
  const unrecorded = new Map<string, { delivery: Delivery; at: number }>()
  const settled = new Set<string>()
  let aborting = new AbortController()
  let retryAfterMs = 0
  let trying: AlertEvent | undefined

  async function handle(entries: readonly LogEntry[]): Promise<void> {
    await alertEvents.prepare(entries.map(({ value }) => value))
    for (const entry of entries) {
      const event = decode(entry)
      if (event !== undefined) await handleEvent(event)
    }
  }

  function decode(entry: LogEntry): AlertEvent | undefined {
    try {
      return alertEvents.decode(entry.value)
    } catch (error) {
      if (error instanceof SpanledgerError && error.retryable) throw error
      metrics.counted('undecodable')
      const { topic, partition, offset } = entry
      logger.error({ err: error, channel, topic, partition, offset }, 'an alert event cannot be read: nobody is told')
      return undefined
    }
  }

  async function handleEvent(event: AlertEvent): Promise<void> {
    retryAfterMs = 0
    trying = event
    try {
      await settle(event)
      trying = undefined
    } catch (error) {
      throw asRetryable(error)
    } finally {
      reportAge()
    }
  }

  async function settle(event: AlertEvent): Promise<void> {
    const known = unrecorded.get(event.eventId)
    if (known !== undefined) return record(event, known.delivery, known.at)
    if (settled.has(event.eventId)) return metrics.counted('duplicate')
    const duty = await dutyOf({ channel, event, routes: config().routes, nowMs: clock.nowMs(), store })
    if (duty === 'given_up') {
      metrics.counted('given_up')
      return record(
        event,
        { kind: 'refused', reason: 'given up: it could not be delivered for twelve hours' },
        clock.nowMs(),
      )
    }
    if (duty !== 'tell') return metrics.counted(duty)
    await attempt(event)
  }

  async function attempt(event: AlertEvent): Promise<void> {
    const delivery = await notifier.deliver(event, aborting.signal)
    const at = clock.nowMs()
    metrics.counted(delivery.kind)
    metrics.up(delivery.kind === 'delivered')
    if (delivery.kind !== 'retry') return record(event, delivery, at)
    retryAfterMs = Math.min(delivery.afterMs ?? 0, longestRetryAfterMs)
    await store.recordDelivery(event, channel, delivery, at)
    throw unavailable(`${channel} did not take an alert event: ${delivery.reason}`)
  }

  async function record(event: AlertEvent, delivery: Delivery, at: number): Promise<void> {
    unrecorded.set(event.eventId, { delivery, at })
    await store.recordDelivery(event, channel, delivery, at)
    unrecorded.delete(event.eventId)
    remember(event.eventId)
    const { alertId } = event.alert
    if (delivery.kind === 'refused') {
      const { reason } = delivery
      logger.error({ channel, alertId, event: event.event, reason }, `${channel} will never take this alert event`)
    } else logger.info({ channel, alertId, event: event.event }, `${channel}: told`)
  }

  function remember(eventId: string): void {
    settled.add(eventId)
    if (settled.size > remembered) for (const oldest of [...settled].slice(0, remembered / 2)) settled.delete(oldest)
  }

  function reportAge(): void {
    metrics.waiting(trying === undefined ? 0 : clock.nowMs() - trying.at)
  }

  const consumer = createConsumer({
    log,
    group: `notify-${channel}`,
    topics: [topics.alerts],
    handle,
    batch: { maxEntries: 1, maxBytes: 1, lingerMs: 0, inFlight: 1 },
    clock,
    logger,
    metrics: options.metrics,
    backoffMs: (attemptNumber) => Math.max(backoffMs(attemptNumber), retryAfterMs),
  })

  return {
    ...consumer,
    reportAge,
    async start() {
      aborting = new AbortController()
      await consumer.start()
    },
    async stop() {
      const cancel = clock.after(graceMs, () => aborting.abort())
      await consumer.stop().finally(cancel)
    },
  }
}

/** Telling people never ends the process, and never loses its place: whatever is wrong, it is tried again, and shown. */
function asRetryable(error: unknown): SpanledgerError {
  if (error instanceof SpanledgerError && error.retryable) return error
  return unavailable('an alert event could not be delivered', error)
}

function unavailable(message: string, cause?: unknown): SpanledgerError {
  const hint = 'it is tried again for twelve hours; look at spanledger_notifications_total and the channel itself'
  return new SpanledgerError('CHANNEL_UNAVAILABLE', message, {
    retryable: true,
    hint,
    ...(cause !== undefined && { cause }),
  })
}
