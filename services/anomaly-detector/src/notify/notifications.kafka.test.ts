import { encodeAlertEvent } from '@spanledger/runtime/avro/alert-events'
import { systemClock } from '@spanledger/runtime/clock'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { openLogs } from '@spanledger/runtime/testing/kafka/open-logs'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { defaultAlertsConfig } from '@spanledger/schemas/config/alerts'
import type { AlertEventName } from '@spanledger/schemas/events/alert'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMemoryAlertStore } from '../testing/memory-alert-store.ts'
import { createSlackNotifier } from '../slack/slack-notifier.ts'
import { sampleEvent } from '../slack/testing/sample-event.ts'
import { type SlackReceiver, startSlackReceiver } from '../slack/testing/slack-receiver.ts'
import { createNotifications, type Notifications } from './notifications.ts'

const alerts = 16

describe('with a broker', () => {
  const { brokers } = sharedKafka()
  const store = createMemoryAlertStore()
  const logs = openLogs(brokers)
  const running: Notifications[] = []
  let slack: SlackReceiver

  beforeEach(async () => {
    slack = await startSlackReceiver()
  })
  afterEach(async () => {
    await Promise.all(running.map((service) => service.stop()))
    await logs.stopAll()
    await slack.stop()
  })

  /** As in a process of its own, with the log of its own. */
  async function detector(): Promise<Notifications> {
    const service = createNotifications({
      log: await logs.open(),
      store,
      notifiers: [
        createSlackNotifier({
          name: 'slack',
          webhookUrl: slack.urlOf('slack'),
          consoleUrl: 'http://c',
          clock: systemClock,
        }),
      ],
      config: () => defaultAlertsConfig,
      clock: systemClock,
      logger: createLogger({ name: 'test', level: 'silent' }),
      metrics: createMetrics(),
    })
    running.push(service)
    await service.start()
    return service
  }

  async function say(log: EventLog, event: AlertEventName, from: number, to: number): Promise<void> {
    for (let alertNumber = from; alertNumber < to; alertNumber++) {
      const said = sampleEvent({ event, alertNumber, at: Date.now() })
      await log.append([{ topic: topics.alerts, key: said.alert.alertId, value: encodeAlertEvent(said) }])
    }
  }

  test('a second process, and the end of the first, in the middle of slow posts, neither lose nor repeat a message, in order of each alert', async () => {
    // Posted at once, answered late: whoever takes over meanwhile must not post it again.
    slack.answerAfter(250)
    const log = await logs.open()
    const first = await detector()
    await say(log, 'opened', 1, 1 + alerts / 2)
    await slack.waitFor('the first messages', (messages) => messages.length > 3)
    await detector()
    await say(log, 'opened', 1 + alerts / 2, 1 + alerts)
    await say(log, 'resolved', 1, 1 + alerts / 2)
    await slack.waitFor('half of the messages', (messages) => messages.length >= alerts)
    await first.stop()
    await say(log, 'resolved', 1 + alerts / 2, 1 + alerts)
    await slack.waitFor('all messages', (messages) => messages.length >= 2 * alerts)

    const told = new Map<string, string[]>()
    for (const { read } of slack.messages) {
      const alert = read.exact['alert']!
      told.set(alert, [...(told.get(alert) ?? []), read.title.startsWith('✅') ? 'resolved' : 'opened'])
    }
    expect(told.size).toBe(alerts)
    for (const events of told.values()) expect(events).toEqual(['opened', 'resolved'])
  })
})
