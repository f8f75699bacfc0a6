import { credentials } from '@grpc/grpc-js'
import { ValueType } from '@opentelemetry/api'
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, type LogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { topics } from '@spanledger/schemas/events/topics'
import { readSignal } from '@spanledger/runtime/testing/read-signal'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDoor, type OpenDoor } from './testing/open-door.ts'

let door: OpenDoor
beforeEach(async () => {
  door = await openDoor({ tenant: 'acme' })
})
afterEach(() => door.close())

const resource = resourceFromAttributes({ 'service.name': 'claude-code', 'process.command_args': ['--a-secret'] })
const grpc = () => ({
  url: `http://127.0.0.1:${door.collector.grpcPort}`,
  credentials: credentials.createInsecure(),
  compression: 'gzip' as never,
})
const stored = (signal: 'logs' | 'metrics') =>
  door.appended.filter(({ topic }) => topic === topics[signal]).flatMap(({ value }) => readSignal(signal, value))
const everything = () => Buffer.concat(door.appended.map(({ value }) => value)).toString('latin1')

describe('logs', () => {
  it.each<[string, () => LogRecordExporter]>([
    ['HTTP, JSON', () => new JsonLogExporter({ url: `${door.url}/v1/logs` })],
    ['gRPC, gzip', () => new GrpcLogExporter(grpc())],
  ])('of the official exporter are kept without what was said: %s', async (_, create) => {
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter: create() })],
    })
    const logger = provider.getLogger('com.anthropic.claude_code.events', '2.0')
    const attributes = { 'event.name': 'api_request', 'session.id': 's1', model: 'claude-opus-4', input_tokens: 8 }
    logger.emit({ body: 'claude_code.api_request', attributes: { ...attributes, prompt: 'a secret' } })
    logger.emit({ body: 'a secret', attributes: { 'session.id': 's1', tool_parameters: '{"x":"a secret"}' } })
    await provider.forceFlush()
    await provider.shutdown()
    // the exporter sends both at once, in any order
    expect(stored('logs').toSorted((a, b) => Number('body' in b) - Number('body' in a))).toMatchObject([
      { resource: { attributes: { 'service.name': 'claude-code' } }, body: 'claude_code.api_request', attributes },
      { attributes: { 'session.id': 's1' } },
    ])
    expect(new Set(door.appended.map(({ key }) => key))).toEqual(new Set(['s1']))
    expect(door.appended[0]?.headers).toEqual({ 'spanledger-tenant': 'acme' })
    expect(everything()).not.toContain('secret')
    expect(await door.metric('spanledger_door_items_total{signal="logs",outcome="accepted",reason=""}')).toBe(2)
  })
})

describe('metrics', () => {
  it.each<[string, () => PushMetricExporter]>([
    ['HTTP, protobuf', () => new ProtobufMetricExporter({ url: `${door.url}/v1/metrics` })],
    ['gRPC, gzip', () => new GrpcMetricExporter(grpc())],
  ])('of the official exporter are kept with every number: %s', async (_, create) => {
    const reader = new PeriodicExportingMetricReader({ exporter: create(), exportIntervalMillis: 1e6 })
    const provider = new MeterProvider({ resource, readers: [reader] })
    const meter = provider.getMeter('claude')
    const options = { unit: 'tokens', description: 'a secret', valueType: ValueType.INT }
    meter.createCounter('claude_code.token.usage', options).add(118_243, { type: 'cacheRead', note: 'a secret' })
    meter.createHistogram('gen_ai.client.token.usage').record(7, { 'gen_ai.token.type': 'input' })
    await provider.shutdown()
    expect(stored('metrics')).toMatchObject([
      {
        metrics: { name: 'claude_code.token.usage', unit: 'tokens' },
        sum: { isMonotonic: true, aggregationTemporality: 2 },
        asInt: 118_243n,
        attributes: { type: 'cacheRead' },
      },
      {
        metrics: { name: 'gen_ai.client.token.usage' },
        count: 1n,
        sum: 7,
        attributes: { 'gen_ai.token.type': 'input' },
      },
    ])
    expect(everything()).not.toContain('secret')
  })
})

describe('what cannot be taken', () => {
  it('is said in a partial success, and the rest is kept', async () => {
    const dataPoints = [{ asInt: '1' }, { asInt: 'many' }]
    const body = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints } }] }] }] }
    const answer = await door.post('/v1/metrics', JSON.stringify(body))
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedDataPoints: '1', errorMessage: '1 data point: RECORD_UNDECODABLE' },
    })
    expect(stored('metrics')).toMatchObject([{ asInt: 1n }])
    const rejected = 'spanledger_door_items_total{signal="metrics",outcome="rejected",reason="RECORD_UNDECODABLE"}'
    expect(await door.metric(rejected)).toBe(1)
  })

  it('is 400 when it is not what it says', async () => {
    const headers = { 'content-type': 'application/x-protobuf' }
    expect((await door.post('/v1/logs', 'not protobuf', headers)).status).toBe(400)
    expect((await door.post('/v1/metrics', '{"resourceMetrics":5}')).status).toBe(400)
    expect((await door.post('/v1/metrics', new Uint8Array(), headers)).status).toBe(200)
    expect(door.appended).toEqual([])
  })

  it('is 413 when it is more records than a request may have', async () => {
    await door.close()
    door = await openDoor({ maxRecordsPerRequest: 2 })
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}, {}] }] }] }
    expect((await door.post('/v1/logs', JSON.stringify(body))).status).toBe(413)
  })
})
