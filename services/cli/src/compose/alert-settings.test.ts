import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { afterAll, expect, test } from 'vitest'
import { createAlertSettings } from './alert-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'spanledger-alert-settings-'))
const file = join(folder, 'alerts.yaml')
writeFileSync(
  file,
  'alerts:\n  channels:\n    finance: { slack_webhook_env: FINANCE }\n    search: { slack_webhook_env: SEARCH }\n',
)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function settings(env: Record<string, string>) {
  const logger = createLogger({ name: 'test', level: 'silent' })
  return createAlertSettings({ config: loadConfig(env), env, logger, metrics: createMetrics() })
}

test('the file names the variables of its channels, and their URLs are read from there', () => {
  const env = {
    SPANLEDGER_CONFIG: file,
    FINANCE: 'https://a/1',
    SEARCH: 'https://b/2',
    SLACK_WEBHOOK_URL: 'https://c/3',
  }
  const { channelUrls, slackWebhookUrl, config } = settings(env)
  expect(channelUrls).toEqual({ finance: 'https://a/1', search: 'https://b/2' })
  expect(slackWebhookUrl).toBe('https://c/3')
  expect(Object.keys(config().channels)).toEqual(['finance', 'search'])
})

test('a channel without its webhook keeps the process from starting, and nothing of a secret is shown', () => {
  expect(() => settings({ SPANLEDGER_CONFIG: file, SEARCH: 's3cret' })).toThrow(
    'FINANCE is not set, and the alert channel finance needs it: put the URL of its Slack webhook there, ' +
      'or take channels.finance out of the file\n' +
      'SEARCH is not a URL, and the alert channel search needs it',
  )
})
