import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SlackReceiver, startSlackReceiver } from '../harness/slack-receiver.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

/** From a request to who is told of it, and the configuration file that decides it, in a real process. */
const folder = mkdtempSync(join(tmpdir(), 'spanledger-telling-'))
const file = join(folder, 'alerts.yaml')
const quick = 'alerts:\n  every_seconds: 0.5\n  settle_ms: 500\n'
const channels = '  channels:\n    finance: { slack_webhook_env: FINANCE_WEBHOOK }\n'

let slack: SlackReceiver
let spanledger: Spanledger

beforeAll(async () => {
  slack = await startSlackReceiver()
  writeFileSync(file, `${quick}${channels}  routes:\n    - match: { tenant: globex }\n      to: [finance]\n`)
  spanledger = await createSpanledger({
    env: {
      SPANLEDGER_CONFIG: file,
      SPANLEDGER_LOG_LEVEL: 'info',
      SPANLEDGER_API_KEYS: 'k1:acme,k2:globex,k3:initech,k4:umbrella',
      SLACK_WEBHOOK_URL: slack.urlOf('slack'),
      FINANCE_WEBHOOK: slack.urlOf('finance'),
      ALERTMANAGER_URL: 'http://127.0.0.1:9093',
    },
  })
  await spanledger.start()
})
afterAll(async () => {
  await spanledger?.dispose()
  await slack?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function report(key: string, requests: number): Promise<void> {
  const events = Array.from({ length: requests }, (_, index) => ({
    event_id: `${key}-${index}`,
    at: new Date().toISOString(),
    provider: 'openai',
    model: 'brand-new-model',
    usage: { input_tokens: 1000, output_tokens: 100 },
  }))
  const response = await fetch(`${spanledger.doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(events),
  })
  expect(await response.json()).toMatchObject({ accepted: requests })
}

const metric = async (name: string) => {
  const text = await (await fetch(`${spanledger.doorUrl}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}
const about = (tenant: string) => slack.messages.filter(({ read }) => read.title.includes(tenant))

test('what has no effect yet is said at the start', () => {
  expect(spanledger.output()).toContain(
    'note: ALERTMANAGER_URL has no effect: alerts to Prometheus Alertmanager are not in this version yet',
  )
})

test('requests without a price are told where the file says, with the figures of the ledger', async () => {
  const startedMs = performance.now()
  await report('k1', 3)
  await slack.waitFor('the message', () => about('acme').length > 0, 60_000)
  expect(performance.now() - startedMs).toBeLessThan(60_000)
  const [message] = about('acme')
  expect(message!.channel).toBe('slack')
  const { observed, from, to, as_known_at: knownAt, requests, cost_usd: usd } = message!.read.exact
  const time = (text = '') => `toDateTime64('${text.replace('T', ' ').replace('Z', '')}', 3, 'UTC')`
  const [row] = await spanledger.sql<Record<string, string>>(`
    SELECT toString(sum(unpriced_requests)) AS observed, toString(sum(requests)) AS requests, toString(sum(cost)) AS usd
    FROM ledger WHERE tenant = 'acme' AND recorded_at <= ${time(knownAt)}
      AND at >= ${time(from)} AND at < ${time(to)}`)
  expect({ observed, requests, usd }).toEqual(row)

  expect(message!.read.says).toContain('model `brand-new-model`')

  await report('k2', 2)
  await slack.waitFor('the message to the other channel', () => about('globex').length > 0, 60_000)
  expect(about('globex')[0]!.channel).toBe('finance')
  const page = await fetch(message!.read.runbookUrl)
  expect(page.status).toBe(200)
  expect(slack.attempts.flatMap(({ problems }) => problems)).toEqual([])
})

test('kill -9 while Slack is away loses no message and repeats none', async () => {
  slack.answerAlways({ status: 503 })
  const tried = slack.attempts.length
  await report('k4', 2)
  await until('attempts', () => slack.attempts.length > tried + 1, { withinMs: 60_000 })
  const down = 'spanledger_notification_channel_up\\{channel="slack"\\}'
  expect(await metric(down)).toBe(0)
  await spanledger.kill()
  slack.answerAlways('ok')
  await spanledger.start()
  await slack.waitFor('the message', () => about('umbrella').length > 0, 60_000)
  const lag = 'spanledger_consumer_lag_entries\\{group="notify-slack"\\}'
  await until('nothing left to tell', async () => (await metric(lag)) === 0)
  expect(['acme', 'globex', 'umbrella'].map((tenant) => about(tenant).length)).toEqual([1, 1, 1])
})

test('a file with a mistake changes nothing and is counted; a right one is in force without a restart', async () => {
  writeFileSync(file, `${quick}  rules: { unpriced: { min_requests: many } }\n`)
  await until('the refusal', async () => (await metric('spanledger_config_reload_failures_total')) === 1)
  expect(spanledger.output()).toContain('alerts.rules.unpriced.min_requests is \\"many\\"')

  const before = slack.messages.length
  writeFileSync(file, `${quick}${channels}  routes:\n    - match: { kind: unpriced }\n      to: [none]\n`)
  await until('the new one', () => spanledger.output().includes('is in force'))
  await report('k3', 2)
  const silent = 'spanledger_notifications_total\\{channel="slack",outcome="route"\\}'
  await until('an alert that nobody is told of', async () => (await metric(silent)) > 0, { withinMs: 60_000 })
  expect(slack.messages).toHaveLength(before)
})
