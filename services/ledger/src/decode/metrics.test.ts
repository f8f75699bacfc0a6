import { existsSync, readFileSync } from 'node:fs'
import { rewriteSignal } from '@spanledger/runtime/otlp/rewrite-signal'
import { attributorOf } from '@spanledger/schemas/attribution/attributor'
import { attributionConfig } from '@spanledger/schemas/config/attribution'
import { keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import { topics } from '@spanledger/schemas/events/topics'
import { describe, expect, test } from 'vitest'
import { createReader } from './reader.ts'

const receivedAt = Date.UTC(2026, 10, 21, 12)
const nano = (ms: number) => String(BigInt(ms) * 1_000_000n)
const attributesOf = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }))

interface Point {
  readonly metric?: string
  readonly scope?: string
  readonly at?: number
  readonly startedAt?: number
  readonly tokens?: number
  readonly attributes: Readonly<Record<string, string>>
}

/** Through the door, and then read. */
function readPoints(points: readonly Point[], read = createReader()) {
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'shop', 'service.instance.id': 'i1' }) },
        scopeMetrics: points.map(({ metric = 'gen_ai.client.token.usage', scope = 'some.scope', ...point }) => ({
          scope: { name: scope },
          metrics: [
            {
              name: metric,
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  {
                    startTimeUnixNano: nano(point.startedAt ?? receivedAt - 60_000),
                    timeUnixNano: nano(point.at ?? receivedAt),
                    asInt: String(point.tokens ?? 7),
                    attributes: attributesOf(point.attributes),
                  },
                ],
              },
            },
          ],
        })),
      },
    ],
  }
  const options = { signal: 'metrics', keep: keptSignalAttributes, keyAttributes: [], maxRecords: 100 } as const
  const rewritten = rewriteSignal(Buffer.from(JSON.stringify(body)), 'json', options)
  if (rewritten.kind !== 'ok') throw new Error('not taken')
  const readings = rewritten.value.parts.map(({ bytes }) => read(entry(bytes)))
  return { points: readings.flatMap(({ tokenPoints = [] }) => tokenPoints), dropped: readings[0]?.dropped }
}
const entry = (value: Uint8Array) => ({
  topic: topics.metrics,
  partition: 0,
  offset: 0,
  appendedAtMs: receivedAt,
  key: '',
  value,
  headers: {},
})

const input = { 'gen_ai.token.type': 'input', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' }

test('a token metric is kept in the ledger’s terms, and charges nothing', () => {
  const { points, dropped } = readPoints([{ attributes: input }, { metric: 'http.server.requests', attributes: {} }])
  expect(points).toEqual([
    {
      tenant: 'default',
      service: 'shop',
      provider: 'openai',
      model: 'gpt-4o',
      metric: 'gen_ai.client.token.usage',
      scope: 'some.scope',
      tokenType: 'input',
      stream: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      cumulative: true,
      startedAt: receivedAt - 60_000,
      at: receivedAt,
      tokens: 7,
    },
  ])
  expect(dropped).toEqual({ told_elsewhere: 1, not_genai: 1 })
})

const typesOf = (...points: readonly Point[]) => readPoints(points).points.map(({ tokenType }) => tokenType)

test.each<[string, string, Readonly<Record<string, string>>, string | undefined]>([
  ['gen_ai.client.token.usage', 'any', { 'gen_ai.token.type': 'output' }, 'output'],
  ['gen_ai.client.token.usage', 'opentelemetry.instrumentation.botocore.bedrock-runtime', input, 'uncached_input'],
  ['gen_ai.client.token.usage', 'gemini-cli', input, undefined],
  ['gen_ai.client.inference.tokens', 'any', { ...input, 'gen_ai.token.modality': 'text' }, 'input'],
  ['gen_ai.client.inference.input_tokens_by_cache', 'any', { 'gen_ai.token.cache': 'none' }, 'uncached_input'],
  ['gen_ai.client.inference.input_tokens_by_cache', 'any', { 'gen_ai.token.cache': 'creation' }, 'cache_write'],
  ['gen_ai.client.inference.output_tokens_by_phase', 'any', { 'gen_ai.token.phase': 'reasoning' }, 'output'],
  ['claude_code.token.usage', 'com.anthropic.claude_code', { type: 'input' }, 'uncached_input'],
  ['claude_code.token.usage', 'com.anthropic.claude_code', { type: 'cacheCreation' }, 'cache_write'],
  ['codex.turn.token_usage', 'codex', { token_type: 'cached_input' }, 'cache_read'],
  ['codex.turn.token_usage', 'codex', { token_type: 'total' }, undefined],
  ['gemini_cli.token.usage', 'gemini-cli', { type: 'thought' }, 'output'],
  ['gemini_cli.token.usage', 'gemini-cli', { type: 'constructor' }, undefined],
])('%s of %s, %o: %s', (metric, scope, attributes, tokenType) => {
  expect(typesOf({ metric, scope, attributes })).toEqual(tokenType === undefined ? [] : [tokenType])
})

test('a series is told from others by everything but its values and times; a restart makes another', () => {
  const streamOf = (point: Partial<Point>) => readPoints([{ attributes: input, ...point }]).points[0]?.stream
  expect(streamOf({ tokens: 9, at: receivedAt - 1 })).toBe(streamOf({}))
  expect(streamOf({ startedAt: receivedAt - 30_000 })).not.toBe(streamOf({}))
  expect(streamOf({ attributes: { ...input, 'gen_ai.request.model': 'o3' } })).not.toBe(streamOf({}))
  expect(streamOf({ scope: 'other' })).not.toBe(streamOf({}))
})

test('an absurd count is not kept', () => {
  expect(typesOf({ attributes: input, tokens: 2 ** 53 })).toEqual([])
})

test('a point of another time than about now is not kept, and a beginning that cannot be is none', () => {
  const day = 86_400_000
  expect(typesOf({ attributes: input, at: receivedAt - 3 * day }, { attributes: input, at: receivedAt + day })).toEqual(
    [],
  )
  const [point] = readPoints([{ attributes: input, startedAt: receivedAt + day }]).points
  expect(point?.startedAt).toBeUndefined()
})

test('the service is found as that of a request is: by rules too', () => {
  const config = attributionConfig.parse({ rules: [{ set: { service: 'checkout' }, force: true }] })
  const read = createReader({ attributor: () => attributorOf(config) })
  expect(readPoints([{ attributes: input }], read).points[0]?.service).toBe('checkout')
})

test('what cannot be decoded is a dead letter', () => {
  const { rejected } = createReader()(entry(Buffer.from('no protobuf')))
  expect(rejected).toMatchObject([{ code: 'RECORD_UNDECODABLE' }])
})

const fixtures = new URL('../../../../../shared/fixtures/otlp/', import.meta.url)
const folders = ['otel-botocore-bedrock', 'otel-google-genai', 'otel-genai-openai', 'otel-openai-v2', 'pydantic-ai']

describe.skipIf(!existsSync(fixtures))('captured metrics (../shared/fixtures/otlp is not here)', () => {
  test.each(folders)('%s: its metrics count what the ledger can know from its spans', (folder) => {
    const { totals_attainable: totals } = JSON.parse(
      readFileSync(new URL(`${folder}/expected.json`, fixtures), 'utf8'),
    ) as { totals_attainable: Record<string, number> }
    const cached = ['cache_read', 'cache_write_5m', 'cache_write_1h', 'cache_write_other']
    const all = cached.reduce((sum, name) => sum + (totals[name] ?? 0), totals['input_uncached'] ?? 0)
    const { tokenPoints = [] } = createReader()({
      ...entry(readFileSync(new URL(`${folder}/02-metrics.pb`, fixtures))),
      appendedAtMs: Date.UTC(2026, 10, 21, 7),
    })
    const counted: Record<string, number> = {}
    for (const { tokenType, tokens } of tokenPoints) counted[tokenType] = (counted[tokenType] ?? 0) + tokens
    expect({ input: all, uncached_input: totals['input_uncached'], output: totals['output'] }).toMatchObject(counted)
    expect(Object.keys(counted)).toHaveLength(2)
  })
})
