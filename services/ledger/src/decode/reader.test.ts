import { tenantHeader, topics } from '@spanledger/schemas/events/topics'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan, sampleStartMs } from '../dialects/sample-span.ts'
import { newestSchemaOf } from '@spanledger/runtime/avro/released-schemas'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { createPrepare, createReader } from './reader.ts'

const usageEvents = createUsageEventCodec()
const prepare = createPrepare(usageEvents)
const wireHeader = Buffer.alloc(5)
wireHeader.writeUInt32BE(newestSchemaOf(topics.usageEvents).id, 1)
const read = createReader({ usageEvents })
const door = sampleStartMs + 2000

function entry(topic: string, value: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): LogEntry {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return { topic, partition: 3, offset: 17, appendedAtMs: door, key: 'k', value: bytes, headers }
}
const readSpans = (...spans: OtlpSpan[]) => read(entry(topics.spans, encodeTraces(spans)))
const readEvent = (event: unknown) => read(entry(topics.usageEvents, JSON.stringify(event)))

const chat = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
}
const event = {
  event_id: 'e1',
  at: '2026-11-20T10:00:00.123Z',
  provider: 'OpenAI',
  model: 'gpt-4o',
  usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 },
}

describe('a record that is made to fill the memory', () => {
  function block(tag: number, bytes: Uint8Array): Buffer {
    const length: number[] = []
    let left = bytes.length
    for (; left > 127; left >>>= 7) length.push((left & 127) | 128)
    return Buffer.concat([Buffer.from([tag, ...length, left]), bytes])
  }

  test('with spans of two bytes is one dead letter', () => {
    const spans = Buffer.alloc(200_000, Buffer.from([0x12, 0]))
    const { observations, rejected, dropped } = read(entry(topics.spans, block(0x0a, block(0x12, spans))))
    expect({ observations, dropped }).toEqual({ observations: [], dropped: {} })
    expect(rejected).toMatchObject([{ code: 'EVENT_TOO_LARGE', tenant: 'default' }])
  })

  test('with spans that are refused, and one large resource, gives dead letters of about its own size', () => {
    const tags = Array.from({ length: 60 }, (_, index) => [`spanledger.tags.t${index}`, 'r'.repeat(250)] as const)
    const refused = sampleSpan({ resource: Object.fromEntries(tags), attributes: chat, traceId: '', spanId: '' })
    const value = encodeTraces(Array.from({ length: 2_000 }, () => ({ ...refused })))
    const { rejected } = read(entry(topics.spans, value))
    const chars = rejected.reduce((sum, each) => sum + (each.record?.length ?? 0), 0)
    expect(chars).toBeGreaterThan(0)
    expect(chars).toBeLessThan(value.length * 5)
    expect(rejected.at(-1)).toMatchObject({
      code: 'SPAN_ID_INVALID',
      message: `${2_001 - rejected.length} more spans of the record are refused like those before`,
    })
  })
})

test('a tenant in a header is made fit like any other name', () => {
  const long = `a\u0000${'x'.repeat(999)}`
  const headers = { [tenantHeader]: long }
  const { rejected } = read(entry(topics.usageEvents, 'junk', headers))
  expect(rejected[0]?.tenant).toBe(`a\ufffd${'x'.repeat(254)}`)
})

describe('spans', () => {
  test('a span becomes one observation with everything it says', () => {
    const { observations, rejected, dropped } = readSpans(
      sampleSpan({
        scope: ['opentelemetry.instrumentation.genai.openai', '1.3b0'],
        resource: { 'service.name': 'checkout', 'service.version': '1.2.0', 'deployment.environment.name': 'prod' },
        attributes: {
          ...chat,
          'gen_ai.response.model': 'gpt-4o-2024-08-06',
          'gen_ai.response.id': 'chatcmpl-9',
          'gen_ai.response.time_to_first_chunk': 0.12,
          'gen_ai.usage.cache_read.input_tokens': 200,
          'gen_ai.usage.reasoning.output_tokens': 40,
          'gen_ai.conversation.id': 's1',
          'openai.response.service_tier': 'default',
          'server.address': 'api.openai.com',
          'user.id': 'u1',
          'spanledger.team': 'search',
          'spanledger.tags.k': 'v',
        },
      }),
    )
    expect({ rejected, dropped }).toEqual({ rejected: [], dropped: {} })
    expect(observations).toEqual([
      {
        tenant: 'default',
        source: 'span',
        dialect: 'otel_genai',
        rank: 30,
        scope: 'opentelemetry.instrumentation.genai.openai',
        responseId: 'chatcmpl-9',
        responseIdTrusted: true,
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        at: sampleStartMs,
        receivedAt: door,
        provider: 'openai',
        requestModel: 'gpt-4o',
        responseModel: 'gpt-4o-2024-08-06',
        operation: 'chat',
        serviceTier: 'default',
        status: 'ok',
        attribution: {
          team: 'search',
          session: 's1',
          user: 'u1',
          environment: 'prod',
          release: '1.2.0',
          service: 'checkout',
        },
        tags: { k: 'v' },
        usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100, output_reasoning_tokens: 40 },
        latencyMs: 800,
        ttftMs: 120,
        resultCache: 'none',
        warnings: [],
      },
    ])
  })

  test('Bedrock through botocore: exclusive input, the region, five-minute writes', () => {
    const { observations } = readSpans(
      sampleSpan({
        scope: ['opentelemetry.instrumentation.botocore.bedrock-runtime', '0.66b2'],
        attributes: {
          'gen_ai.system': 'aws.bedrock',
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
          'cloud.region': 'us-east-1',
          'gen_ai.usage.input_tokens': 972,
          'gen_ai.usage.output_tokens': 1002,
          'gen_ai.usage.cache_read.input_tokens': 2990,
          'gen_ai.usage.cache_creation.input_tokens': 2884,
        },
      }),
    )
    expect(observations).toMatchObject([
      {
        provider: 'aws',
        region: 'us-east-1',
        usage: { input_tokens: 6846, cache_write_tokens: 2884, cache_write_5m_tokens: 2884 },
        warnings: ['TTL_ASSUMED', 'PRODUCER_LOSSY'],
      },
    ])
  })

  test('the Anthropic SDK’s own span keeps both cache lifetimes', () => {
    const { observations } = readSpans(
      sampleSpan({
        name: 'anthropic.messages.create',
        scope: ['com.anthropic.sdk.python', '2.11.0'],
        attributes: {
          ...chat,
          'gen_ai.provider.name': 'anthropic',
          'gen_ai.usage.input_tokens': 4206,
          'gen_ai.usage.cache_read.input_tokens': 2330,
          'gen_ai.usage.cache_write.input_tokens': 1564,
          'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 582,
          'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 982,
        },
      }),
    )
    expect(observations[0]).toMatchObject({
      rank: 20,
      usage: { input_tokens: 4206, cache_write_5m_tokens: 582, cache_write_1h_tokens: 982 },
      warnings: [],
    })
  })

  test('a success without usage is an observation without usage, and so is a refusal', () => {
    const { 'gen_ai.usage.input_tokens': _, 'gen_ai.usage.output_tokens': __, ...silent } = chat
    const { observations } = readSpans(
      sampleSpan({ attributes: silent }),
      sampleSpan({ attributes: { ...silent, 'error.type': '429' }, statusCode: 2 }),
    )
    expect(observations).toMatchObject([{ status: 'ok' }, { status: 'error', errorType: '429' }])
    expect(observations.map(({ usage }) => usage)).toEqual([undefined, undefined])
  })

  test('what is no request is counted by reason', () => {
    const { observations, rejected, dropped } = readSpans(
      sampleSpan({ attributes: { 'http.method': 'GET' } }),
      sampleSpan({ attributes: { ...chat, 'gen_ai.operation.name': 'invoke_agent' } }),
      sampleSpan({ attributes: { ...chat, 'gen_ai.operation.name': 'execute_tool' } }),
      sampleSpan({ scope: ['com.anthropic.claude_code.tracing'], attributes: chat }),
    )
    expect({ observations, rejected }).toEqual({ observations: [], rejected: [] })
    expect(dropped).toEqual({ not_genai: 1, wrapper: 2, told_elsewhere: 1 })
  })

  test('one bad span does not take the good ones with it, and is kept without content', () => {
    const { observations, rejected } = readSpans(
      sampleSpan({ attributes: chat }),
      sampleSpan({
        attributes: { ...chat, 'gen_ai.usage.input_tokens': -5, 'gen_ai.input.messages': 'my secret prompt' },
      }),
    )
    expect(observations).toHaveLength(1)
    expect(rejected).toMatchObject([{ tenant: 'default', code: 'USAGE_NEGATIVE' }])
    expect(JSON.parse(rejected[0]?.record ?? '')).toMatchObject({
      span_id: 'b7ad6b7169203331',
      attributes: { 'gen_ai.usage.input_tokens': -5 },
    })
    expect(rejected[0]?.record).not.toContain('secret')
  })

  test('a span without valid ids is known by its response id, and refused without one', () => {
    const noIds = { traceId: '', spanId: '' }
    const { observations, rejected } = readSpans(
      sampleSpan({ ...noIds, attributes: { ...chat, 'gen_ai.response.id': 'chatcmpl-9' } }),
      sampleSpan({ ...noIds, attributes: chat }),
    )
    expect(observations).toHaveLength(1)
    expect(observations[0]).not.toHaveProperty('spanId')
    expect(rejected).toMatchObject([{ code: 'SPAN_ID_INVALID' }])
  })

  test('times: the door’s where the span has none, none where the end is before the start', () => {
    const { startMs: _, ...noStart } = sampleSpan({ attributes: chat })
    const { observations } = readSpans(
      noStart,
      sampleSpan({ spanId: 'b7ad6b7169203332', attributes: chat, endMs: sampleStartMs - 1 }),
    )
    expect(observations).toMatchObject([
      { at: door, warnings: ['SEMANTICS_ASSUMED', 'TIME_FROM_DOOR'] },
      { at: sampleStartMs },
    ])
    for (const observation of observations) expect(observation).not.toHaveProperty('latencyMs')
  })
})

describe('usage events', () => {
  test('an event becomes one observation', () => {
    const full = {
      ...event,
      response_id: 'chatcmpl-9',
      service_tier: 'flex',
      attribution: { team: 'search', tags: { k: 'v' } },
      latency_ms: 811.6,
      result_cache: 'miss',
      reported_cost: '0.00325',
    }
    expect(readEvent(full)).toEqual({
      observations: [
        {
          tenant: 'default',
          source: 'usage_event',
          dialect: 'usage_event',
          rank: 10,
          eventId: 'e1',
          responseId: 'chatcmpl-9',
          responseIdTrusted: true,
          at: Date.UTC(2026, 10, 20, 10, 0, 0, 123),
          receivedAt: door,
          provider: 'openai',
          requestModel: 'gpt-4o',
          serviceTier: 'flex',
          status: 'ok',
          attribution: { team: 'search' },
          tags: { k: 'v' },
          usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 },
          latencyMs: 812,
          resultCache: 'miss',
          reportedCostAtto: 3_250_000_000_000_000n,
          warnings: [],
        },
      ],
      rejected: [],
      dropped: {},
    })
  })

  test('an event that came straight to the log is held to the door’s rules, by the log’s clock', () => {
    const cases: [object, string][] = [
      [{ ...event, usage: { input_tokens: -1 } }, 'USAGE_NEGATIVE'],
      [{ ...event, usage: { input_tokens: 1, cache_read_tokens: 2 } }, 'USAGE_SUBSET_EXCEEDS_TOTAL'],
      [{ ...event, at: new Date(door + 25 * 3_600_000).toISOString() }, 'TIME_FUTURE'],
      [{ ...event, event_id: undefined }, 'ID_MISSING'],
      [['not', 'an', 'event'], 'EVENT_NOT_OBJECT'],
    ]
    for (const [bad, code] of cases) {
      expect(readEvent(bad)).toMatchObject({ observations: [], rejected: [{ code, tenant: 'default' }] })
    }
  })

  test('a refused event is kept for repair without any field that is not the contract’s', () => {
    const { rejected } = readEvent({ ...event, usage: { input_tokens: -1 }, prompt: 'my secret prompt' })
    expect(JSON.parse(rejected[0]?.record ?? '')).toEqual({ ...event, usage: { input_tokens: -1 } })
  })

  test('a refused event is kept without what was put where a count or a name belongs', () => {
    const secret = 'write me a poem about autumn'
    const { rejected } = readEvent({
      ...event,
      usage: {
        input_tokens: -1,
        prompt: secret,
        [secret]: 1,
        messages: [{ content: secret }],
        nested: { text: secret },
      },
      attribution: { team: 'search', content: secret, feature: { text: secret }, tags: { k: 'v' } },
      operation: { text: secret },
    })
    expect(rejected[0]?.record).not.toContain('poem')
    expect(JSON.parse(rejected[0]?.record ?? '')).toMatchObject({
      usage: { input_tokens: -1 },
      attribution: { team: 'search', tags: { k: 'v' } },
    })
  })

  test('a refused event of megabytes is kept as a few kilobytes', () => {
    const many = (depth: number): unknown =>
      depth === 0
        ? 'x'.repeat(256)
        : Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`k${index}`, many(depth - 1)]))
    const { rejected } = readEvent({ ...event, usage: many(3), attribution: many(3), model: many(3), at: '' })
    expect(rejected[0]?.record?.length).toBeLessThan(300_000)
  })

  test('a time ahead of the door is flagged', () => {
    const at = new Date(door + 6 * 60_000).toISOString()
    expect(readEvent({ ...event, at }).observations[0]?.warnings).toEqual(['TIME_AHEAD'])
  })

  test('Claude’s cache writes without a lifetime are taken for five minutes, and flagged', () => {
    const { observations } = readEvent({
      ...event,
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      usage_format: 'anthropic',
      usage: { input_tokens: 5, cache_creation_input_tokens: 1253, cache_read_input_tokens: 10, output_tokens: 1 },
    })
    expect(observations[0]).toMatchObject({
      usage: { input_tokens: 1268, cache_write_tokens: 1253, cache_write_5m_tokens: 1253 },
      warnings: ['TTL_ASSUMED'],
    })
  })

  test('what is neither Avro nor JSON is refused, and said to be', () => {
    expect(read(entry(topics.usageEvents, 'event')).rejected).toMatchObject([
      { code: 'RECORD_UNDECODABLE', message: expect.stringContaining('Avro') },
    ])
    expect(read(entry(topics.usageEvents, '{"event_id":')).rejected).toMatchObject([{ code: 'RECORD_UNDECODABLE' }])
    expect(read(entry(topics.usageEvents, '')).rejected).toMatchObject([{ code: 'RECORD_UNDECODABLE' }])
  })
})

test('the tenant is the header’s, else the resource’s, else the default', () => {
  const span = sampleSpan({ attributes: chat, resource: { 'spanledger.tenant': 'of-resource' } })
  const bytes = encodeTraces([span])
  const tenants = (value: Uint8Array, headers = {}, options = {}) =>
    createReader(options)(entry(topics.spans, value, headers)).observations.map(({ tenant }) => tenant)
  expect(tenants(bytes, { [tenantHeader]: 'of-header' })).toEqual(['of-header'])
  expect(tenants(bytes)).toEqual(['of-resource'])
  expect(tenants(encodeTraces([sampleSpan({ attributes: chat })]))).toEqual(['default'])
  expect(tenants(encodeTraces([sampleSpan({ attributes: chat })]), {}, { defaultTenant: 'demo' })).toEqual(['demo'])
})

test('what is of no topic of ours is counted', () => {
  expect(read(entry('other', 'x'))).toEqual({ observations: [], rejected: [], dropped: { topic_not_read: 1 } })
})

test('reading an entry twice gives the same observations', () => {
  const bytes = entry(topics.spans, encodeTraces([sampleSpan({ attributes: chat })]))
  expect(createReader()(bytes)).toEqual(read(bytes))
})

describe('never throws', () => {
  test('on any bytes', async () => {
    const avro = fc.uint8Array({ maxLength: 300 }).map((body) => Buffer.concat([wireHeader, body]))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 300 }), avro),
        fc.constantFrom(...Object.values(topics), 'other'),
        async (bytes, topic) => {
          await prepare([entry(topic, bytes)])
          expect(read(entry(topic, bytes)).observations.length).toBeLessThanOrEqual(bytes.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('on any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const { observations, rejected } = read(entry(topics.usageEvents, json))
        expect(observations.length + rejected.length).toBe(1)
      }),
    )
  })

  test('on any attribute values, and what is charged is never negative', () => {
    const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 2 },
        fc.nat(5000),
        fc.integer(),
        fc.double(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.string(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
      ) as fc.Arbitrary<AttributeValue>,
    }))
    const names = [
      ...Object.keys(chat),
      'gen_ai.usage.cache_read.input_tokens',
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.reasoning.output_tokens',
      'gen_ai.response.id',
      'gen_ai.response.finish_reasons',
      'gen_ai.response.time_to_first_chunk',
      'server.address',
      'error.type',
      'cloud.region',
      'spanledger.team',
      'spanledger.tags.x',
    ]
    const anyTime = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined })
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), value),
        anyTime,
        anyTime,
        fc.nat(5),
        (attributes, startMs, endMs, kind) => {
          const { startMs: _, endMs: __, ...span } = sampleSpan({ attributes: { ...chat, ...attributes }, kind })
          const times = { ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) }
          const { observations, rejected, dropped } = readSpans({ ...span, ...times })
          const counted = Object.values(dropped).reduce((sum, n) => sum + n, 0)
          expect(observations.length + rejected.length + counted).toBe(1)
          for (const observation of observations) {
            for (const count of Object.values(observation.usage ?? {})) expect(count).toBeGreaterThanOrEqual(0)
            expect(observation.latencyMs ?? 0).toBeGreaterThanOrEqual(0)
            expect(Object.values(observation)).not.toContain(undefined)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
