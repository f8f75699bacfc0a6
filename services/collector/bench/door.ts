/**
 * What the door costs: batches into the memory log, in this process, without the network. Prints thousand items per
 * CPU-second. Run: node --conditions=source --import tsx services/collector/bench/door.ts
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { systemClock } from '@spanledger/runtime/clock'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { collectorOptions } from '../src/config.ts'
import { createDoor } from '../src/door.ts'
import { answerOtlp } from '../src/otlp-http.ts'
import { createUsageEncoder } from '../src/usage-encoder.ts'
import { answerUsage } from '../src/usage-route.ts'

const batch = 500
const resource = {
  attributes: new Map([
    ['service.name', 'checkout-assistant'],
    ['service.version', '1.0.0'],
    ['deployment.environment.name', 'prod'],
    ['team', 'search'],
  ]),
}
const scope = { name: 'opentelemetry.instrumentation.genai.openai', version: '1.3b0' }
const seconds = Number(process.argv[2] ?? 3)
const only = process.argv[3]

/** A log that keeps nothing: what is measured is the door. */
const log = { name: 'nowhere', append: async () => undefined } as unknown as EventLog
const logger = createLogger({ name: 'bench', level: 'silent' })
const door = createDoor({
  config: collectorOptions.parse({ host: '127.0.0.1', port: 0 }),
  log,
  clock: systemClock,
  logger,
  metrics: createMetrics(),
})

const ndjson = Buffer.from(Array.from({ length: batch }, (_, at) => JSON.stringify(usageEvent(at))).join('\n'))
const spans = Buffer.from(encodeTraces(Array.from({ length: batch }, (_, at) => span(at, false))))
const withPrompts = Buffer.from(encodeTraces(Array.from({ length: batch }, (_, at) => span(at, true))))

const encoder = createUsageEncoder(createUsageEventCodec(), logger)
const usage = (body: Buffer) =>
  answerUsage(door, encoder, incoming(body, { 'content-type': 'application/x-ndjson' }), {})
const traces = (body: Buffer, more: Record<string, string> = {}) =>
  answerOtlp(door, 'traces', incoming(body, { 'content-type': 'application/x-protobuf', ...more }))
const zipped = gzipSync(spans)

await measure(`usage events, NDJSON, ${ndjson.length / batch} B each`, () => usage(ndjson))
await measure(`OTLP protobuf, ${spans.length / batch} B each`, () => traces(spans))
await measure('OTLP protobuf, gzip', () => traces(zipped, { 'content-encoding': 'gzip' }))
await measure(`OTLP protobuf with prompts, ${withPrompts.length / batch} B each`, () => traces(withPrompts))

async function measure(name: string, send: () => Promise<Response>): Promise<void> {
  if (only !== undefined && !name.includes(only)) return
  for (let warm = 0; warm < 20; warm++) if ((await send()).status !== 200) throw new Error(`${name}: not taken`)
  const cpu = process.cpuUsage()
  const end = performance.now() + seconds * 1000
  let items = 0
  while (performance.now() < end) {
    await send()
    items += batch
  }
  const { user, system } = process.cpuUsage(cpu)
  console.log(`${name}: ${Math.round(items / ((user + system) / 1000))} k per CPU-s`)
}

function incoming(body: Buffer, headers: Record<string, string>): IncomingMessage {
  return Object.assign(Readable.from([body]), { headers }) as unknown as IncomingMessage
}

function usageEvent(at: number): object {
  return {
    event_id: `event-${at}-0123456789abcdef`,
    response_id: `chatcmpl-${at}-0123456789abcdef`,
    at: new Date(Date.now() - at * 1000).toISOString(),
    provider: 'openai',
    model: 'gpt-4o',
    usage: { input_tokens: 1000 + at, cache_read_tokens: 200, output_tokens: 100 },
    service_tier: 'standard',
    operation: 'chat',
    attribution: {
      environment: 'prod',
      team: 'search',
      feature: 'summaries',
      customer: 'acme',
      user: `u${at}`,
      session: `s${at}`,
      release: 'v42',
      tags: { k: 'v' },
    },
    latency_ms: 812,
    ttft_ms: 120,
    status: 'ok',
  }
}

function span(at: number, prompts: boolean): OtlpSpan {
  const said = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'lorem ipsum '.repeat(80) }] }])
  return {
    resource,
    scope,
    traceId: (at + 1).toString(16).padStart(32, 'a'),
    spanId: (at + 1).toString(16).padStart(16, 'b'),
    parentSpanId: '',
    name: 'chat gpt-5-mini',
    kind: 3,
    startMs: Date.now() - at,
    endMs: Date.now(),
    statusCode: 0,
    attributes: new Map<string, string | number | readonly string[]>([
      ['gen_ai.operation.name', 'chat'],
      ['gen_ai.provider.name', 'openai'],
      ['gen_ai.request.model', 'gpt-5-mini'],
      ['server.address', 'api.openai.com'],
      ['server.port', 443],
      ['gen_ai.response.finish_reasons', ['stop']],
      ['gen_ai.response.model', 'gpt-5-mini-2026-03-01'],
      ['gen_ai.response.id', `chatcmpl-${at}-0123456789abcdef`],
      ['gen_ai.usage.input_tokens', 5411 + at],
      ['gen_ai.usage.output_tokens', 441],
      ['gen_ai.usage.cache_read.input_tokens', 2000],
      ['openai.response.service_tier', 'default'],
      ['openai.response.system_fingerprint', 'fp_44709d6fcb'],
      ['user.id', `u${at}`],
      ['session.id', `s${at}`],
      ...(prompts
        ? ([
            ['gen_ai.input.messages', said],
            ['gen_ai.output.messages', said],
          ] as const)
        : []),
    ]),
  }
}
