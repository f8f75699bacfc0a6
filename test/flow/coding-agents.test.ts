import { credentials } from '@grpc/grpc-js'
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'

/** What coding agents report, by the official exporters through the door: logs are charged, metrics are compared. */
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger({ env: { SPANLEDGER_TOKEN_METRICS_MIN_TOKENS: '100' } })
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

type Values = Readonly<Record<string, string | number>>
/** In the middle of what is compared. */
const at = Date.now() - 3 * 3_600_000

interface Agent {
  readonly service: string
  readonly scope: string
  readonly body: string
  readonly attributes: readonly Values[]
}

const claude: Agent = {
  service: 'claude-code',
  scope: 'com.anthropic.claude_code.events',
  body: 'claude_code.api_request',
  attributes: Array.from({ length: 20 }, (_, n) => ({
    'event.name': 'api_request',
    'event.sequence': n,
    'session.id': 'session-1',
    model: 'claude-opus-4-8',
    input_tokens: 8 + n,
    output_tokens: 100,
    cache_read_tokens: 10_000 + n,
    cache_creation_tokens: 300,
    duration_ms: 4_000,
    // Some clouds send none.
    ...(n % 2 === 0 && { request_id: `req_${n}` }),
    prompt: 'a secret',
  })),
}
const codex: Agent = {
  service: 'codex_cli_rs',
  scope: 'codex_otel.log_only',
  body: '',
  attributes: Array.from({ length: 10 }, (_, n) => ({
    'event.name': 'codex.sse_event',
    'event.kind': 'response.completed',
    'event.timestamp': new Date(at + n).toISOString(),
    'conversation.id': 'conversation-1',
    model: 'gpt-5',
    input_token_count: String(1_000 + n),
    output_token_count: '50',
    cached_token_count: 400,
    reasoning_token_count: 20,
    tool_token_count: String(1_050 + n),
  })),
}
const gemini: Agent = {
  service: 'gemini-cli',
  scope: 'gemini-cli',
  body: 'API response from gemini-2.5-pro. Status: 200. Duration: 900ms.',
  attributes: Array.from({ length: 5 }, (_, n) => [
    {
      'event.name': 'gemini_cli.api_response',
      'event.timestamp': new Date(at + n).toISOString(),
      'session.id': 'session-2',
      prompt_id: `session-2########${n}`,
      model: 'gemini-2.5-pro',
      auth_type: 'gemini-api-key',
      duration_ms: 900,
      input_token_count: 2_000,
      output_token_count: 60,
      cached_content_token_count: 500,
      thoughts_token_count: 40,
      tool_token_count: 30,
    },
    {
      'event.name': 'gen_ai.client.inference.operation.details',
      'gen_ai.request.model': 'gemini-2.5-pro',
      'gen_ai.usage.input_tokens': 2_000,
      'gen_ai.usage.output_tokens': 60,
    },
  ]).flat(),
}

async function recordsOf({ service, scope, body, attributes }: Agent): Promise<ReadableLogRecord[]> {
  const exporter = new InMemoryLogRecordExporter()
  const resource = resourceFromAttributes({ 'service.name': service })
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger(scope, '1.0')
  for (const [n, values] of attributes.entries()) logger.emit({ timestamp: at + n, body, attributes: values })
  await provider.forceFlush()
  return [...exporter.getFinishedLogRecords()]
}

function send<T>(exporter: { export(items: T, done: (result: { code: number }) => void): void }, items: T) {
  return new Promise<void>((resolve, reject) => {
    exporter.export(items, ({ code }) => (code === 0 ? resolve() : reject(new Error('the door refused'))))
  })
}

test('logs are charged exactly, once, however often and by whatever transport they come', async () => {
  const json = new JsonLogExporter({ url: `${spanledger.doorUrl}/v1/logs` })
  const grpc = new GrpcLogExporter({ url: spanledger.grpcUrl, credentials: credentials.createInsecure() })
  for (const agent of [claude, codex, gemini]) {
    const records = await recordsOf(agent)
    const halves = [records.slice(0, 7), records.slice(7)]
    for (const exporter of [json, grpc] satisfies LogRecordExporter[]) await send(exporter, records)
    for (const half of halves) await send<ReadableLogRecord[]>(grpc, half)
  }
  await Promise.all([json.shutdown(), grpc.shutdown()])
  await untilDrained(spanledger.dataDir)
  const rows = await spanledger.sql(
    `SELECT service, provider, model, toString(any(session)) AS session, toString(sum(requests)) AS requests,
       toString(sum(input_tokens)) AS input, toString(sum(uncached_tokens)) AS uncached,
       toString(sum(cache_read_tokens)) AS read, toString(sum(cache_write_5m_tokens)) AS written,
       toString(sum(output_tokens)) AS output, toString(sum(reasoning_tokens)) AS reasoning,
       sum(unpriced_requests) = 0 AS priced, groupUniqArray(source) AS sources
     FROM ledger GROUP BY service, provider, model ORDER BY service`,
  )
  const common = { priced: 1, sources: ['log'] }
  expect(rows).toEqual([
    {
      ...common,
      service: 'claude-code',
      provider: 'anthropic',
      model: 'claude-opus-4-8',
      session: 'session-1',
      requests: '20',
      input: String(20 * (8 + 10_000 + 300) + 2 * 190),
      uncached: String(20 * 8 + 190),
      read: String(20 * 10_000 + 190),
      written: '6000',
      output: '2000',
      reasoning: '0',
    },
    {
      ...common,
      service: 'codex_cli_rs',
      provider: 'openai',
      model: 'gpt-5',
      session: 'conversation-1',
      requests: '10',
      input: '10045',
      uncached: '6045',
      read: '4000',
      written: '0',
      output: '500',
      reasoning: '200',
    },
    {
      ...common,
      service: 'gemini-cli',
      provider: 'google',
      model: 'gemini-2.5-pro',
      session: 'session-2',
      requests: '5',
      input: '10150',
      uncached: '7650',
      read: '2500',
      written: '0',
      output: '500',
      reasoning: '200',
    },
  ])
  const [leaked] = await spanledger.sql(`SELECT count() AS n FROM rejected WHERE record LIKE '%secret%'`)
  expect(Number(leaked?.['n'])).toBe(0)
})

/** As its own exporter makes them, moved to where the requests were. */
async function metricsOf(service: string, metric: string, counts: Readonly<Record<string, number>>) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6 })
  const resource = resourceFromAttributes({ 'service.name': service })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const counter = provider.getMeter(`${service}.meter`).createCounter(metric)
  for (const [type, count] of Object.entries(counts)) counter.add(count, { type })
  await provider.forceFlush()
  const collected = exporter.getMetrics()[0] as ResourceMetrics
  for (const { metrics } of collected.scopeMetrics) {
    for (const { dataPoints } of metrics) {
      for (const point of dataPoints) {
        Object.assign(point, { startTime: [Math.floor(at / 1000) - 60, 0], endTime: [Math.floor(at / 1000) + 60, 0] })
      }
    }
  }
  return collected
}

test('metrics add nothing, and the doctor says where they do not agree', async () => {
  const charged = () => spanledger.sql('SELECT sum(requests) AS requests, sum(input_tokens) AS input FROM ledger')
  const before = await charged()
  const exporter = new OTLPMetricExporter({ url: `${spanledger.doorUrl}/v1/metrics` })
  const agreeing = { input: 350, cacheRead: 200_190, cacheCreation: 6_000, output: 2_000 }
  const lost = { input: 20_000, output: 1_000, cache: 2_500, thought: 400, tool: 300 }
  const claudes = await metricsOf('claude-code', 'claude_code.token.usage', agreeing)
  const geminis = await metricsOf('gemini-cli', 'gemini_cli.token.usage', lost)
  for (const metrics of [claudes, geminis, claudes]) await send(exporter, metrics)
  await exporter.shutdown()
  await untilDrained(spanledger.dataDir)
  expect(await charged()).toEqual(before)

  const { stdout } = await runSpanledger(['doctor', '--json'], { env: spanledger.env })
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; message: string; fix?: string }[] }
  const told = checks.filter(({ name }) => name === 'token metrics')
  expect(told.map(({ state, message }) => ({ state, message }))).toEqual([
    {
      state: 'warning',
      message:
        '50.0 % are missing from the ledger: input tokens of service gemini-cli (ledger 10150, metrics 20300), tenant default',
    },
    {
      state: 'warning',
      message:
        '64.3 % are missing from the ledger: output tokens of service gemini-cli (ledger 500, metrics 1400), tenant default',
    },
  ])
  expect(told[0]?.fix).toContain('sampled')
})
