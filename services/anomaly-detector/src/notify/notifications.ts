import { type AlertEventCodec, createAlertEventCodec } from '@spanledger/runtime/avro/alert-events'
import type { Clock } from '@spanledger/runtime/clock'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createGroup } from '@spanledger/runtime/lifecycle'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { AlertStore, Notifier } from '../ports.ts'
import { createChannel } from './channel.ts'
import { createChannelMetrics } from './channel-metrics.ts'
import { unreachable } from './unreachable.ts'

export interface NotificationsOptions {
  readonly log: EventLog
  readonly store: AlertStore
  /** One per channel, each with a name of its own. */
  readonly notifiers: readonly Notifier[]
  readonly config: () => AlertsConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly random?: () => number
  /** Reads the topic `alerts`; by default with the schema ids of this release. */
  readonly alertEvents?: AlertEventCodec
}

export interface Notifications extends Service {
  /** Resolves with the error that ended a channel. */
  readonly failed: Promise<unknown>
  /** What keeps people from being told, or undefined. It is no reason to stop judging. */
  problem(): string | undefined
}

const lookEveryMs = 5_000

/** Tells people of alerts: every channel reads the topic `alerts` for itself. */
export function createNotifications(options: NotificationsOptions): Notifications {
  const { notifiers, config, clock, logger, metrics, random = Math.random } = options
  const { alertEvents = createAlertEventCodec() } = options
  const channels = notifiers.map((notifier) => createChannel({ ...options, notifier, random, alertEvents }))
  const group = createGroup('notifications', [...channels, { name: 'look', start: async () => look(), stop: endLook }])
  let looked: AlertsConfig | undefined
  let cancelLook: (() => void) | undefined

  /** Ages grow while nothing happens, and the configuration may have changed. */
  function look(): void {
    cancelLook = clock.after(lookEveryMs, look)
    for (const channel of channels) channel.reportAge()
    if (looked === config()) return
    looked = config()
    for (const { channel, problem } of unreachable(
      looked,
      notifiers.map(({ name }) => name),
    )) {
      createChannelMetrics(metrics, channel).up(false)
      logger.error({ channel }, `alerts for ${channel} reach nobody: ${problem}`)
    }
  }

  async function endLook(): Promise<void> {
    cancelLook?.()
  }

  return {
    ...group,
    failed: Promise.race(channels.map(({ failed }) => failed)),
    problem: () => channels.map((channel) => channel.problem()).find((problem) => problem !== undefined),
  }
}
