import { expect, test } from 'vitest'
import { cloudEventOfHeaders, openCloudEvent } from './cloud-event.ts'

const data = { provider: 'openai', model: 'gpt-4o', usage: { input_tokens: 1 } }
const envelope = {
  specversion: '1.0',
  id: 'A234-1234',
  source: '/apps/search',
  type: 'com.example.usage',
  time: '2026-11-20T10:00:00Z',
  data,
}

test('an event without id and time has those of its envelope', () => {
  expect(openCloudEvent(envelope)).toMatchObject({
    kind: 'ok',
    value: { ...data, event_id: '/apps/search|A234-1234', at: '2026-11-20T10:00:00Z' },
  })
})

test('what the event says of itself stands', () => {
  const own = { ...data, event_id: 'e1', at: '2026-11-19T10:00:00Z' }
  expect(openCloudEvent({ ...envelope, data: own })).toMatchObject({ kind: 'ok', value: own })
})

test.each([
  ['a wrong version', { specversion: '0.3' }, 'specversion must be 1.0'],
  ['no version', { specversion: undefined }, 'specversion must be 1.0'],
  ['no id', { id: '' }, 'id is required'],
  ['no source', { source: undefined }, 'source is required'],
  ['no type', { type: 7 }, 'type is required'],
  ['bytes', { data: undefined, data_base64: 'e30=' }, 'send data as JSON'],
  ['another content', { datacontenttype: 'application/xml' }, 'must be application/json'],
  ['no data', { data: undefined }, 'must be one usage event'],
  ['several events', { data: [data] }, 'must be one usage event'],
])('%s is refused in clear words', (_, change, message) => {
  expect(openCloudEvent({ ...envelope, ...change })).toMatchObject({
    kind: 'reject',
    message: expect.stringContaining(message) as string,
  })
})

test('any JSON is JSON', () => {
  for (const datacontenttype of ['application/json; charset=utf-8', 'application/vnd.usage+json', null]) {
    expect(openCloudEvent({ ...envelope, datacontenttype }).kind).toBe('ok')
  }
})

test('headers of the binary mode are decoded; without a version there is no envelope', () => {
  expect(
    cloudEventOfHeaders({ 'ce-specversion': '1.0', 'ce-source': '/caf%C3%A9', 'ce-id': '100%', host: 'h' }),
  ).toEqual({
    specversion: '1.0',
    source: '/café',
    id: '100%',
  })
  expect(cloudEventOfHeaders({ 'ce-id': '1' })).toBeUndefined()
})
