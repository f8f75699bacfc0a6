import { expect, test } from 'vitest'
import { recognise } from './registry.ts'
import { type SampleSpan, sampleSpan } from './sample-span.ts'

const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' }
const whoReads = (span: SampleSpan) => recognise(sampleSpan(span))?.name

test.each([
  ['opentelemetry.instrumentation.genai.openai', '1.3b0'],
  ['opentelemetry.instrumentation.openai_v2', ''],
  ['opentelemetry.util.genai.handler', '0.4b0'],
  ['opentelemetry.instrumentation.botocore.bedrock-runtime', '0.66b2'],
  ['com.anthropic.sdk.typescript', '1.0.0'],
  ['my.own.code', ''],
])('scope %s %s is read by the OpenTelemetry conventions', (name, version) => {
  expect(whoReads({ scope: [name, version], attributes: chat })).toBe('otel_genai')
})

test.each([
  ['openinference.instrumentation.openai', '0.1.66', 'openinference'],
  ['@arizeai/openinference-instrumentation-openai', '4.2.7', 'openinference'],
  ['opentelemetry.instrumentation.anthropic', '0.62.4', 'traceloop'],
  ['opentelemetry.instrumentation.openai.v1', '0.62.4', 'traceloop'],
  ['ai', '', 'ai_sdk'],
  ['gen_ai', '', 'ai_sdk'],
  ['litellm', '', 'litellm'],
  ['langfuse-sdk', '5.0.4', 'langfuse'],
  ['openlit.instrumentation.openai', '', 'openlit'],
  ['pydantic-ai', '2.68.0', 'pydantic_ai'],
  ['langsmith', '', 'langsmith'],
  ['gcp.vertex.agent', '', 'google_adk'],
  ['vllm.llm_engine', '', 'inference_server'],
])('scope %s %s is %s', (name, version, dialect) => {
  expect(whoReads({ scope: [name, version], attributes: chat })).toBe(dialect)
})

test('a package that shares its name with another project is told apart by its version', () => {
  const scope = 'opentelemetry.instrumentation.vertexai'
  expect(whoReads({ scope: [scope, '0.62.4'], attributes: chat })).toBe('traceloop')
  expect(whoReads({ scope: [scope, '2.1b0'], attributes: chat })).toBe('otel_genai')
})

test('markers that a span processor copied onto a known producer do not change who reads it', () => {
  const copied = { ...chat, 'traceloop.association.properties.user_id': 'u1', 'traceloop.workflow.name': 'w' }
  expect(whoReads({ scope: ['opentelemetry.instrumentation.genai.openai', '1.3b0'], attributes: copied })).toBe(
    'otel_genai',
  )
  expect(whoReads({ scope: ['unheard.of'], attributes: copied })).toBe('traceloop')
})

test.each([
  ['openinference.span.kind', 'openinference'],
  ['llm.request.type', 'traceloop'],
  ['ai.operationId', 'ai_sdk'],
  ['langfuse.observation.type', 'langfuse'],
  ['langsmith.span.kind', 'langsmith'],
  ['gen_ai.latency.e2e', 'inference_server'],
])('an unknown scope with %s is %s, not a generic span', (marker, dialect) =>
  expect(whoReads({ attributes: { ...chat, [marker]: 'x' } })).toBe(dialect),
)

test('a span without anything of generative AI is nobody’s', () => {
  expect(whoReads({ attributes: { 'http.method': 'GET' } })).toBeUndefined()
})
