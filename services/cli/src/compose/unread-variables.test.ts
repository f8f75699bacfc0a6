import { loadConfig } from '@spanledger/runtime/config/environment'
import { expect, test } from 'vitest'
import { unreadVariableNotices } from './unread-variables.ts'

test('a variable that has no effect yet is said, without its value; the others are not', () => {
  const set = {
    ALERTMANAGER_URL: 'http://am:9093',
    ALERT_WEBHOOK_URL: 'https://x/s3cret',
    ALERT_WEBHOOK_SECRET: 's3cret',
  }
  const notices = unreadVariableNotices(loadConfig(set))
  expect(notices.map((notice) => notice.split(' ')[0])).toEqual(Object.keys(set))
  expect(notices.join()).not.toContain('s3cret')
  expect(unreadVariableNotices(loadConfig({ SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x' }))).toEqual([])
})
