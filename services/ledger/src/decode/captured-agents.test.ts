import { readdirSync, readFileSync } from 'node:fs'
import { decodeTracesJson } from '@spanledger/runtime/otlp/decode-traces-json'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { rewriteSignal } from '@spanledger/runtime/otlp/rewrite-signal'
import { keptAttributes, keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import { topics } from '@spanledger/schemas/events/topics'
import type { Usage } from '@spanledger/schemas/events/usage'
import { describe, expect, test } from 'vitest'
import type { TokenType } from '../token-metrics/token-point.ts'
import { createReader } from './reader.ts'

/**
 * What releases of the agents sent while they talked to a provider on this machine that counted, with texts, paths and
 * names taken out: OTLP in JSON by signal, and beside it the provider's own count of each request (null: the stream broke
 * off before one).
 */
interface Capture {
  readonly package: string
  readonly requests: readonly (Usage | null)[]
  readonly logs: readonly object[]
  readonly traces: readonly object[]
  readonly metrics?: readonly object[]
}

const folder = new URL('./captured/', import.meta.url)
const captures = readdirSync(folder).map((file) => {
  const capture = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Capture
  return [capture.package, capture] as const
})

const read = createReader()
const readValue = (topic: string, value: Uint8Array) =>
  read({ topic, partition: 0, offset: 0, appendedAtMs: Date.UTC(2026, 10, 21, 16), key: '', value, headers: {} })

function readSignal(signal: 'logs' | 'metrics', bodies: readonly object[] = []) {
  return bodies.flatMap((body) => {
    const options = { signal, keep: keptSignalAttributes, keyAttributes: [], maxRecords: 1_000 }
    const rewritten = rewriteSignal(Buffer.from(JSON.stringify(body)), 'json', options)
    if (rewritten.kind !== 'ok') throw new Error('the door does not take it')
    return rewritten.value.parts.map(({ bytes }) => readValue(topics[signal], bytes))
  })
}

describe.each(captures)('%s', (_, { requests, logs, traces }) => {
  test('every request is read once, with the provider’s own counts', () => {
    const readings = readSignal('logs', logs)
    expect(readings.flatMap(({ rejected }) => rejected)).toEqual([])
    const observations = readings.flatMap((reading) => reading.observations)
    expect(new Set(observations.map(({ eventId }) => eventId)).size).toBe(requests.length)
    expect(observations.map(({ usage, status }) => ({ usage, status }))).toEqual(
      requests.map((usage) =>
        usage === null
          ? { usage: undefined, status: 'aborted' }
          : { usage: expect.objectContaining(usage) as Usage, status: 'ok' },
      ),
    )
  })

  test('its spans tell the same again', () => {
    for (const body of traces) {
      const decoded = decodeTracesJson(JSON.stringify(body), keptAttributes)
      if (decoded.kind !== 'ok') throw new Error('the door does not take it')
      const { observations, dropped } = readValue(topics.spans, encodeTraces(decoded.value.spans))
      expect(observations).toEqual([])
      expect(Object.keys(dropped)).toEqual(['told_elsewhere'])
    }
  })
})

describe.each(captures.filter(([, { metrics }]) => metrics !== undefined))('%s', (_, { requests, metrics }) => {
  test('its token metrics agree with the provider', () => {
    const points = readSignal('metrics', metrics).flatMap(({ tokenPoints = [] }) => tokenPoints)
    const counted: { [type in TokenType]?: number } = {}
    for (const { tokenType, tokens } of points) counted[tokenType] = (counted[tokenType] ?? 0) + tokens
    const sum = (count: (usage: Usage) => number | undefined) =>
      requests.reduce((total, usage) => total + (count(usage ?? {}) ?? 0), 0)
    const read = sum((usage) => usage.cache_read_tokens)
    const written = sum((usage) => usage.cache_write_tokens)
    const billed = {
      input: sum((usage) => usage.input_tokens),
      uncached_input: sum((usage) => usage.input_tokens) - read - written,
      cache_read: read,
      cache_write: written,
      output: sum((usage) => usage.output_tokens),
      reasoning: sum((usage) => usage.output_reasoning_tokens),
    }
    expect(Object.keys(counted).length).toBeGreaterThan(2)
    expect(billed).toMatchObject(counted)
  })
})
