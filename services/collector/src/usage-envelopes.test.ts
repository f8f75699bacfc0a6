import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, describe, expect, it } from 'vitest'
import { event, openDoor, type OpenDoor } from './testing/open-door.ts'

let door: OpenDoor
afterEach(() => door.close())

const { event_id: _, at: __, ...bare } = event
const envelope = {
  specversion: '1.0',
  id: '7',
  source: '/apps/search',
  type: 'com.example.usage',
  time: '2026-11-20T10:00:00Z',
}
const structured = 'application/cloudevents+json; charset=utf-8'

describe('CloudEvents at POST /v1/usage', () => {
  it('are taken structured, in batches, and as headers around the event', async () => {
    door = await openDoor()
    const binary = Object.fromEntries(Object.entries(envelope).map(([name, value]) => [`ce-${name}`, value]))
    for (const [body, headers, accepted] of [
      [{ ...envelope, data: bare }, { 'content-type': structured }, 1],
      [
        [
          { ...envelope, data: bare },
          { ...envelope, id: '8', data: event },
        ],
        { 'content-type': 'application/cloudevents-batch+json' },
        2,
      ],
      [bare, { 'content-type': 'application/json', ...binary }, 1],
    ] as const) {
      const answer = await door.post('/v1/usage', JSON.stringify(body), headers)
      expect(await answer.json()).toEqual({ accepted, rejected: [] })
    }
    expect(door.appended.map(({ topic, key }) => [topic, key])).toEqual(
      ['/apps/search|7', '/apps/search|7', 'e1', '/apps/search|7'].map((key) => [topics.usageEvents, key]),
    )
  })

  it('are envelopes under plain JSON types too', async () => {
    door = await openDoor()
    const [one, other] = [
      { ...envelope, data: bare },
      { ...envelope, id: '8', data: bare },
    ]
    const broken = { ...envelope, specversion: '0.3', data: bare }
    for (const [body, type, accepted] of [
      [JSON.stringify(one), 'application/json', 1],
      [JSON.stringify([one, event]), 'application/json', 2],
      [`${JSON.stringify(other)}\n${JSON.stringify(event)}\n`, 'application/x-ndjson', 2],
    ] as const) {
      const answer = await door.post('/v1/usage', body, { 'content-type': type })
      expect(await answer.json()).toEqual({ accepted, rejected: [] })
    }
    expect(door.appended.map(({ key }) => key)).toEqual([
      '/apps/search|7',
      '/apps/search|7',
      'e1',
      '/apps/search|8',
      'e1',
    ])
    const refused = await door.post('/v1/usage', JSON.stringify(broken), { 'content-type': 'application/json' })
    expect(await refused.json()).toMatchObject({ rejected: [{ message: 'CloudEvents: specversion must be 1.0' }] })
  })

  it('that are none are refused one by one, in clear words', async () => {
    door = await openDoor()
    const batch = [{ ...envelope, data: bare }, { ...envelope, specversion: '0.3', data: bare }, 'text']
    const headers = { 'content-type': 'application/cloudevents-batch+json' }
    expect(await (await door.post('/v1/usage', JSON.stringify(batch), headers)).json()).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'FIELD_INVALID', message: 'CloudEvents: specversion must be 1.0' },
        { index: 2, code: 'EVENT_NOT_OBJECT' },
      ],
    })
    for (const [body, type] of [
      [[{ ...envelope, data: bare }], structured],
      [{ ...envelope, data: bare }, 'application/cloudevents-batch+json'],
      [{ ...envelope, data_base64: 'e30=' }, structured],
    ] as const) {
      const answer = await door.post('/v1/usage', JSON.stringify(body), { 'content-type': type })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] })
    }
    expect((await door.post('/v1/usage', '<a/>', { 'content-type': 'application/cloudevents+xml' })).status).toBe(415)
  })
})

describe('a format that the URL names', () => {
  const payload = {
    id: 'chatcmpl-26cc43bc-f675-4ba0-b4ae-a9ff117dc556',
    litellm_call_id: 'c2aa6ae7-ceab-4cad-9158-f1605f43fbe5',
    call_type: 'acompletion',
    status: 'success',
    custom_llm_provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    startTime: 1_795_170_000.5,
    endTime: 1_795_170_001.5,
    prompt_tokens: 140,
    completion_tokens: 5,
    messages: [{ role: 'user', content: 'my secret prompt' }],
  }

  it('is how LiteLLM’s payloads are read: an array, one, or a line each; where its spans go, go they', async () => {
    door = await openDoor()
    const path = '/v1/usage?usage_format=litellm_standard'
    for (const [body, type] of [
      [JSON.stringify([payload]), 'application/json'],
      [JSON.stringify(payload), 'application/json'],
      [`${JSON.stringify(payload)}\n`, 'application/x-ndjson'],
      [JSON.stringify({ ...payload, messages: 'x'.repeat(1_000_000) }), 'application/x-ndjson'],
    ] as const) {
      const answer = await door.post(path, body, { 'content-type': type })
      expect(await answer.json()).toEqual({ accepted: 1, rejected: [] })
    }
    expect(new Set(door.appended.map(({ key }) => key))).toEqual(new Set([payload.id]))
    for (const { value } of door.appended) expect(Buffer.from(value).toString('latin1')).not.toContain('secret')
  })

  it('is for events that name none of their own', async () => {
    door = await openDoor()
    const usage = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 }
    const post = (body: object) => door.postUsage(body, {}, '?usage_format=anthropic')
    expect((await post({ ...event, usage })).status).toBe(200)
    expect((await post({ ...event, usage, usage_format: 'canonical' })).status).toBe(400)
  })
})
