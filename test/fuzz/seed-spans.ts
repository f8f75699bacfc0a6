import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'

type Attributes = Readonly<Record<string, AttributeValue>>

const startMs = Date.UTC(2026, 10, 20, 10)

function span(
  index: number,
  [scope, version]: readonly [string, string],
  name: string,
  attributes: Attributes,
): OtlpSpan {
  return {
    resource: { attributes: new Map([['service.name', 'checkout']]) },
    scope: { name: scope, version },
    traceId: String(index + 1).padStart(32, '0'),
    spanId: String(index + 1).padStart(16, '0'),
    parentSpanId: '',
    name,
    kind: 3,
    startMs: startMs + index * 1_000,
    endMs: startMs + index * 1_000 + 800,
    statusCode: 0,
    attributes: new Map(Object.entries(attributes)),
  }
}

const openai: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.system': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.response.id': 'chatcmpl-9',
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 100,
}
const cached: Attributes = {
  'gen_ai.usage.cache_read.input_tokens': 200,
  'gen_ai.usage.cache_creation.input_tokens': 300,
  'gen_ai.usage.reasoning_tokens': 40,
}

/** A request of each instrumentation, as it writes them, all counts whole and consistent. */
export const seedSpans: readonly OtlpSpan[] = (
  [
    [['opentelemetry.instrumentation.genai.openai', '1.3b0'], 'chat gpt-4o', { ...openai, ...cached }],
    [['opentelemetry.instrumentation.openai_v2', '2.4b0'], 'chat gpt-4o', openai],
    [
      ['opentelemetry.instrumentation.botocore.bedrock-runtime', '0.66b2'],
      'chat us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      {
        ...openai,
        ...cached,
        'gen_ai.system': 'aws.bedrock',
        'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      },
    ],
    [
      ['com.anthropic.sdk.python', '2.11.0'],
      'anthropic.messages.create',
      {
        ...openai,
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4-5-20250929',
        'gen_ai.usage.cache_read.input_tokens': 200,
        'gen_ai.usage.cache_write.input_tokens': 300,
        'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 100,
        'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 200,
      },
    ],
    [
      ['openinference.instrumentation.openai', '0.1.66'],
      'ChatCompletion',
      {
        'openinference.span.kind': 'LLM',
        'llm.system': 'openai',
        'llm.provider': 'openai',
        'llm.model_name': 'gpt-4o',
        'llm.token_count.prompt': 1_000,
        'llm.token_count.completion': 100,
        'llm.token_count.prompt_details.cache_read': 200,
        'llm.token_count.completion_details.reasoning': 40,
        'output.value': '{"id": "chatcmpl-9", "usage": {"prompt_tokens": 1000}}',
        metadata: '{"user_id": "u1", "team": "search"}',
        'tag.tags': ['a', 'b'],
      },
    ],
    [
      ['opentelemetry.instrumentation.openai.v1', '0.62.4'],
      'openai.chat',
      {
        ...openai,
        'gen_ai.usage.cache_read_input_tokens': 200,
        'llm.usage.total_tokens': 1_100,
        'traceloop.association.properties.user_id': 'u1',
        'traceloop.workflow.name': 'answer',
      },
    ],
    [
      ['ai', '6.0.326'],
      'ai.generateText.doGenerate',
      {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.id': 'gpt-4o',
        'ai.model.provider': 'openai.chat',
        'ai.response.id': 'chatcmpl-9',
        'ai.usage.inputTokens': 1_000,
        'ai.usage.outputTokens': 100,
        'ai.usage.inputTokenDetails.noCacheTokens': 800,
        'ai.usage.inputTokenDetails.cacheReadTokens': 200,
        'ai.telemetry.functionId': 'answer',
        'ai.telemetry.metadata.userId': 'u1',
      },
    ],
    [['gen_ai', '7.0.173'], 'chat gpt-4o', { ...openai, ...cached }],
    [
      ['litellm', '1.106.2'],
      'litellm_request',
      {
        ...openai,
        'metadata.usage_object':
          "{'completion_tokens': 100, 'prompt_tokens': 1000, 'prompt_tokens_details': {'cached_tokens': 200, 'audio_tokens': None}}",
        'gen_ai.cost.total_cost': 0.0125,
        'metadata.user_api_key_team_alias': 'search',
      },
    ],
    [
      ['langfuse-sdk', '5.0.4'],
      'OpenAI-generation',
      {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.name': 'gpt-4o',
        'langfuse.observation.usage_details':
          '{"input": 800, "input_cached_tokens": 200, "output": 60, "output_reasoning_tokens": 40, "total": 1100}',
        'langfuse.observation.cost_details': '{"total": 0.0125}',
        'langfuse.trace.metadata.team': '"search"',
      },
    ],
    [
      ['openlit.instrumentation.anthropic', '1.36'],
      'chat claude-sonnet-4-5',
      {
        ...openai,
        ...cached,
        'gen_ai.system': 'anthropic',
        'gen_ai.usage.cost': 0.0125,
        'gen_ai.request.is_stream': true,
      },
    ],
    [
      ['pydantic-ai', '2.68.0'],
      'chat gpt-4o',
      { ...openai, ...cached, 'gen_ai.usage.details.ephemeral_1h_input_tokens': 100, 'operation.cost': 0.0125 },
    ],
    [
      ['langsmith', '0.4'],
      'ChatOpenAI',
      {
        ...openai,
        'langsmith.span.kind': 'llm',
        'langsmith.metadata.usage_metadata':
          '{"input_tokens": 1000, "output_tokens": 100, "input_token_details": {"cache_read": 200}}',
      },
    ],
    [
      ['gcp.vertex.agent', '1.9'],
      'call_llm',
      { ...openai, 'gen_ai.system': 'gcp.vertex.agent', 'gcp.vertex.agent.session_id': 's1' },
    ],
    [
      ['vllm', '0.11'],
      'llm_request',
      {
        'gen_ai.request.id': 'cmpl-1',
        'gen_ai.response.model': 'qwen3-32b',
        'gen_ai.usage.prompt_tokens': 1_000,
        'gen_ai.usage.completion_tokens': 100,
        'gen_ai.latency.time_to_first_token': 0.1,
      },
    ],
  ] as const
).map(([scope, name, attributes], index) => span(index, scope, name, attributes))
