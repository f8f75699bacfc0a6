import { encodeAlertEvent } from '@spanledger/runtime/avro/alert-events'
import { systemClock } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { describeServiceContract } from '@spanledger/runtime/testing/service-contract'
import { type AlertsConfig, alertsConfig } from '@spanledger/schemas/config/alerts'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMemoryAlertStore } from '../testing/memory-alert-store.ts'
import type { AlertStore, Delivery } from '../ports.ts'
import { createSlackNotifier } from '../slack/slack-notifier.ts'
import { sampleEvent } from '../slack/testing/sample-event.ts'
import { type SlackReceiver, startSlackReceiver } from '../slack/testing/slack-receiver.ts'
import { createNotifications, type Notifications } from './notifications.ts'

let log: EventLog
let slack: SlackReceiver
let store: AlertStore
let deliveries: { event: AlertEvent; delivery: Delivery }[]
let metrics: ReturnType<typeof createMetrics>
let lines: string[]
const running: Notifications[] = []

beforeEach(async () => {
  log = createMemoryEventLog()
  await log.start()
  slack = await startSlackReceiver()
  deliveries = []
  const memory = createMemoryAlertStore()
  store = {
    ...memory,
    recordDelivery(event, target, delivery, at) {
      deliveries.push({ event, delivery })
      return memory.recordDelivery(event, target, delivery, at)
    },
  }
  metrics = createMetrics()
  lines = []
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()))
  await log.stop()
  await slack.stop()
})

interface Options {
  readonly channels?: readonly string[]
  readonly config?: unknown
  readonly timeoutMs?: number
}

function notifications({ channels = ['slack'], config = {}, timeoutMs = 2000 }: Options = {}): Notifications {
  const parsed: AlertsConfig = alertsConfig.parse(config)
  const service = createNotifications({
    log,
    store,
    notifiers: channels.map((name) =>
      createSlackNotifier({
        name,
        webhookUrl: slack.urlOf(name),
        consoleUrl: 'http://console.test',
        clock: systemClock,
        timeoutMs,
      }),
    ),
    config: () => parsed,
    clock,
    random: () => 0,
    logger: createLogger({ name: 'test', level: 'trace', destination: { write: (line) => void lines.push(line) } }),
    metrics,
  })
  running.push(service)
  return service
}

/** Waits between attempts pass a hundred times as fast. */
const clock = { nowMs: systemClock.nowMs, after: (ms: number, call: () => void) => systemClock.after(ms / 100, call) }

const fresh = (options: Parameters<typeof sampleEvent>[0] = {}) => sampleEvent({ at: Date.now(), ...options })

async function say(...events: readonly AlertEvent[]): Promise<void> {
  await log.append(
    events.map((event) => ({ topic: topics.alerts, key: event.alert.alertId, value: encodeAlertEvent(event) })),
  )
}

/** Everything appended so far is settled by these channels. */
async function done(...channels: readonly string[]): Promise<void> {
  for (const channel of channels.length > 0 ? channels : ['slack']) {
    let lag = 1
    await eventually(`${channel} has settled everything`, () => {
      void log.lag(`notify-${channel}`, [topics.alerts]).then((now) => (lag = now))
      return lag === 0
    })
  }
}

async function counted(channel: string, outcome: string): Promise<number> {
  const text = await metrics.render()
  const line = new RegExp(`^spanledger_notifications_total\\{channel="${channel}",outcome="${outcome}"\\} (\\d+)$`, 'm')
  return Number(line.exec(text)?.[1] ?? 0)
}

const titles = (channel: string) =>
  slack.messages.filter((each) => each.channel === channel).map(({ read }) => read.title)

describeServiceContract('notifications', { create: () => notifications() })

test('an alert is told when it opens, when it becomes worse and when it is over; updates are not', async () => {
  await notifications().start()
  await say(fresh(), fresh({ event: 'updated' }), fresh({ event: 'escalated' }), fresh({ event: 'resolved' }))
  await done()
  expect(titles('slack')).toEqual([
    expect.stringContaining('Spend spike'),
    expect.stringContaining('Now critical'),
    expect.stringContaining('Over after'),
  ])
  expect(deliveries.map(({ event, delivery }) => `${event.event} ${delivery.kind}`)).toEqual([
    'opened delivered',
    'escalated delivered',
    'resolved delivered',
  ])
})

test('a channel that does not answer, or refuses, keeps no other channel waiting', async () => {
  const config = {
    channels: { a: { slack_webhook_env: 'A' }, b: { slack_webhook_env: 'B' } },
    routes: [{ to: ['a', 'b'] }],
  }
  await notifications({ channels: ['a', 'b'], config, timeoutMs: 60_000 }).start()
  slack.answerNext('hang')
  await say(fresh())
  await slack.waitFor('the other channel', (messages) => messages.length === 1)
  await say(fresh({ alertNumber: 2 }), fresh({ alertNumber: 3 }))
  await slack.waitFor('its next messages', (messages) => messages.length === 3)
  expect(new Set(slack.messages.map(({ channel }) => channel)).size).toBe(1)
})

test('what Slack could not take at first is delivered once it can, in order, and each attempt is on record', async () => {
  await notifications().start()
  slack.answerNext({ status: 500 }, 'cut', { status: 429, body: 'rate_limited', retryAfterSeconds: 1 })
  await say(fresh(), fresh({ event: 'resolved' }))
  await done()
  expect(titles('slack')).toEqual([expect.stringContaining('Spend spike'), expect.stringContaining('Over after')])
  expect(deliveries.map(({ delivery }) => delivery.kind)).toEqual(['retry', 'retry', 'retry', 'delivered', 'delivered'])
  expect(await counted('slack', 'retry')).toBe(3)
  expect(await metrics.render()).toContain('spanledger_notification_channel_up{channel="slack"} 1')
})

test('an event that Slack will never take does not block the next one; of its alert, no end is told without a beginning', async () => {
  await notifications().start()
  slack.answerNext({ status: 400, body: 'invalid_blocks' })
  await say(fresh(), fresh({ event: 'resolved' }))
  await done()
  expect(slack.messages).toEqual([])
  expect(await counted('slack', 'refused')).toBe(1)
  expect(await counted('slack', 'unheard')).toBe(1)
  expect(deliveries[0]!.delivery).toEqual({ kind: 'refused', reason: 'slack answered 400 invalid_blocks' })
  await say(fresh({ alertNumber: 2 }))
  await done()
  expect(slack.messages).toHaveLength(1)
})

test('a restart loses nothing and repeats nothing, also when positions are lost', async () => {
  const first = notifications()
  await first.start()
  await say(fresh())
  await done()
  await first.stop()
  await say(fresh({ event: 'resolved' }), fresh({ alertNumber: 2 }))
  // The same records for another reader of the log: as after a position that was not committed.
  await say(fresh())
  await notifications().start()
  await done()
  expect(titles('slack')).toHaveLength(3)
  expect(await counted('slack', 'duplicate')).toBe(1)
})

test('a record that fails is made later, without telling again', async () => {
  await notifications().start()
  await say(fresh({ alertNumber: 7 }))
  await done()
  const unavailable = new SpanledgerError('CLICKHOUSE_UNAVAILABLE', 'away', { retryable: true, hint: 'wait' })
  const { recordDelivery } = store
  let failures = 3
  store.recordDelivery = async (...given) => {
    if (failures-- > 0) throw unavailable
    return recordDelivery(...given)
  }
  await say(fresh())
  await done()
  expect(slack.messages).toHaveLength(2)
  expect(deliveries).toHaveLength(2)
})

test('a stop in the middle of trying leaves the event for the next start', async () => {
  const first = notifications()
  await first.start()
  slack.answerAlways({ status: 503 })
  await say(fresh())
  await eventually('two attempts', () => slack.attempts.length >= 2)
  await first.stop()
  slack.answerAlways('ok')
  await notifications().start()
  await done()
  expect(slack.messages).toHaveLength(1)
})

test('a channel that comes back tells what is wrong now, not everything that was', async () => {
  const hoursAgo = (hours: number) => Date.now() - hours * 3_600_000
  const isOpenStill = fresh({ alertNumber: 2, at: hoursAgo(2) })
  await say(
    fresh({ at: hoursAgo(3) }),
    isOpenStill,
    fresh({ event: 'resolved', at: hoursAgo(1) }),
    fresh({ alertNumber: 3, at: hoursAgo(30) }),
  )
  await store.record([isOpenStill])
  await notifications().start()
  await done()
  expect(slack.messages).toHaveLength(1)
  expect(slack.messages[0]!.read.notes).toContain('This message is 2 h late.')
  expect(await counted('slack', 'over')).toBe(1)
  expect(await counted('slack', 'unheard')).toBe(1)
  expect(await counted('slack', 'given_up')).toBe(1)
})

test('what is over is told where its beginning was, whatever the routes say by then', async () => {
  const channels = { a: { slack_webhook_env: 'A' }, b: { slack_webhook_env: 'B' } }
  const first = notifications({ channels: ['a', 'b'], config: { channels, routes: [{ to: ['a'] }] } })
  await first.start()
  await say(fresh())
  await done('a', 'b')
  await first.stop()
  await notifications({ channels: ['a', 'b'], config: { channels, routes: [{ to: ['b'] }] } }).start()
  await say(fresh({ event: 'resolved' }))
  await done('a', 'b')
  expect(titles('a')).toHaveLength(2)
  expect(titles('b')).toEqual([])
})

test('a record that is no alert event is counted, and blocks nothing', async () => {
  await notifications().start()
  await log.append([{ topic: topics.alerts, key: 'x', value: Buffer.from('nonsense') }])
  await say(fresh())
  await done()
  expect(slack.messages).toHaveLength(1)
  expect(await counted('slack', 'undecodable')).toBe(1)
})

test('a channel without its webhook is said, and is not up', async () => {
  const config = {
    channels: { finance: { slack_webhook_env: 'FINANCE_WEBHOOK' } },
    routes: [{ to: ['finance', 'slack'] }],
  }
  await notifications({ channels: [], config }).start()
  expect(lines.join('')).toContain('FINANCE_WEBHOOK')
  expect(lines.join('')).toContain('SLACK_WEBHOOK_URL')
  expect(await metrics.render()).toContain('spanledger_notification_channel_up{channel="finance"} 0')
})

test('the webhook’s URL is in no log line, no metric and no record, however a delivery fails', async () => {
  await notifications({ timeoutMs: 300 }).start()
  slack.answerNext('cut', 'hang', { status: 500, body: slack.urlOf('slack') }, { status: 302 }, 'post_then_cut')
  await say(fresh(), fresh({ alertNumber: 2 }))
  await done()
  await slack.stop()
  await say(fresh({ alertNumber: 3 }))
  await eventually('a refused connection', () => lines.join('').includes('ECONNREFUSED'))
  const everything =
    lines.join('') + (await metrics.render()) + JSON.stringify(deliveries.map(({ delivery }) => delivery))
  expect(everything).toContain('could not be reached')
  expect(everything).not.toContain(slack.secret)
  expect(everything).not.toContain('T00000000')
})
