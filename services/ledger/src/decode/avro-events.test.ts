import { createFileSchemaRegistry } from '@spanledger/runtime/avro/file-schema-registry'
import { newestSchemaOf } from '@spanledger/runtime/avro/released-schemas'
import type { SchemaRegistry } from '@spanledger/runtime/avro/schema-registry'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { topics } from '@spanledger/schemas/events/topics'
import avsc from '@spanledger/schemas/events/usage-event.v1.sample.json' with { type: 'json' }
import { readUsageEvent } from '@spanledger/schemas/events/usage-event'
import { expect, test } from 'vitest'
import { createPrepare, createReader } from './reader.ts'
import type { Reading } from './reading.ts'

const nowMs = Date.parse('2026-11-20T10:00:01Z')
const json = { ...avsc, at: '2026-11-20T10:00:00.123Z' }
const ours = createUsageEventCodec()

function entry(value: Uint8Array): LogEntry {
  return { topic: topics.usageEvents, partition: 0, offset: 0, appendedAtMs: nowMs, key: '', value, headers: {} }
}

async function encoded(changes: Record<string, unknown> = {}): Promise<Uint8Array> {
  await ours.ready()
  const event = readUsageEvent({ ...json, ...changes }, nowMs)
  if (event.kind !== 'ok') throw new Error(JSON.stringify(event))
  return ours.encode(event.value)
}

async function read(value: Uint8Array, registry: SchemaRegistry = createFileSchemaRegistry()): Promise<Reading> {
  const usageEvents = createUsageEventCodec(registry)
  await createPrepare(usageEvents)([entry(value)])
  return createReader({ usageEvents })(entry(value))
}

function wire(id: number, body: Iterable<number> = []): Uint8Array {
  return Uint8Array.of(0, id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255, ...body)
}

const knows = (schema: string): SchemaRegistry => ({
  register: () => Promise.resolve(1),
  lookup: () => Promise.resolve({ kind: 'found', schema }),
})

test('an event in Avro is the same observation as the event in JSON', async () => {
  const { observations, rejected } = await read(await encoded())
  expect(rejected).toEqual([])
  expect(observations).toEqual(createReader()(entry(Buffer.from(JSON.stringify(json)))).observations)
})

test('a schema that the registry does not know is a dead letter that says so', async () => {
  expect((await read(wire(4_000_000_000, [1, 2]))).rejected).toMatchObject([
    { code: 'SCHEMA_UNKNOWN', message: expect.stringMatching(/no schema 4000000000.*register/) },
  ])
})

test.each([
  ['no JSON at all', '{'],
  ['another record', '{"type":"record","name":"Other","fields":[]}'],
  [
    'no model',
    '{"type":"record","name":"UsageEvent","fields":[{"name":"at","type":"long"},{"name":"provider","type":"string"}]}',
  ],
  [
    'a number for a name',
    '{"type":"record","name":"UsageEvent","fields":[{"name":"at","type":"long"},{"name":"provider","type":"int"},{"name":"model","type":"string"}]}',
  ],
])('a writer’s schema with %s is a dead letter that says what does not fit', async (_, schema) => {
  const { rejected } = await read(wire(7, [1, 2]), knows(schema))
  expect(rejected).toMatchObject([
    {
      code: 'SCHEMA_INCOMPATIBLE',
      message: expect.stringMatching(/^schema 7 cannot be read as .*UsageEvent: .+; write with/),
    },
  ])
})

test('bytes that are not what their schema says are a dead letter without a record', async () => {
  const whole = await encoded()
  const [rejected] = (await read(whole.subarray(0, 40))).rejected
  expect(rejected).toMatchObject({
    code: 'RECORD_UNDECODABLE',
    message: expect.stringMatching(/schema \d+ says: it ends too early; check/) as string,
  })
  expect(rejected).not.toHaveProperty('record')
})

test('a producer’s own schema is enough: fewer fields, other order, its own namespace, more that we do not read', async () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'UsageEvent',
    namespace: 'com.example.llm',
    fields: [
      { name: 'model', type: 'string' },
      { name: 'prompt', type: 'string' },
      { name: 'provider', type: 'string' },
      { name: 'event_id', type: 'string' },
      { name: 'at', type: 'long' },
      { name: 'usage', type: { type: 'record', name: 'Usage', fields: [{ name: 'input_tokens', type: 'int' }] } },
    ],
  })
  const text = (value: string) => [value.length * 2, ...Buffer.from(value)]
  const at = Date.parse('2026-11-20T10:00:00Z')
  const varint: number[] = []
  for (let rest = BigInt(at) * 2n; ; rest >>= 7n) {
    varint.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
    if (rest <= 127n) break
  }
  const body = [...text('gpt-4o'), ...text('a secret'), ...text('openai'), ...text('e1'), ...varint, 20]
  const reading = await read(wire(9, body), knows(schema))
  expect(reading.observations).toMatchObject([
    { eventId: 'e1', at, requestModel: 'gpt-4o', usage: { input_tokens: 10 } },
  ])

  const negative = await read(wire(9, [...body.slice(0, -1), 21]), knows(schema))
  expect(negative.rejected).toMatchObject([{ code: 'USAGE_NEGATIVE', record: expect.stringContaining('gpt-4o') }])
  expect(JSON.stringify(negative)).not.toContain('secret')
})

test('what was written before there was a registry is read when there is one, which need not know it', async () => {
  const strangers = knows('"string"')
  expect((await read(await encoded(), strangers)).observations).toHaveLength(1)
})

test('a registry that is away is an error to try again, never a dead letter; what is known needs it no more', async () => {
  let away = true
  let asked = 0
  const files = createFileSchemaRegistry()
  const usageEvents = createUsageEventCodec({
    register: () => Promise.resolve(7),
    lookup() {
      asked++
      const error = new SpanledgerError('SCHEMA_REGISTRY_UNAVAILABLE', 'away', { retryable: true, hint: 'wait' })
      return away ? Promise.reject(error) : files.lookup(newestSchemaOf(topics.usageEvents).id)
    },
  })
  const prepare = createPrepare(usageEvents)
  const value = Buffer.from(await encoded())
  value.writeUInt32BE(7, 1)
  const event = entry(value)
  await expect(prepare([event])).rejects.toMatchObject({ code: 'SCHEMA_REGISTRY_UNAVAILABLE', retryable: true })
  expect(() => createReader({ usageEvents })(event)).toThrow(SpanledgerError)
  away = false
  await prepare([event, event])
  away = true
  await prepare([event])
  expect(createReader({ usageEvents })(event).observations).toHaveLength(1)
  expect(asked).toBe(2)
})
