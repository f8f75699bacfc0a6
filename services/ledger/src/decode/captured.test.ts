import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { topics } from '@spanledger/schemas/events/topics'
import { describe, expect, test } from 'vitest'
import type { Observation } from '../observation.ts'
import { createReader } from './reader.ts'

const fixtures = new URL('../../../../../shared/fixtures/otlp/', import.meta.url)
/** Folders whose telemetry is read now, and what their producer's input means. */
const readNow = [
  'otel-genai-openai',
  'otel-openai-v2',
  'otel-google-genai',
  'otel-botocore-bedrock',
  'anthropic-sdk-native',
  'openinference-openai',
  'openinference-openai-js',
  'traceloop-openai',
  'traceloop-anthropic',
  'litellm',
  'langfuse-python',
  'pydantic-ai',
  'vercel-ai-v6',
]

interface Buckets {
  input_uncached: number
  cache_read: number
  cache_write_5m: number
  cache_write_1h: number
  cache_write_other: number
  output: number
  reasoning: number
}
interface Expected {
  totals_attainable: Buckets
  spans: number
  requests: {
    request_model?: string
    response_model?: string
    telemetry?: {
      span: string | null
      response_id_in_span?: string | null
      attainable: (Omit<Buckets, 'cache_write_other'> & { cache_write_other: object }) | null
    }
  }[]
}

function bucketsOf({ usage = {} }: Observation): Buckets {
  const read = usage.cache_read_tokens ?? 0
  const write = usage.cache_write_tokens ?? 0
  const minutes = usage.cache_write_5m_tokens ?? 0
  const hour = usage.cache_write_1h_tokens ?? 0
  return {
    input_uncached: (usage.input_tokens ?? 0) - read - write,
    cache_read: read,
    cache_write_5m: minutes,
    cache_write_1h: hour,
    cache_write_other: write - minutes - hour,
    output: usage.output_tokens ?? 0,
    reasoning: usage.output_reasoning_tokens ?? 0,
  }
}

function readFolder(folder: string) {
  const read = createReader()
  const appendedAtMs = Date.UTC(2027, 0, 1)
  const files = readdirSync(new URL(`${folder}/`, fixtures)).filter((file) => file.endsWith('-traces.pb'))
  const readings = files.toSorted().map((file, offset) => {
    const value = readFileSync(new URL(`${folder}/${file}`, fixtures))
    return read({ topic: topics.spans, partition: 0, offset, appendedAtMs, key: '', value, headers: {} })
  })
  return {
    observations: readings.flatMap(({ observations }) => observations),
    rejected: readings.flatMap(({ rejected }) => rejected),
    dropped: Object.assign({}, ...readings.map(({ dropped }) => dropped)) as (typeof readings)[0]['dropped'],
  }
}

const absent = !existsSync(fixtures)

describe.skipIf(absent)('captured payloads (../shared/fixtures/otlp is not here)', () => {
  test.each(readNow)('%s: every request has exactly the tokens its telemetry can support', (folder) => {
    const expected = JSON.parse(readFileSync(new URL(`${folder}/expected.json`, fixtures), 'utf8')) as Expected
    const { observations, rejected } = readFolder(folder)
    expect(rejected).toEqual([])
    const bySpan = new Map(observations.map((observation) => [observation.spanId, observation]))
    expect(bySpan.size).toBe(observations.length)

    const sum: Record<string, number> = {}
    for (const { telemetry, request_model } of expected.requests) {
      if (!telemetry?.span) continue
      const observation = bySpan.get(telemetry.span)
      expect(observation, `span ${telemetry.span}`).toBeDefined()
      // One producer says it in what it records of the request alone, and not always.
      // LiteLLM sent Gemini's model twice in a row, and says it once.
      expect(request_model).toContain(observation?.requestModel ?? request_model)
      expect(observation?.status).toBe('ok')
      const responseId = telemetry.response_id_in_span
      expect(observation?.responseId).toBe(responseId ?? observation?.responseId)
      if (!telemetry.attainable) {
        expect(observation?.usage).toBeUndefined()
        continue
      }
      const other = Object.values(telemetry.attainable.cache_write_other).reduce((a: number, b: number) => a + b, 0)
      const buckets = bucketsOf(observation as Observation)
      expect(buckets).toEqual(
        Object.fromEntries(
          Object.entries({ ...telemetry.attainable, cache_write_other: other }).filter(([name]) => name in buckets),
        ),
      )
      for (const [name, count] of Object.entries(buckets)) sum[name] = (sum[name] ?? 0) + count
    }
    expect(sum).toEqual(expected.totals_attainable)

    const known = new Set(expected.requests.map(({ telemetry }) => telemetry?.span))
    for (const observation of observations.filter(({ spanId }) => !known.has(spanId))) {
      expect(observation, 'a refused request').toMatchObject({ status: 'error' })
      expect(observation.usage).toBeUndefined()
    }
  })

  test('openinference-anthropic: the instrumentation and the SDK underneath tell of the same tokens, under one id', () => {
    const { observations, rejected, dropped } = readFolder('openinference-anthropic')
    expect({ rejected, dropped }).toEqual({ rejected: [], dropped: {} })
    const toldBy = (dialect: string) =>
      observations
        .filter((observation) => observation.dialect === dialect && observation.status === 'ok')
        .map(({ responseId, usage }) => [responseId, usage?.input_tokens, usage?.output_tokens])
    expect(toldBy('openinference')).toHaveLength(5)
    expect(toldBy('openinference')).toEqual(toldBy('otel_genai'))
  })
})
