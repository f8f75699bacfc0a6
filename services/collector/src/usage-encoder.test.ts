import { createFileSchemaRegistry } from '@spanledger/runtime/avro/file-schema-registry'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { newestSchemaOf } from '@spanledger/runtime/avro/released-schemas'
import { schemaIdOf } from '@spanledger/runtime/avro/wire-format'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, expect, test } from 'vitest'
import { event, nowMs, type OpenDoor, openDoor } from './testing/open-door.ts'

let door: OpenDoor
afterEach(() => door.close())

test('a usage event is in the log as Avro, with the id of its schema, and shorter', async () => {
  door = await openDoor()
  await door.postUsage(event)
  const value = door.appended[0]?.value as Uint8Array
  expect(schemaIdOf(value)).toBe(newestSchemaOf(topics.usageEvents).id)
  const codec = createUsageEventCodec()
  await codec.prepare([value])
  expect(codec.decode(value, nowMs)).toMatchObject({ kind: 'ok', value: { event_id: 'e1', model: 'gpt-4o' } })
  expect(value.length).toBeLessThan(JSON.stringify(event).length)
})

test('while the registry is away usage events get 503, spans are taken, and the door is ready again by itself', async () => {
  const files = createFileSchemaRegistry()
  let away = true
  const usageEvents = createUsageEventCodec({
    lookup: (id) => files.lookup(id),
    register(...what) {
      const error = new SpanledgerError('SCHEMA_REGISTRY_UNAVAILABLE', 'it is away', { retryable: true, hint: 'wait' })
      return away ? Promise.reject(error) : files.register(...what)
    },
  })
  door = await openDoor({}, { usageEvents })
  const refused = await door.postUsage(event)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await door.post('/v1/traces', '{}')).status).toBe(200)
  const unready = await fetch(`${door.url}/readyz`)
  expect([unready.status, await unready.text()]).toEqual([503, expect.stringContaining('it is away')])

  away = false
  await fetch(`${door.url}/readyz`)
  expect((await fetch(`${door.url}/readyz`)).status).toBe(200)
  expect((await door.postUsage(event)).status).toBe(200)
})
