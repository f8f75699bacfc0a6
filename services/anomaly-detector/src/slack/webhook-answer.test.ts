import { expect, test } from 'vitest'
import { readAnswer, readFailure } from './webhook-answer.ts'

test.each([
  [200, 'ok', 'delivered'],
  [429, 'rate_limited', 'retry'],
  [408, '', 'retry'],
  [500, 'rollup_error', 'retry'],
  [502, '<html>', 'retry'],
  [503, '', 'retry'],
  [400, 'invalid_payload', 'refused'],
  [400, 'invalid_blocks', 'refused'],
  [400, 'user_not_found', 'refused'],
  [403, 'action_prohibited', 'refused'],
  [403, 'invalid_token', 'refused'],
  [404, 'no_service', 'refused'],
  [404, 'channel_not_found', 'refused'],
  [410, 'channel_is_archived', 'refused'],
  [302, '', 'refused'],
  [405, '', 'refused'],
])('%i %s is %s', (status, body, kind) => {
  expect(readAnswer(status, body, null).kind).toBe(kind)
})

test('429 is tried again when Slack says; what is no number of seconds is not believed', () => {
  expect(readAnswer(429, '', '30')).toMatchObject({ kind: 'retry', afterMs: 30_000 })
  for (const header of [null, '', '-1', '1e9', 'soon'])
    expect(readAnswer(429, '', header)).not.toHaveProperty('afterMs')
})

test('a reason repeats Slack’s one word, and nothing else that came', () => {
  expect(readAnswer(400, 'no_text', null)).toEqual({ kind: 'refused', reason: 'slack answered 400 no_text' })
  expect(readAnswer(500, '<a href="https://hooks.slack.com/services/T/B/s3cret">', null)).toEqual({
    kind: 'retry',
    reason: 'slack answered 500',
  })
})

test('a failure is told by its code, however deep it lies, never by its text', () => {
  const refused = Object.assign(new Error('connect to s3cret'), { code: 'ECONNREFUSED' })
  const nested = new TypeError('fetch failed', { cause: new AggregateError([refused], 's3cret') })
  expect(readFailure(nested, false)).toEqual({ kind: 'retry', reason: 'slack could not be reached: ECONNREFUSED' })
  expect(readFailure(new Error('s3cret'), false)).toEqual({ kind: 'retry', reason: 'slack could not be reached' })
  expect(readFailure(nested, true)).toEqual({ kind: 'retry', reason: 'slack did not answer in time' })
})
