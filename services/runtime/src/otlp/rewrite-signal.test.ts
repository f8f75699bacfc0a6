import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ValueType } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSignal } from '../testing/read-signal.ts'
import { type Rewritten, rewriteSignal } from './rewrite-signal.ts'

type Signal = 'logs' | 'metrics'
const rewrite = (signal: Signal, body: Uint8Array | undefined, encoding: 'protobuf' | 'json', maxRecords = 100_000) =>
  rewriteSignal(Buffer.from(body ?? []), encoding, {
    signal,
    keep: keptSignalAttributes,
    keyAttributes: ['session.id'],
    maxRecords,
  })

function taken(result: ReturnType<typeof rewrite>): Rewritten {
  if (result.kind !== 'ok') throw new Error(`refused: ${JSON.stringify(result)}`)
  return result.value
}
const read = (signal: Signal, { parts }: Rewritten) => parts.flatMap(({ bytes }) => readSignal(signal, bytes))
const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const text = (key: string, value: string) => ({ key, value: { stringValue: value } })

const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'a-secret' })
const instrumentationScope = { name: 'com.anthropic.claude_code.events', version: '2.1' }

function log(changes: Partial<ReadableLogRecord> = {}): ReadableLogRecord {
  return {
    hrTime: [1_700_000_000, 123_456_789],
    hrTimeObserved: [1_700_000_001, 1],
    resource,
    instrumentationScope,
    attributes: {},
    droppedAttributesCount: 0,
    ...changes,
  } as ReadableLogRecord
}

describe('what is kept of a log record', () => {
  it('is all that says when, which event, whose and how much, in the words of the coding agents', () => {
    const attributes = {
      'event.name': 'api_request',
      'session.id': 's1',
      'user.account_uuid': 'u1',
      model: 'claude-opus-4',
      input_tokens: '8',
      output_tokens: 321,
      cache_read_tokens: 118_243,
      cached_token_count: '7',
      cost_usd: 0.25,
      duration_ms: 812,
      request_id: 'req_1',
      'event.kind': 'response.completed',
    }
    const body = ProtobufLogsSerializer.serializeRequest([
      log({
        body: 'claude_code.api_request',
        eventName: 'claude_code.api_request',
        severityNumber: 9,
        severityText: 'INFO',
        spanContext: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 },
        attributes,
      }),
    ])
    const rewritten = taken(rewrite('logs', body, 'protobuf'))
    expect([rewritten.records, rewritten.undecodable, rewritten.parts[0]?.key]).toEqual([1, 0, 'a'.repeat(32)])
    expect(read('logs', rewritten)).toEqual([
      {
        resource: { attributes: { 'service.name': 'shop' } },
        scope: instrumentationScope,
        timeUnixNano: 1_700_000_000_123_456_789n,
        observedTimeUnixNano: 1_700_000_001_000_000_001n,
        severityNumber: 9,
        severityText: 'INFO',
        body: 'claude_code.api_request',
        eventName: 'claude_code.api_request',
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        attributes,
      },
    ])
  })

  it('is nothing that was said: no bodies, prompts, tool arguments or texts under keys that nobody knows', () => {
    const attributes = {
      prompt: 'a secret',
      response_text: 'a secret',
      arguments: 'a secret',
      output: 'a secret',
      error: 'a secret',
      tool_parameters: '{"command":"a secret"}',
      'gen_ai.input.messages': 'a secret',
      'some.new.key': 'a secret',
      'event.name': `a secret ${'that is long '.repeat(20)}`,
    }
    const bodies = ['a secret', 'secret', { content: 'a secret' }, ['a secret'], 'gen_ai.a secret']
    const records = bodies.map((body) =>
      log({ body, attributes, severityText: 'a secret', eventName: 'a secret of words' }),
    )
    for (const rewritten of [
      taken(rewrite('logs', ProtobufLogsSerializer.serializeRequest(records), 'protobuf')),
      taken(rewrite('logs', JsonLogsSerializer.serializeRequest(records), 'json')),
    ]) {
      expect(rewritten.records).toBe(bodies.length)
      expect(Buffer.concat(rewritten.parts.map(({ bytes }) => bytes)).toString('latin1')).not.toContain('secret')
    }
  })

  it('is divided by trace, else by conversation, else by resource', () => {
    const spanContext = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 }
    const records = [
      log({ spanContext, attributes: { 'session.id': 's1' } }),
      log({ attributes: { 'session.id': 's1' } }),
      log(),
      log({ spanContext }),
      log({ attributes: { 'session.id': 's1' } }),
    ]
    const { parts } = taken(rewrite('logs', ProtobufLogsSerializer.serializeRequest(records), 'protobuf'))
    expect(parts.map(({ key, bytes }) => [key, readSignal('logs', bytes).length])).toEqual([
      ['c'.repeat(32), 2],
      ['s1', 2],
      [expect.stringMatching(/^[0-9a-f]{32}$/), 1],
    ])
  })
})

describe('what is kept of a data point', () => {
  const point = { timeUnixNano: '5', attributes: [text('type', 'cacheRead'), text('session.id', 's'), text('x', 'y')] }
  const exemplar = {
    timeUnixNano: '4',
    asInt: '-3',
    traceId: 'A'.repeat(32),
    filteredAttributes: [text('q', 'a secret')],
  }
  const request = {
    resourceMetrics: [
      {
        resource: { attributes: [text('service.name', 'shop')] },
        scopeMetrics: [
          {
            scope: { name: 's' },
            metrics: [
              {
                name: 'claude_code.token.usage',
                description: 'a secret',
                unit: 'tokens',
                sum: {
                  aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
                  isMonotonic: true,
                  dataPoints: [{ ...point, asDouble: 0, flags: 1, exemplars: [exemplar] }],
                },
              },
              {
                name: 'latency',
                summary: { dataPoints: [{ count: 3, sum: 0.5, quantileValues: [{ quantile: 0.5, value: 'NaN' }] }] },
              },
              {
                name: 'sizes',
                exponentialHistogram: {
                  aggregationTemporality: 1,
                  dataPoints: [{ scale: -2, count: '9', positive: { offset: -7, bucketCounts: ['300', 1] }, min: 0 }],
                },
              },
              { name: 'empty', gauge: { dataPoints: [] } },
            ],
          },
        ],
      },
    ],
  }

  it('is every number of every kind of metric, and names, but no descriptions and no attributes of exemplars', () => {
    const rewritten = taken(rewrite('metrics', json(request), 'json'))
    expect([rewritten.records, rewritten.parts.length]).toEqual([3, 1])
    const around = { resource: { attributes: { 'service.name': 'shop' } }, scope: { name: 's' } }
    expect(read('metrics', rewritten)).toEqual([
      {
        ...around,
        metrics: { name: 'claude_code.token.usage', unit: 'tokens' },
        sum: { aggregationTemporality: 2, isMonotonic: true },
        timeUnixNano: 5n,
        asDouble: 0,
        flags: 1,
        attributes: { type: 'cacheRead', 'session.id': 's' },
        exemplars: [{ timeUnixNano: 4n, asInt: -3n, traceId: 'a'.repeat(32) }],
      },
      {
        ...around,
        metrics: { name: 'latency' },
        summary: {},
        count: 3n,
        sum: 0.5,
        quantileValues: [{ quantile: 0.5, value: Number.NaN }],
      },
      {
        ...around,
        metrics: { name: 'sizes' },
        exponentialHistogram: { aggregationTemporality: 1 },
        scale: -2,
        count: 9n,
        positive: { offset: -7, bucketCounts: [300n, 1n] },
        min: 0,
      },
    ])
  })

  it('stays with its series, in order, however large the request', () => {
    const dataPoints = Array.from({ length: 9000 }, (_, at) => ({ ...point, timeUnixNano: at + 1, asInt: at }))
    const large = structuredClone(request) as { resourceMetrics: { scopeMetrics: { metrics: unknown[] }[] }[] }
    large.resourceMetrics[0]?.scopeMetrics[0]?.metrics.splice(0, 4, { name: 'm', gauge: { dataPoints } })
    const rewritten = taken(rewrite('metrics', json(large), 'json'))
    expect(rewritten.parts.length).toBeGreaterThan(1)
    expect(new Set(rewritten.parts.map(({ key }) => key)).size).toBe(1)
    expect(Math.max(...rewritten.parts.map(({ bytes }) => bytes.length))).toBeLessThan(300_000)
    expect(read('metrics', rewritten).map((record) => record['asInt'])).toEqual(
      Array.from({ length: 9000 }, (_, at) => BigInt(at)),
    )
  })

  it('that cannot be read is counted, and the others are kept', () => {
    const bad = [{ asInt: 'many' }, 7, { bucketCounts: 3 }, { count: -1 }]
    const dataPoints = [point, ...bad, point]
    const metrics = [{ name: 'm', histogram: { dataPoints } }]
    const body = json({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
    // asInt is no field of a histogram
    expect(taken(rewrite('metrics', body, 'json'))).toMatchObject({ records: 3, undecodable: 3 })
  })
})

describe('both forms of a request', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.array(fc.string()),
  )
  const key = fc.constantFrom('model', 'session.id', 'input_token_count', 'type', 'unknown', 'prompt')
  const attributes = fc.dictionary(key, value)
  const whole = fc.nat({ max: 2 ** 31 })
  const time = fc.tuple(whole, fc.nat({ max: 999_999_999 }))
  const id = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`))

  it('give the same bytes: logs by the official exporter', () => {
    const record = fc.record({
      hrTime: time,
      hrTimeObserved: time,
      severityNumber: fc.nat({ max: 24 }),
      severityText: fc.constantFrom('INFO', 'WARN', 'a text'),
      body: fc.oneof(value, fc.constant('codex.sse_event')),
      eventName: fc.oneof(fc.string(), fc.constant('codex.sse_event')),
      attributes,
      spanContext: fc.option(fc.record({ traceId: id(32), spanId: id(16), traceFlags: fc.constant(1) }), {
        nil: undefined,
      }),
    })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), (records) => {
        const logs = records.map((changes) => log(changes as Partial<ReadableLogRecord>))
        const protobuf = taken(rewrite('logs', ProtobufLogsSerializer.serializeRequest(logs), 'protobuf'))
        expect(protobuf).toEqual(taken(rewrite('logs', JsonLogsSerializer.serializeRequest(logs), 'json')))
        expect(protobuf.records).toBe(logs.length)
      }),
    )
  })

  it('give the same bytes: metrics by the official exporter', () => {
    // JSON has no negative zero: the official exporter writes it as 0.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    const around = { startTime: time, endTime: time, attributes }
    const counts = fc.array(whole, { maxLength: 6 })
    const half = fc.record({ offset: fc.integer(), bucketCounts: counts })
    const points = [
      [DataPointType.SUM, number],
      [DataPointType.GAUGE, number],
      [
        DataPointType.HISTOGRAM,
        fc.record({
          buckets: fc.record({ counts, boundaries: fc.array(number, { maxLength: 6 }) }),
          count: whole,
          sum: number,
          min: number,
          max: number,
        }),
      ],
      [
        DataPointType.EXPONENTIAL_HISTOGRAM,
        fc.record({
          count: whole,
          sum: number,
          min: number,
          max: number,
          scale: fc.integer({ min: -10, max: 20 }),
          zeroCount: whole,
          positive: half,
          negative: half,
        }),
      ],
    ] as const
    const metric = fc.oneof(
      ...points.map(([dataPointType, value]) =>
        fc.record({
          descriptor: fc.record({
            name: fc.string({ maxLength: 300, unit: 'grapheme' }),
            description: fc.constant('a secret'),
            unit: fc.string({ maxLength: 100 }),
            valueType: fc.constant(ValueType.DOUBLE),
          }),
          aggregationTemporality: fc.constantFrom(0, 1),
          isMonotonic: fc.boolean(),
          dataPointType: fc.constant(dataPointType),
          dataPoints: fc.array(fc.record({ ...around, value: value as fc.Arbitrary<unknown> }), { maxLength: 4 }),
        }),
      ),
    )
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 4 }), (metrics) => {
        const request = {
          resource,
          scopeMetrics: [{ scope: instrumentationScope, metrics }],
        } as unknown as ResourceMetrics
        const protobuf = taken(rewrite('metrics', ProtobufMetricsSerializer.serializeRequest(request), 'protobuf'))
        expect(protobuf).toEqual(taken(rewrite('metrics', JsonMetricsSerializer.serializeRequest(request), 'json')))
        expect(protobuf.records).toBe(metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0))
      }),
    )
  })

  const fixtures = join(import.meta.dirname, '../../../../../shared/fixtures/otlp')
  const payloads = existsSync(fixtures)
    ? readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) => /-(logs|metrics)\.pb$/.test(name))
    : []
  it.skipIf(payloads.length === 0)('give the same bytes: real payloads (../shared/fixtures/otlp is not here)', () => {
    for (const name of payloads) {
      const signal = name.endsWith('logs.pb') ? 'logs' : 'metrics'
      const protobuf = taken(rewrite(signal, readFileSync(join(fixtures, name)), 'protobuf'))
      const file = join(fixtures, name.replace('.pb', '.json'))
      expect(protobuf, name).toEqual(taken(rewrite(signal, readFileSync(file), 'json')))
      expect([protobuf.undecodable, protobuf.records > 0], name).toEqual([0, true])
    }
  })
})

describe('bytes from strangers', () => {
  it('never throw and never hang: any bytes, and real ones with damage', () => {
    const sound = ProtobufLogsSerializer.serializeRequest([
      log({ body: 'x', attributes: { model: 'm', input_tokens: 3 } }),
    ])
    const damage = fc.array(fc.tuple(fc.nat({ max: (sound?.length ?? 1) - 1 }), fc.nat({ max: 255 })), { maxLength: 6 })
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Uint8Array.from(sound ?? [])
        for (const [at, byte] of changes) bytes[at] = byte
        for (const signal of ['logs', 'metrics'] as const) {
          const result = rewrite(signal, bytes, 'protobuf')
          if (result.kind === 'ok') expect(read(signal, result.value)).toHaveLength(result.value.records)
        }
      }),
      { numRuns: 1500 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        return rewrite('metrics', bytes, 'protobuf').kind !== 'drop' && rewrite('logs', bytes, 'json').kind !== 'drop'
      }),
      { numRuns: 3000 },
    )
  })

  it('never throw as JSON of any shape', () => {
    const names = [
      'resourceMetrics scopeMetrics metrics sum dataPoints histogram exponentialHistogram summary gauge positive',
      'attributes key value stringValue bucketCounts explicitBounds quantileValues exemplars timeUnixNano asInt',
      'resourceLogs scopeLogs logRecords body traceId severityNumber resource scope name aggregationTemporality',
    ].flatMap((line) => line.split(' '))
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 9, withCrossShrink: true },
        fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.boolean(), fc.constant('-7')),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(tree, fc.constantFrom<Signal>('logs', 'metrics'), (value, signal) => {
        const result = rewrite(signal, json(value), 'json')
        if (result.kind === 'ok') expect(read(signal, result.value)).toHaveLength(result.value.records)
      }),
      { numRuns: 2000 },
    )
  })

  it('of a great many records in few bytes are refused before they fill the memory', () => {
    const points = Buffer.alloc(4_000_000, Buffer.from([0x0a, 0x00]))
    const wrap = (field: number, content: Buffer) => {
      const head = Buffer.from([(field << 3) | 2, 0x80, 0x80, 0x80, 0x80, 0x00])
      for (let at = 0, rest = content.length; at < 4; at++, rest >>>= 7) head[at + 1] = (rest & 0x7f) | 0x80
      return Buffer.concat([head, content])
    }
    const request = wrap(1, wrap(2, wrap(2, wrap(5, points))))
    expect(rewrite('metrics', request, 'protobuf', 5_000_000)).toMatchObject({
      kind: 'ok',
      value: { records: 2_000_000 },
    })
    const before = process.memoryUsage().heapUsed
    expect(rewrite('metrics', request, 'protobuf')).toMatchObject({ kind: 'reject', reason: 'EVENT_TOO_LARGE' })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024)
  })
})
