import { expect, test } from 'vitest'
import type { RawUsage } from '../dialects/dialect.ts'
import { otelGenai } from '../dialects/otel-genai.ts'
import { sampleSpan, sampleStartMs } from '../dialects/sample-span.ts'
import { observeRecord } from './record.ts'

function warningsOf(usage: RawUsage, operation = 'chat') {
  const span = sampleSpan({ attributes: { 'gen_ai.operation.name': operation, 'gen_ai.system': 'openai' } })
  const record = {
    source: 'span',
    dialect: 'otel_genai',
    scope: 'a',
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: undefined,
    eventId: undefined,
    startMs: span.startMs,
    latencyMs: 1,
    inputCharacters: undefined,
    outputCharacters: undefined,
  } as const
  const parts = { ...otelGenai.read(span), usage, inputSemantics: 'inclusive' as const }
  const who = { attribution: {}, tags: {}, truncated: false }
  const observed = observeRecord(record, parts, who, 'acme', sampleStartMs)
  return observed.kind === 'ok' ? observed.value.warnings : observed
}

test.each<[string, RawUsage, string, string[]]>([
  ['input alone', { input_tokens: 10 }, 'chat', ['USAGE_PARTIAL']],
  ['output alone', { output_tokens: 10 }, 'text_completion', ['USAGE_PARTIAL']],
  ['both', { input_tokens: 10, output_tokens: 0 }, 'chat', []],
  ['input alone, which embeddings have', { input_tokens: 10 }, 'embeddings', []],
  ['nothing, which is no usage', {}, 'chat', []],
])('a generation that reports %s says whether a part of its cost is missing', (_, usage, operation, warnings) => {
  expect(warningsOf(usage, operation)).toEqual(warnings)
})
