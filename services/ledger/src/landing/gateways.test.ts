import { readUsageEvent } from '@spanledger/schemas/events/usage-event'
import { expect, test } from 'vitest'
import type { SampleSpan } from '../dialects/sample-span.ts'
import { observeUsageEvent } from '../normalise/usage-event.ts'
import type { Observation } from '../observation.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { someTime } from '../testing/observations.ts'
import { observeSample } from '../testing/observe-sample.ts'

const traceId = 'a'.repeat(32)
const madeUp = 'chatcmpl-65589f85-276e-4915-bdc8-d065e41ec5ad'
const callId = 'c2aa6ae7-ceab-4cad-9158-f1605f43fbe5'
const usageObject = { prompt_tokens: 140, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 100 } }

function span(spanId: string, rest: SampleSpan): Observation {
  const times = { startMs: someTime, endMs: someTime + 800 }
  const observed = observeSample({ traceId, spanId: spanId.repeat(16), ...times, ...rest })
  if (typeof observed === 'string') throw new TypeError(observed)
  return observed
}

const call = {
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.system': 'anthropic',
  'llm.request.type': 'acompletion',
  'gen_ai.response.id': madeUp,
  'litellm.call_id': callId,
  'metadata.usage_object': JSON.stringify(usageObject).replaceAll('"', "'"),
}
const litellm = (spanId: string, name: string) => span(spanId, { scope: ['litellm'], name, attributes: call })

function payload(): Observation {
  const event = readUsageEvent(
    {
      id: madeUp,
      litellm_call_id: callId,
      call_type: 'acompletion',
      status: 'success',
      custom_llm_provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      startTime: someTime / 1000,
      endTime: someTime / 1000 + 0.8,
      response_cost: 0.01,
      metadata: { usage_object: usageObject },
    },
    someTime,
  )
  if (event.kind !== 'ok') throw new TypeError('a payload must be readable')
  return observeUsageEvent(event.value, 'default', someTime)
}

const adk = (spanId: string, name: string, parentSpanId: string, attributes: SampleSpan['attributes']) =>
  span(spanId, {
    scope: ['gcp.vertex.agent', '1.39.1'],
    name,
    kind: 1,
    parentSpanId: parentSpanId === '' ? '' : parentSpanId.repeat(16),
    attributes: { 'gen_ai.request.model': 'gemini-2.5-flash', 'gen_ai.usage.input_tokens': 140, ...attributes },
  })

test.each<[string, readonly Observation[], Partial<Record<string, number>>]>([
  [
    'LiteLLM’s span, the proxy’s copy of it and the payload, under an id that LiteLLM made up',
    [litellm('1', 'litellm_request'), litellm('2', 'Received Proxy Server Request'), payload()],
    { requests: 1, inputTokens: 140, cacheReadTokens: 100, outputTokens: 5 },
  ],
  [
    'Google ADK’s call, and its copy with less in it',
    [
      adk('1', 'call_llm', '', {
        'gen_ai.usage.output_tokens': 10,
        'gen_ai.usage.experimental.reasoning_tokens': 5,
      }),
      adk('2', 'generate_content gemini-2.5-flash', '1', { 'gen_ai.usage.output_tokens': 10 }),
    ],
    { requests: 1, inputTokens: 140, outputTokens: 15, reasoningTokens: 5 },
  ],
  [
    'a client’s span and vLLM’s own',
    [
      span('1', {
        scope: ['opentelemetry.instrumentation.genai.openai', '1.3'],
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'llama',
          'server.address': 'vllm.internal',
          'gen_ai.usage.input_tokens': 140,
          'gen_ai.usage.output_tokens': 5,
        },
      }),
      span('2', {
        scope: ['vllm.llm_engine'],
        name: 'llm_request',
        kind: 2,
        parentSpanId: '1'.repeat(16),
        startMs: someTime + 10,
        endMs: someTime + 790,
        attributes: { 'gen_ai.usage.prompt_tokens': 140, 'gen_ai.usage.completion_tokens': 5 },
      }),
    ],
    { requests: 1, inputTokens: 140, outputTokens: 5 },
  ],
])('%s are one charge, in either order', async (_, observations, expected) => {
  for (const order of [observations, observations.toReversed()]) {
    const store = new MemoryLedgerStore()
    const lander = landerOn(store)
    for (const observation of order) await lander.land([observation])
    const sum = (name: string) =>
      store.entries.reduce((total, entry) => total + Number(entry[name as keyof typeof entry]), 0)
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, sum(name)]))).toEqual(expected)
  }
})
