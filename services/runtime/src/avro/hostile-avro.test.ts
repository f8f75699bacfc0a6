import { topics } from '@spanledger/schemas/events/topics'
import sample from '@spanledger/schemas/events/usage-event.v1.sample.json' with { type: 'json' }
import avro from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileReader } from './compile-reader.ts'
import { newestSchemaOf } from './released-schemas.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { createUsageEventCodec } from './usage-event-codec.ts'

const released = newestSchemaOf(topics.usageEvents)
const type = avro.Type.forSchema(JSON.parse(released.schema) as avro.Schema)
const nowMs = 1_795_168_801_000
const patienceMs = 1_000

const required = [
  { name: 'at', type: 'long' },
  { name: 'provider', type: 'string' },
  { name: 'model', type: 'string' },
]
const header = (id: number) => [0, id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255]

async function codecFor(schema: string) {
  const registry: SchemaRegistry = {
    register: () => Promise.resolve(1),
    lookup: () => Promise.resolve({ kind: 'found', schema }),
  }
  const codec = createUsageEventCodec(registry)
  await codec.prepare([Uint8Array.from(header(5))])
  return codec
}

/** Decodes `body` as written with the required fields and one more; it must be quick about it. */
async function decodeExtra(extra: unknown, body: readonly number[]) {
  const fields = [...required, { name: 'extra', type: extra }]
  const codec = await codecFor(JSON.stringify({ type: 'record', name: 'UsageEvent', fields }))
  const start = performance.now()
  const decoded = codec.decode(Uint8Array.from([...header(5), 0, 2, 0x70, 2, 0x6d, ...body]), nowMs)
  expect(performance.now() - start).toBeLessThan(patienceMs)
  if (decoded.kind !== 'reject') return decoded.kind
  return `${decoded.reason}: ${decoded.message.replace(/^the body is not what schema 5 says: |; check which .*$/g, '')}`
}

const enormous = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]

describe('bytes that lie', () => {
  test('about how many values follow that take no bytes', async () => {
    const problem = 'RECORD_UNDECODABLE: it holds more than 100000 values'
    expect(await decodeExtra({ type: 'array', items: 'null' }, [...enormous, 0])).toBe(problem)
    const empty = { type: 'record', name: 'Empty', fields: [] }
    expect(await decodeExtra({ type: 'array', items: empty }, [...enormous, 0])).toBe(problem)
  })

  test('about the length of a text, an array or a map', async () => {
    const early = 'RECORD_UNDECODABLE: it ends too early'
    for (const extra of ['string', 'bytes', { type: 'array', items: 'int' }, { type: 'map', values: 'int' }]) {
      expect(await decodeExtra(extra, enormous)).toBe(early)
    }
    expect(await decodeExtra('string', [1, 1, 1])).toBe(early)
    expect(await decodeExtra({ type: 'fixed', name: 'F', size: 2 ** 30 }, [])).toBe(early)
  })

  test('about the size of a block, which a reader that skips would follow, back and round again', async () => {
    const array = { type: 'array', items: 'int' }
    expect(await decodeExtra(array, [1, 7, 2, 0])).toBe('RECORD_UNDECODABLE: a block is not as long as it says')
    expect(await decodeExtra(array, [1, 2, 2, 2, 0])).toContain('RECORD_UNDECODABLE')
  })

  test('about which branch of a union or symbol of an enum it is', async () => {
    expect(await decodeExtra(['null', 'int'], [8])).toContain('names a branch that there is not')
    expect(await decodeExtra({ type: 'enum', name: 'E', symbols: ['A'] }, [1])).toContain('there is not')
  })

  test('by being nested without end', async () => {
    const list = { type: 'record', name: 'List', fields: [{ name: 'next', type: ['null', 'List'] }] }
    expect(await decodeExtra(list, [...Array<number>(100_000).fill(2), 0])).toContain('nested more than 64 deep')
  })

  test('by unfolding to more values than any memory holds, out of no bytes', async () => {
    let doubled: unknown = { type: 'record', name: 'L0', fields: [{ name: 'a', type: 'null' }] }
    for (let n = 1; n < 18; n++) {
      doubled = {
        type: 'record',
        name: `L${n}`,
        fields: [
          { name: 'a', type: doubled },
          { name: 'b', type: `L${n - 1}` },
        ],
      }
    }
    expect(await decodeExtra(doubled, [])).toBe('RECORD_UNDECODABLE: it holds more than 100000 values')
  })
})

describe('a schema that is hostile', () => {
  const nested = (depth: number) => `${'{"type":"array","items":'.repeat(depth)}"int"${'}'.repeat(depth)}`
  const wide = (fields: readonly unknown[]) => JSON.stringify({ type: 'record', name: 'UsageEvent', fields })
  test.each([
    ['megabytes long', `"${'x'.repeat(5_000_000)}"`],
    ['nested deeper than a stack', nested(8_000)],
    ['not closed', '['.repeat(200_000)],
    ['null', 'null'],
    ['a number', '7'],
    ['a name of every object', '"constructor"'],
    ['a type of every object', '{"type":"__proto__"}'],
    ['a record of itself', '{"type":"record","name":"UsageEvent","fields":[{"name":"at","type":"UsageEvent"}]}'],
    ['code for a name', wide([...required, { name: 'a;process.exit(1)//', type: 'int' }])],
    ['a union of unions', wide([{ name: 'at', type: [['null'], 'long'] }])],
    [
      'five thousand fields that we need not',
      wide(Array.from({ length: 5_000 }, (_, n) => ({ name: `f${n}`, type: 'int' }))),
    ],
  ])('%s: is incompatible, and quickly so', (_, schema) => {
    const start = performance.now()
    expect(compileReader(type, schema)).toMatchObject({ kind: 'reject', reason: 'SCHEMA_INCOMPATIBLE' })
    expect(performance.now() - start).toBeLessThan(patienceMs)
  })

  test('a name of every object as a field does no harm', async () => {
    const codec = await codecFor(wide([...required, { name: '__proto__', type: { type: 'map', values: 'string' } }]))
    const body = [0, 2, 0x70, 2, 0x6d, 2, 2, 0x61, 2, 0x62, 0]
    expect(codec.decode(Uint8Array.from([...header(5), ...body]), nowMs)).toMatchObject({ kind: 'reject' })
    expect(({} as Record<string, unknown>)['a']).toBeUndefined()
  })
})

test('whatever the bytes: a sound event or a reason, and never anything else', async () => {
  const codec = createUsageEventCodec()
  const body = [...type.toBuffer(sample)]
  await codec.prepare([Uint8Array.from(header(released.id))])
  const damaged = fc
    .array(fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((bytes, [at, byte]) => bytes.with(at, byte), body))
  const cut = fc.nat(body.length).map((length) => body.slice(0, length))
  const random = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 })
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: damaged }, cut, random), (bytes) => {
      const decoded = codec.decode(Uint8Array.from([...header(released.id), ...bytes]), nowMs)
      if (decoded.kind === 'ok') {
        const { event_id: eventId, response_id: responseId, usage = {} } = decoded.value
        expect(eventId ?? responseId).toBeTruthy()
        for (const count of Object.values(usage)) expect(count).toBeGreaterThanOrEqual(0)
      } else expect(decoded.kind).toBe('reject')
    }),
    { numRuns: 10_000 },
  )
})

test('whatever the schema and the bytes: an answer, quickly', async () => {
  const schema = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'schema' },
      fc.constantFrom('null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'),
      tie('schema').map((items) => ({ type: 'array', items })),
      tie('schema').map((values) => ({ type: 'map', values })),
      fc.array(tie('schema'), { maxLength: 3 }),
      fc.record({
        type: fc.constant('record'),
        name: fc.constantFrom('UsageEvent', 'Usage', 'R', 'S', 'T'),
        fields: fc.array(fc.record({ name: fc.constantFrom('at', 'usage', 'a', 'b'), type: tie('schema') }), {
          maxLength: 3,
        }),
      }),
    ),
  })).schema
  await fc.assert(
    fc.asyncProperty(schema, fc.array(fc.nat(255), { maxLength: 60 }), async (extra, body) => {
      const fields = [...required, { name: 'extra', type: extra }]
      const codec = await codecFor(JSON.stringify({ type: 'record', name: 'UsageEvent', fields }))
      expect(codec.decode(Uint8Array.from([...header(5), 0, 2, 0x70, 2, 0x6d, ...body]), nowMs).kind).toBe('reject')
    }),
    { numRuns: 1_000 },
  )
})
