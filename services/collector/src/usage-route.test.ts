import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, describe, expect, it } from 'vitest'
import { event, openDoor, type OpenDoor } from './testing/open-door.ts'

let door: OpenDoor
afterEach(() => door.close())

describe('POST /v1/usage', () => {
  it('takes one event, an array, or a line each', async () => {
    door = await openDoor()
    for (const [body, type, accepted] of [
      [JSON.stringify(event), 'application/json', 1],
      [JSON.stringify([event, { ...event, event_id: 'e2' }]), 'application/json; charset=utf-8', 2],
      [`${JSON.stringify(event)}\n\r\n${JSON.stringify(event)}`, 'application/x-ndjson', 2],
    ] as const) {
      const answer = await door.post('/v1/usage', body, { 'content-type': type })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ accepted, rejected: [] })
    }
    expect(door.appended.map(({ topic, key }) => [topic, key])).toEqual(
      ['e1', 'e1', 'e2', 'e1', 'e1'].map((key) => [topics.usageEvents, key]),
    )
  })

  it('keys a record by its identity: response id, else trace id, else event id', async () => {
    door = await openDoor()
    const traceId = 'a'.repeat(32)
    await door.postUsage([{ ...event, response_id: 'r1', trace_id: traceId }, { ...event, trace_id: traceId }, event])
    expect(door.appended.map(({ key }) => key)).toEqual(['r1', traceId, 'e1'])
  })

  it('answers for each event that it refuses, and takes the others', async () => {
    door = await openDoor()
    const before = await door.metric(
      'spanledger_door_items_total{signal="usage",outcome="rejected",reason="USAGE_NEGATIVE"}',
    )
    const lines = [JSON.stringify(event), '{broken', JSON.stringify({ ...event, usage: { input_tokens: -1 } }), '7']
    const answer = await door.post('/v1/usage', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'BODY_UNDECODABLE' },
        { index: 2, code: 'USAGE_NEGATIVE', message: 'usage: input_tokens is negative' },
        { index: 3, code: 'EVENT_NOT_OBJECT' },
      ],
    })
    expect(
      await door.metric('spanledger_door_items_total{signal="usage",outcome="rejected",reason="USAGE_NEGATIVE"}'),
    ).toBe(before + 1)
  })

  it('answers 400 with the same body when it took none', async () => {
    door = await openDoor()
    for (const [body, rejected] of [
      ['[]', []],
      ['{"at": }', [{ index: 0, code: 'BODY_UNDECODABLE' }]],
      ['', [{ index: 0, code: 'BODY_UNDECODABLE' }]],
      ['"text"', [{ index: 0, code: 'EVENT_NOT_OBJECT' }]],
      [JSON.stringify({ ...event, event_id: null }), [{ index: 0, code: 'ID_MISSING' }]],
    ] as const) {
      const answer = await door.postUsage(body)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ accepted: 0, rejected })
    }
    expect(door.appended).toEqual([])
  })

  it('derives an event id from the content when asked: equal bodies get equal ids', async () => {
    door = await openDoor()
    const { event_id: _, ...anonymous } = event
    const { at, ...rest } = anonymous
    expect((await door.postUsage(anonymous)).status).toBe(400)
    expect((await door.postUsage(anonymous, {}, '?derive_id=content')).status).toBe(200)
    expect((await door.postUsage({ ...rest, at }, {}, '?derive_id=content')).status).toBe(200)
    expect((await door.postUsage({ ...anonymous, model: 'gpt-5' }, {}, '?derive_id=content')).status).toBe(200)
    const [first, second, third] = door.appended.map(({ key }) => key)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('takes only what is sent as JSON, which a web page cannot do unasked', async () => {
    door = await openDoor()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      expect((await door.postUsage(event, { 'content-type': type })).status).toBe(415)
    }
    expect((await door.postUsage(event, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await door.postUsage(event, { origin: 'null' })).status).toBe(403)
    expect((await door.postUsage(event, { origin: 'http://localhost:4320' })).status).toBe(200)
  })

  it('refuses more events in one request than it can answer for', async () => {
    door = await openDoor({ maxEventsPerRequest: 2 })
    expect((await door.postUsage([event, event, event])).status).toBe(413)
    const lines = Array.from({ length: 3 }, () => JSON.stringify(event)).join('\n')
    expect((await door.postUsage(lines, { 'content-type': 'application/x-ndjson' })).status).toBe(413)
  })
})
