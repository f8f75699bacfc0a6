import { ProtobufLogsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLogs } from './decode-logs.ts'
import { decodeMetrics } from './decode-metrics.ts'

const resource = resourceFromAttributes({ 'service.name': 'claude-code' })

async function exportedLogs(): Promise<Uint8Array> {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('com.anthropic.claude_code.events', '2.1')
  const attributes = { model: 'claude-opus-4-8', input_tokens: 8, prompt: 'a secret' }
  logger.emit({ timestamp: 1_700_000_000_123, body: 'claude_code.api_request', attributes })
  logger.emit({ timestamp: 1_700_000_001_000, eventName: 'codex.sse_event', body: 'a secret' })
  await provider.forceFlush()
  return ProtobufLogsSerializer.serializeRequest(exporter.getFinishedLogRecords()) as Uint8Array
}

async function exportedMetrics(temporality: AggregationTemporality): Promise<Uint8Array> {
  const exporter = new InMemoryMetricExporter(temporality)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6 })
  const views = [
    { instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const },
  ]
  const provider = new MeterProvider({ resource, readers: [reader], views })
  const meter = provider.getMeter('some.scope', '1.2')
  meter.createCounter('counter').add(7, { type: 'input', note: 'a secret' })
  meter.createHistogram('histogram').record(100, { 'gen_ai.token.type': 'output' })
  meter.createHistogram('histogram').record(23, { 'gen_ai.token.type': 'output' })
  meter.createHistogram('exponential').record(5)
  meter.createUpDownCounter('up_and_down').add(9)
  meter.createGauge('gauge').record(3)
  meter.createCounter('unwanted').add(1)
  await provider.forceFlush()
  return ProtobufMetricsSerializer.serializeRequest(exporter.getMetrics()[0] as never) as Uint8Array
}

describe('decodeLogs', () => {
  it('reads what the official exporter writes, without what was said', async () => {
    const decoded = decodeLogs(await exportedLogs(), keptSignalAttributes)
    expect(decoded).toMatchObject({ kind: 'ok', value: { undecodable: 0 } })
    if (decoded.kind !== 'ok') return
    const [request, event] = decoded.value.logs
    expect(request).toMatchObject({
      scope: { name: 'com.anthropic.claude_code.events', version: '2.1' },
      timeMs: 1_700_000_000_123,
      eventName: '',
      body: 'claude_code.api_request',
    })
    expect([...(request?.attributes ?? [])]).toEqual([
      ['model', 'claude-opus-4-8'],
      ['input_tokens', 8],
    ])
    expect(event).toMatchObject({ eventName: 'codex.sse_event', body: '' })
    expect(event?.resource).toBe(request?.resource)
    expect(request?.resource.attributes.get('service.name')).toBe('claude-code')
  })

  it('refuses more records than are asked for, and what is none', async () => {
    expect(decodeLogs(await exportedLogs(), keptSignalAttributes, 1)).toMatchObject({ reason: 'EVENT_TOO_LARGE' })
    expect(decodeLogs(Buffer.from('hello'), keptSignalAttributes)).toMatchObject({ reason: 'BODY_UNDECODABLE' })
  })
})

describe('decodeMetrics', () => {
  it.each([
    ['delta', AggregationTemporality.DELTA],
    ['cumulative', AggregationTemporality.CUMULATIVE],
  ])('reads the points that add up of the wanted metrics: %s', async (temporality, asked) => {
    const decoded = decodeMetrics(await exportedMetrics(asked), keptSignalAttributes, (name) => name !== 'unwanted')
    expect(decoded).toMatchObject({ kind: 'ok', value: { others: 3, undecodable: 0 } })
    if (decoded.kind !== 'ok') return
    const points = decoded.value.points.toSorted((a, b) => (a.metric < b.metric ? -1 : 1))
    expect(points.map(({ metric, value, attributes }) => [metric, value, Object.fromEntries(attributes)])).toEqual([
      ['counter', 7, { type: 'input' }],
      ['exponential', 5, {}],
      ['histogram', 123, { 'gen_ai.token.type': 'output' }],
    ])
    for (const point of points) {
      expect(point.temporality).toBe(temporality)
      expect(point.startMs).toBeLessThanOrEqual(point.timeMs)
    }
  })
})

describe('never throws, on any bytes', () => {
  it.each([
    ['logs', exportedLogs],
    ['metrics', () => exportedMetrics(AggregationTemporality.DELTA)],
  ])('%s, whole, broken off and changed', async (_, make) => {
    const good = await make()
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 5 })
    fc.assert(
      fc.property(changes, fc.nat(good.length), (changed, length) => {
        const bytes = Uint8Array.from(good)
        for (const [at, byte] of changed) bytes[at] = byte
        for (const body of [bytes, bytes.subarray(0, length)]) {
          decodeLogs(body, keptSignalAttributes)
          decodeMetrics(body, keptSignalAttributes, () => true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
