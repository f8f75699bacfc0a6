import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alertDetailSchema, alertsSchema } from '@spanledger/schemas/api/alerts'
import { channelsSchema } from '@spanledger/schemas/api/channels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SlackReceiver, startSlackReceiver } from '../harness/slack-receiver.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

/** What the page says of alerts and of who was told, from a request to the read API, in a real process. */
const folder = mkdtempSync(join(tmpdir(), 'spanledger-page-'))
let slack: SlackReceiver
let spanledger: Spanledger

beforeAll(async () => {
  slack = await startSlackReceiver()
  slack.answerAlways({ status: 404, body: 'no_service' })
  const file = join(folder, 'alerts.yaml')
  writeFileSync(file, 'alerts:\n  every_seconds: 0.5\n  settle_ms: 500\n')
  spanledger = await createSpanledger({
    env: {
      SPANLEDGER_CONFIG: file,
      SPANLEDGER_API_KEYS: 'k1:acme,k2:globex',
      SLACK_WEBHOOK_URL: slack.urlOf('slack'),
    },
  })
  await spanledger.start()
})
afterAll(async () => {
  await spanledger?.dispose()
  await slack?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function report(key: string): Promise<void> {
  const response = await fetch(`${spanledger.doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      event_id: key,
      at: new Date().toISOString(),
      provider: 'openai',
      model: 'brand-new-model',
      usage: { input_tokens: 1000, output_tokens: 100 },
      attribution: { team: 'search', feature: 'chat' },
    }),
  })
  expect(response.status).toBe(200)
}

const get = async (path: string): Promise<unknown> => (await fetch(`${spanledger.consoleUrl}/api/v1${path}`)).json()
const alertsOf = async (tenant: string) => alertsSchema.parse(await get(`/alerts?tenant=${tenant}`)).alerts
const slackChannel = async () =>
  channelsSchema.parse(await get('/channels')).channels.find((one) => one.channel === 'slack')

test('an alert that nobody could be told of is on the page with the figures of the ledger, and so is why', async () => {
  await report('k1')
  const alert = await until('the alert', async () => (await alertsOf('acme'))[0], { withinMs: 60_000 })
  expect(alert).toMatchObject({ kind: 'unpriced', state: 'open', tenant: 'acme', observed: '1', unit: 'requests' })
  const channel = await until('the trouble', async () => {
    const known = await slackChannel()
    return known?.failing_since ? known : undefined
  })
  expect(channel).toMatchObject({ last_delivered_at: null, undelivered_alerts: '1' })
  expect(channel.last_failure).toContain('404 no_service')

  const detail = alertDetailSchema.parse(await get(`/alerts/${alert.alert_id}`))
  expect(detail.history.map(({ event }) => event)).toContain('opened')
  expect(detail.deliveries[0]).toMatchObject({ channel: 'slack', outcome: 'refused', event: 'opened' })
  const queries = Object.values(detail.explanation?.sql ?? {})
  expect(queries.length).toBeGreaterThan(0)
  const [row] = await spanledger.sql<Record<string, unknown>>(queries[0] as string)
  expect(Object.values(row ?? {}).map(String)).toContain('1')
  expect((await fetch(`${spanledger.consoleUrl}/runbooks/unpriced`)).status).toBe(200)
})

test('a channel that takes messages again is no longer in trouble', async () => {
  slack.answerAlways('ok')
  await report('k2')
  await slack.waitFor('the message', (messages) => messages.length > 0, 60_000)
  await until('the end of the trouble', async () => (await slackChannel())?.failing_since === null)
  const [alert] = await alertsOf('globex')
  const detail = alertDetailSchema.parse(await get(`/alerts/${alert?.alert_id}`))
  expect(detail.deliveries).toMatchObject([{ channel: 'slack', outcome: 'delivered', event: 'opened', reason: '' }])
})
