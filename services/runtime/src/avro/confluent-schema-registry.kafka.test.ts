import { topics } from '@spanledger/schemas/events/topics'
import sample from '@spanledger/schemas/events/usage-event.v1.sample.json' with { type: 'json' }
import { readUsageEvent, type UsageEvent } from '@spanledger/schemas/events/usage-event'
import avro from 'avsc'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApicurio, type TestRegistry } from '../testing/apicurio.ts'
import { createAlertEventCodec } from './alert-events.ts'
import { createConfluentSchemaRegistry } from './confluent-schema-registry.ts'
import { newestSchemaOf, releasedSchemas, subjectOf } from './released-schemas.ts'
import { createUsageEventCodec } from './usage-event-codec.ts'
import { schemaIdOf } from './wire-format.ts'

const started = await startApicurio()
const nowMs = Date.parse('2026-11-21T00:00:00Z')
const { schema } = newestSchemaOf(topics.usageEvents)

describe.skipIf('missing' in started)(`a real registry${'missing' in started ? ` (${started.missing})` : ''}`, () => {
  const real = started as TestRegistry
  const client = () => createConfluentSchemaRegistry({ url: real.url })
  let event: UsageEvent

  beforeAll(() => {
    const read = readUsageEvent({ ...sample, at: '2026-11-20T10:00:00.123Z' }, nowMs)
    if (read.kind !== 'ok') throw new Error(JSON.stringify(read))
    event = read.value
  })
  afterAll(() => real.stop())

  test('gives each of our schemas an id, the same one every time, and gives the schema back', async () => {
    for (const { subject, schema: text } of releasedSchemas()) {
      const id = await client().register(subject, text)
      expect(await client().register(subject, text)).toBe(id)
      const found = await client().lookup(id)
      if (found.kind !== 'found') throw new Error(found.kind)
      const type = (json: string) => avro.Type.forSchema(JSON.parse(json) as avro.Schema)
      expect(type(found.schema).equals(type(text))).toBe(true)
    }
  })

  test('says that it does not know an id, which is no error', async () => {
    expect(await client().lookup(987_654)).toEqual({ kind: 'unknown' })
  })

  test('what a door writes is read by a ledger that has only the registry’s word for it', async () => {
    const door = createUsageEventCodec(client(), { topicPrefix: 'eu.' })
    await door.ready()
    const value = door.encode(event)
    const ledger = createUsageEventCodec(client())
    await ledger.prepare([value])
    expect(ledger.decode(value, nowMs)).toEqual({ kind: 'ok', value: event })
    const subjects = (await (await fetch(`${real.url}/subjects`)).json()) as string[]
    expect(subjects).toContain('eu.usage_events-value')
  })

  test('a producer’s own version of the schema, newer than ours, is read as far as we know it', async () => {
    const { fields, ...rest } = JSON.parse(schema) as { fields: unknown[] }
    const newer = { ...rest, fields: [...fields, { name: 'carbon_grams', type: ['null', 'double'], default: null }] }
    const id = await client().register(subjectOf(topics.usageEvents), JSON.stringify(newer))
    const body = avro.Type.forSchema(newer as avro.Schema).toBuffer({ ...sample, carbon_grams: 1.5 })
    const value = Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), body])
    value.writeUInt32BE(id, 1)
    const ledger = createUsageEventCodec(client())
    await ledger.prepare([value])
    expect(ledger.decode(value, nowMs)).toEqual({ kind: 'ok', value: event })
  })

  test('a schema of something else is refused by name', async () => {
    const id = await client().register('others-value', '{"type":"record","name":"Other","fields":[]}')
    const value = Buffer.alloc(5)
    value.writeUInt32BE(id, 1)
    const ledger = createUsageEventCodec(client())
    await ledger.prepare([value])
    expect(ledger.decode(value, nowMs)).toMatchObject({ kind: 'reject', reason: 'SCHEMA_INCOMPATIBLE' })
  })

  test('a registry that guards compatibility lets ours in, and says so when a subject is somebody else’s', async () => {
    const guard = (subject: string) =>
      fetch(`${real.url}/config/${subject}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ compatibility: 'FULL_TRANSITIVE' }),
      })
    await client().register('guarded-value', schema)
    expect((await guard('guarded-value')).ok).toBe(true)
    const { fields, ...rest } = JSON.parse(schema) as { fields: unknown[] }
    const added = { ...rest, fields: [...fields, { name: 'added', type: ['null', 'string'], default: null }] }
    expect(await client().register('guarded-value', JSON.stringify(added))).toBeGreaterThan(0)
    const other = '{"type":"record","name":"Other","fields":[{"name":"a","type":"int"}]}'
    await expect(client().register('guarded-value', other)).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_CONFLICT',
      retryable: false,
    })
  })

  test('a wrong base path is an error that names it, not a registry that knows nothing', async () => {
    const wrong = createConfluentSchemaRegistry({ url: real.url.replace('/apis/ccompat/v7', '/nowhere') })
    await expect(wrong.lookup(1)).rejects.toMatchObject({ code: 'SCHEMA_REGISTRY_UNAVAILABLE', retryable: true })
  })

  test('once it has answered it may go away: what is known is written and read without it', async () => {
    const codec = createUsageEventCodec(client())
    await codec.ready()
    const value = codec.encode(event)
    await codec.prepare([value])
    const alerts = createAlertEventCodec(client())
    await alerts.ready()
    await real.stop()
    await codec.ready()
    await codec.prepare([codec.encode(event)])
    expect(codec.decode(codec.encode(event), nowMs)).toMatchObject({ kind: 'ok' })
    const late = createUsageEventCodec(client())
    await expect(late.prepare([value])).rejects.toMatchObject({ retryable: true })
    expect(schemaIdOf(value)).toBeGreaterThan(0)
  })
})
