import { type AlertEventCodec, createAlertEventCodec } from '@spanledger/runtime/avro/alert-events'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { type Clock, systemClock } from '@spanledger/runtime/clock'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { startStop } from '@spanledger/runtime/start-stop'
import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { createClickHouseAlertStore } from './adapters/clickhouse-alert-store.ts'
import { createClickHouseMeasurer } from './adapters/clickhouse-measurer.ts'
import { createClickHouseSeriesReader } from './adapters/clickhouse-series-reader.ts'
import { createDetector } from './detector.ts'
import { createDetectorEvents } from './events.ts'
import { createLeadership } from './leadership/leadership.ts'
import { createNotifications } from './notify/notifications.ts'
import { createLocalTime } from './series/local-time.ts'
import { createSlackNotifier } from './slack/slack-notifier.ts'
import { createStandIn } from './leadership/stand-in.ts'

export interface AnomalyDetectorOptions {
  readonly log: EventLog
  readonly clickhouse: ClickHouse
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  /** Asked at every judgement: rules may change while it runs. */
  readonly config: () => AlertsConfig
  /** The reporting time zone decides where a day begins. */
  readonly timeZone: string
  /** Base of links where the configuration names none. */
  readonly consoleUrl: string
  readonly slackWebhookUrl?: string
  /** Webhooks of the channels of the configuration, by name. */
  readonly channelUrls?: Readonly<Record<string, string>>
  /** Of the topic `alerts`; by default with the schema ids of this release. */
  readonly alertEvents?: AlertEventCodec
}

export interface AnomalyDetector extends Service {
  /** Resolves with the error that keeps it from going on. */
  readonly failed: Promise<unknown>
  /** What keeps it from judging, or undefined: a readiness check. Standing by is no problem. */
  problem(): string | undefined
  /** One judgement of everything, now, whoever leads; resolves with what was said. */
  judge(): Promise<readonly AlertEvent[]>
}

/** So many judgements may fail in a row before it is not ready. */
const failuresAllowed = 3

/** Reads committed entries, judges series, says what happens to alerts in the topic `alerts`, and tells people. */
export function createAnomalyDetector(options: AnomalyDetectorOptions): AnomalyDetector {
  const { log, clickhouse, logger, metrics, clock = systemClock, config } = options
  const { alertEvents = createAlertEventCodec() } = options
  const store = createClickHouseAlertStore({ clickhouse })
  const events = createDetectorEvents(logger, metrics)
  const detector = createDetector({
    log,
    store,
    reader: createClickHouseSeriesReader({ clickhouse }),
    measure: createClickHouseMeasurer({ clickhouse }),
    config,
    time: createLocalTime(options.timeZone),
    clock,
    events,
    alertEvents,
  })
  const leadership = createLeadership({
    log,
    clock,
    logger,
    onChange(leads) {
      events.leads(leads)
      // What another one has judged meanwhile is in the tables.
      if (leads) detector.forget()
      else events.age(undefined)
    },
  })
  const notifications = createNotifications({
    log,
    store,
    notifiers: notifiersOf(options, clock),
    config,
    clock,
    logger,
    metrics,
    alertEvents,
  })
  const telling = createStandIn({ service: notifications, clock, logger })

  let judging: Promise<readonly AlertEvent[]> = Promise.resolve([])
  let running = false
  let cancel: (() => void) | undefined
  let failures = 0
  let lastError = ''
  let judgedAtMs: number | undefined

  /** One at a time. */
  function judge(): Promise<readonly AlertEvent[]> {
    const next = judging
      .catch(() => undefined)
      .then(async () => {
        const started = performance.now()
        const said = await detector.judge()
        events.took(performance.now() - started)
        judgedAtMs = clock.nowMs()
        return said
      })
    judging = next
    return next
  }

  async function turn(): Promise<void> {
    if (!leadership.leads) return
    try {
      await judge()
      failures = 0
    } catch (error) {
      failures++
      lastError = error instanceof Error ? error.message : String(error)
      events.failed(error)
      // It may have died between two writes: everything it believes is read again.
      detector.forget()
    }
    if (leadership.leads) events.age(judgedAtMs === undefined ? undefined : clock.nowMs() - judgedAtMs)
  }

  function schedule(): void {
    cancel = clock.after(config().every_seconds * 1000, () => {
      void turn().finally(() => {
        if (running) schedule()
      })
    })
  }

  return {
    name: 'anomaly detector',
    failed: Promise.race([leadership.failed, notifications.failed, telling.failed]),
    judge,
    problem() {
      if (failures < failuresAllowed) return undefined
      return `the last ${failures} judgements failed: ${lastError}`
    },
    ...startStop(
      async () => {
        await telling.start()
        await leadership.start()
        running = true
        schedule()
      },
      async () => {
        running = false
        cancel?.()
        await judging.catch(() => undefined)
        await leadership.stop()
        await telling.stop()
      },
    ),
  }
}

function notifiersOf({ consoleUrl, slackWebhookUrl, channelUrls = {}, config }: AnomalyDetectorOptions, clock: Clock) {
  const urls = { ...(slackWebhookUrl !== undefined && { slack: slackWebhookUrl }), ...channelUrls }
  const base = (config().console_url ?? consoleUrl).replace(/\/$/, '')
  return Object.entries(urls).map(([name, webhookUrl]) =>
    createSlackNotifier({ name, webhookUrl, consoleUrl: base, clock }),
  )
}
