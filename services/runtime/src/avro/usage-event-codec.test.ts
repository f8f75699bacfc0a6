import sample from '@spanledger/schemas/events/usage-event.v1.sample.json' with { type: 'json' }
import { dimensions } from '@spanledger/schemas/events/dimensions'
import { topics } from '@spanledger/schemas/events/topics'
import { usageFields } from '@spanledger/schemas/events/usage'
import { readUsageEvent, type UsageEvent } from '@spanledger/schemas/events/usage-event'
import avro from 'avsc'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { arbitraryUsageRecord, someTimeMs } from '../testing/arbitrary-usage-event.ts'
import { asJsonEvent } from './as-json-event.ts'
import { createUsageEventDecoder } from './decode-usage-event.ts'
import { exactLong } from './exact-long.ts'
import { newestSchemaOf } from './released-schemas.ts'
import { createUsageEventCodec } from './usage-event-codec.ts'
import { wireHeaderBytes, writeWireHeader } from './wire-format.ts'

const released = newestSchemaOf(topics.usageEvents)
const type = avro.Type.forSchema(JSON.parse(released.schema) as avro.Schema)
const codec = createUsageEventCodec()

beforeAll(async () => {
  await codec.ready()
  await codec.prepare([wire(sample)])
})

/** As a producer with an Avro library of its own writes it. */
function wire(record: unknown, id = released.id): Buffer {
  const body = type.toBuffer(record)
  const value = Buffer.alloc(wireHeaderBytes + body.length)
  writeWireHeader(value, id)
  body.copy(value, wireHeaderBytes)
  return value
}

const byTheRules = (record: Parameters<typeof asJsonEvent>[0]) => {
  const json = asJsonEvent(record)
  return json.kind === 'ok' ? readUsageEvent(json.value, someTimeMs) : json
}

describe('decode', () => {
  test('gives what the same event as JSON gives, whoever wrote it and whatever is in it', () => {
    let accepted = 0
    fc.assert(
      fc.property(arbitraryUsageRecord, (record) => {
        const value = wire(record)
        const expected = byTheRules(type.fromBuffer(value.subarray(wireHeaderBytes)))
        const { json: _, ...decoded } = { json: undefined, ...codec.decode(value, someTimeMs) }
        const { json: __, ...wanted } = { json: undefined, ...expected }
        expect(decoded).toEqual(wanted)
        if (decoded.kind === 'ok') accepted++
      }),
      { numRuns: 1_000 },
    )
    expect(accepted).toBeGreaterThan(250)
  })

  test('its fast way takes what the door writes, and gives the very same event', () => {
    const fast = createUsageEventDecoder()
    const read = (json: unknown) => {
      const event = readUsageEvent(json, someTimeMs)
      if (event.kind !== 'ok') throw new Error(JSON.stringify(event))
      return event.value
    }
    for (const changes of [
      {},
      { event_id: null, attribution: null },
      { region: 'Zürich 1', attribution: { ...sample.attribution, team: '東京', tags: { b: '2', a: '1' } } },
      { usage: null, status: 'error', error_type: '429' },
      { usage: null, result_cache: 'exact_hit', trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8) },
      { reported_cost: '0.125', quality_score: -0.5, latency_ms: 0.25, attribution: { user: 'x'.repeat(300) } },
    ]) {
      const event = read({ ...sample, at: '2026-11-20T10:00:00.123Z', ...changes })
      expect(fast(codec.encode(event), someTimeMs)).toEqual(event)
    }
    expect(fast(codec.encode(read({ ...sample, at: '2026-11-20T10:00:00.123Z' })), 0)).toBeUndefined()
  })

  test('what is doubtful about an event goes with it, and what its source does not know', () => {
    const silent = { ...sample, at: '2026-11-20T10:00:00.123Z', usage: null, warnings: ['USAGE_MISSING'] }
    const doubtful = { ...sample, at: '2026-11-20T10:00:00.123Z', warnings: ['SEMANTICS_CONFLICT', 'USAGE_ESTIMATED'] }
    for (const raw of [silent, doubtful]) {
      const event = readUsageEvent(raw, someTimeMs)
      if (event.kind !== 'ok') throw new TypeError('a sample must be readable')
      expect(event.value.warnings).toEqual(raw.warnings)
      expect(codec.decode(codec.encode(event.value), someTimeMs)).toMatchObject(event)
    }
  })

  test('a provider’s own usage block comes as JSON text with its format', () => {
    const block = '{"input_tokens":5,"cache_read_input_tokens":100,"output_tokens":3,"service_tier":"batch"}'
    const record = { ...sample, usage: null, usage_format: 'anthropic', usage_json: block, service_tier: null }
    expect(codec.decode(wire(record), someTimeMs)).toMatchObject({
      value: { usage: { input_tokens: 105, cache_read_tokens: 100, output_tokens: 3 }, service_tier: 'batch' },
    })
  })

  test.each([
    [{ usage_json: '{}' }, 'usage and usage_json are both there'],
    [{ usage: null, usage_json: '{' }, 'usage_json is not JSON text'],
    [{ usage_format: 'gemini' }, 'put that block into usage_json'],
  ])('%j is refused, with what to do', (changes, message) => {
    expect(codec.decode(wire({ ...sample, ...changes }), someTimeMs)).toMatchObject({
      kind: 'reject',
      reason: 'FIELD_INVALID',
      message: expect.stringContaining(message) as string,
    })
  })

  test('a refused event is kept as `POST /v1/usage` takes it', () => {
    const refused = codec.decode(wire({ ...sample, usage: { ...sample.usage, input_tokens: -1 } }), someTimeMs)
    expect(refused).toMatchObject({
      reason: 'USAGE_NEGATIVE',
      json: { at: '2026-11-20T10:00:00.123Z', model: 'gpt-4o' },
    })
  })

  test('counts beyond what a number holds are out of range, not damaged', () => {
    const body = avro.Type.forSchema(JSON.parse(released.schema) as avro.Schema, { typeHook: exactLong }).toBuffer({
      event_id: 'e',
      at: someTimeMs,
      provider: 'p',
      model: 'm',
      usage: { input_tokens: 2n ** 60n },
    })
    const value = Buffer.concat([wire(sample).subarray(0, wireHeaderBytes), body])
    expect(codec.decode(value, someTimeMs)).toMatchObject({ reason: 'USAGE_OUT_OF_RANGE' })
  })
})

test('encode writes every field under its own name', () => {
  const usage = Object.fromEntries(usageFields.map((field, n) => [field, 1_000_000 + n]))
  const attribution = Object.fromEntries(dimensions.map((dimension) => [dimension, `some ${dimension}`]))
  const event = { event_id: 'e', at: someTimeMs, provider: 'p', model: 'm', usage, attribution, tags: {}, warnings: [] }
  const value = codec.encode({ ...event, status: 'ok', result_cache: 'none' })
  const { audio_microseconds: audio, ...counts } = usage
  expect(type.fromBuffer(Buffer.from(value.subarray(wireHeaderBytes)))).toMatchObject({
    usage: { ...counts, audio_seconds: ((audio as number) / 1e6).toFixed(6) },
    attribution,
  })
})

test('encode writes what any Avro library reads by the schema', () => {
  const event: UsageEvent = {
    event_id: 'e',
    at: someTimeMs,
    provider: 'openai',
    model: 'whisper',
    usage: { input_tokens: 1e15, audio_microseconds: 1 },
    attribution: { user: 'é'.repeat(256) },
    tags: { a: '🙂', b: 'y'.repeat(256) },
    latency_ms: 1.5,
    status: 'aborted',
    result_cache: 'miss',
    warnings: ['ATTRIBUTE_TRUNCATED'],
  }
  expect(type.fromBuffer(Buffer.from(codec.encode(event).subarray(wireHeaderBytes)))).toMatchObject({
    event_id: 'e',
    response_id: null,
    at: someTimeMs,
    usage: { input_tokens: 1e15, audio_seconds: '0.000001', output_tokens: null },
    usage_format: 'canonical',
    attribution: { user: 'é'.repeat(256), tags: { a: '🙂', b: 'y'.repeat(256) }, team: null },
    latency_ms: 1.5,
    status: 'aborted',
    result_cache: 'miss',
    trace_id: null,
    warnings: ['ATTRIBUTE_TRUNCATED'],
  })
})

test('what is too short for the wire format is undecodable', () => {
  expect(codec.decode(new Uint8Array([0, 0, 0]), 0)).toMatchObject({ kind: 'reject', reason: 'RECORD_UNDECODABLE' })
})
