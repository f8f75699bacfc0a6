import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rewriteSignal } from '@spanledger/runtime/otlp/rewrite-signal'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { readUsageEvent } from '@spanledger/schemas/events/usage-event'
import { appendedAtMs, avro } from './judge.ts'
import { seedLogs, seedMetrics } from './seed-signals.ts'
import { seedSpans } from './seed-spans.ts'
import { seedEvent } from './usage-events.ts'

/** What cases are made from: well-formed telemetry of every dialect. */
export interface Seeds {
  readonly spans: readonly OtlpSpan[]
  /** Export requests in protobuf. */
  readonly logs: readonly Uint8Array[]
  readonly metrics: readonly Uint8Array[]
  /** A usage event in Confluent's wire format. */
  readonly avro: Uint8Array
}

const captured = new URL('../../../shared/fixtures/otlp/', import.meta.url)
const keepAll = () => 4_096

/** Ours, and the captured payloads where they are at hand. */
export async function loadSeeds(): Promise<Seeds> {
  const spans = [...seedSpans]
  const logs = [protobufOf('logs', seedLogs)]
  const metrics = [protobufOf('metrics', seedMetrics)]
  for (const file of capturedFiles()) {
    const bytes = readFileSync(new URL(file, captured))
    if (file.endsWith('-logs.pb')) logs.push(bytes)
    else if (file.endsWith('-metrics.pb')) metrics.push(bytes)
    else {
      const decoded = decodeTraces(bytes, keepAll)
      if (decoded.kind === 'ok') spans.push(...decoded.value.spans)
    }
  }
  return { spans, logs, metrics, avro: await encodeSeedEvent() }
}

async function encodeSeedEvent(): Promise<Uint8Array> {
  const event = readUsageEvent(seedEvent, appendedAtMs)
  if (event.kind !== 'ok') throw new Error('the seed of usage events is not read')
  await avro.ready()
  const bytes = avro.encode(event.value)
  await avro.prepare([bytes])
  return bytes
}

function capturedFiles(): string[] {
  if (!existsSync(captured)) return []
  return readdirSync(captured, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.pb'))
    .toSorted()
}

function protobufOf(signal: 'logs' | 'metrics', request: unknown): Uint8Array {
  const body = Buffer.from(JSON.stringify(request))
  const rewritten = rewriteSignal(body, 'json', {
    signal,
    keep: keptSignalAttributes,
    keyAttributes: [],
    maxRecords: 1e6,
  })
  const [part] = rewritten.kind === 'ok' ? rewritten.value.parts : []
  if (part === undefined) throw new Error(`the seed of ${signal} is not read`)
  return part.bytes
}
