/**
 * What of an attribute list is kept. An allow-list: only what the ledger can use, in the words of every known dialect.
 * Prompts, answers, tool arguments and results are not on it, so an instrumentation that invents a new place for
 * content stores nothing here. `contentAttributes` names the known places, as a second lock and for the tests.
 */

/** The longest string kept under a key, in UTF-16 code units; 0: the attribute is dropped. A longer string is dropped whole. */
export type KeepAttribute = (key: string) => number

const maxStringLength = 1024
/** Keys whose value is a JSON (or Python) text of tags or counts. */
const longKeys = new Set([
  'metadata',
  'metadata.usage_object',
  'metadata.requester_metadata',
  'langfuse.observation.usage_details',
  'langfuse.observation.cost_details',
  'langsmith.metadata.usage_metadata',
])
const maxLongStringLength = 8192

const keptKeys = new Set([
  ...longKeys,
  // OpenTelemetry GenAI, all generations
  'gen_ai.system',
  'gen_ai.provider.name',
  'gen_ai.operation.name',
  'gen_ai.request.model',
  'gen_ai.request.id',
  'gen_ai.request.n',
  'gen_ai.request.max_tokens',
  'gen_ai.request.stream',
  'gen_ai.request.is_stream',
  'gen_ai.request.service_tier',
  'gen_ai.request.user',
  'gen_ai.response.model',
  'gen_ai.response.id',
  'gen_ai.response.finish_reasons',
  'gen_ai.response.service_tier',
  'gen_ai.response.time_to_first_chunk',
  'gen_ai.is_streaming',
  'gen_ai.conversation.id',
  'gen_ai.agent.id',
  'gen_ai.agent.name',
  'gen_ai.agent.version',
  'gen_ai.workflow.name',
  'gen_ai.tool.name',
  'gen_ai.tool.type',
  'gen_ai.tool.call.id',
  'gen_ai.output.type',
  'gen_ai.prompt.name',
  'gen_ai.prompt.version',
  'gen_ai.embeddings.dimension.count',
  'gen_ai.evaluation.score.value',
  'gen_ai.application_name',
  'gen_ai.environment',
  'gen_ai.client.operation.duration',
  'gen_ai.client.operation.time_to_first_chunk',
  'gen_ai.openai.request.service_tier',
  'gen_ai.openai.response.service_tier',
  'openai.api.type',
  'openai.request.service_tier',
  'openai.response.service_tier',
  // Anthropic's own SDK
  'anthropic.message.stop_reason',
  'anthropic.organization.id',
  'anthropic.workspace.id',
  'anthropic.request.id',
  'anthropic.request.service_tier',
  'anthropic.request.speed',
  'anthropic.request.inference_geo',
  'anthropic.response.service_tier',
  'anthropic.response.speed',
  'anthropic.response.inference_geo',
  // where, who, how it ended
  'server.address',
  'server.port',
  'error.type',
  'http.response.status_code',
  'http.status_code',
  'http.request.resend_count',
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'aws.region',
  'aws.request_id',
  'user.id',
  'user.email',
  'user.account_uuid',
  'organization.id',
  'session.id',
  'enduser.id',
  // OpenInference, older OpenLLMetry, LiteLLM
  'openinference.span.kind',
  'embedding.model_name',
  'reranker.model_name',
  'tag.tags',
  'llm.model_name',
  'llm.request.model',
  'llm.request.model_name',
  'llm.request.type',
  'llm.response.model',
  'llm.response.model_name',
  'llm.provider',
  'llm.system',
  'llm.vendor',
  'llm.user',
  'llm.is_streaming',
  'llm.finish_reason',
  'llm.prompt_template.version',
  'litellm.call_id',
  'litellm.provider.model',
  'metadata.team_id',
  'metadata.team_alias',
  'traceloop.span.kind',
  'traceloop.workflow.name',
  'traceloop.entity.name',
  'traceloop.entity.path',
  'traceloop.entity.version',
  'traceloop.prompt.key',
  'traceloop.prompt.version',
  'traceloop.prompt.version_name',
  // Vercel AI SDK
  'ai.operationId',
  'ai.model.id',
  'ai.model.provider',
  'ai.response.id',
  'ai.response.model',
  'ai.response.finishReason',
  'ai.response.timestamp',
  'ai.response.msToFirstChunk',
  'ai.response.msToFinish',
  'ai.telemetry.functionId',
  'ai.toolCall.id',
  'ai.toolCall.name',
  // Langfuse, LangSmith, pydantic-ai, Google ADK
  'langfuse.observation.type',
  'langfuse.observation.level',
  'langfuse.observation.model.name',
  'langfuse.observation.completion_start_time',
  'langfuse.observation.prompt.name',
  'langfuse.observation.prompt.version',
  'langfuse.observation.metadata.id',
  'langfuse.observation.metadata.service_tier',
  'langfuse.trace.name',
  'langfuse.trace.tags',
  'langfuse.environment',
  'langfuse.release',
  'langfuse.version',
  'langfuse.user.id',
  'langfuse.session.id',
  'langsmith.span.kind',
  'langsmith.span.tags',
  'langsmith.trace.session_id',
  'langsmith.trace.session_name',
  'operation.cost',
  'agent_name',
  'model_name',
  'gcp.vertex.agent.invocation_id',
  'gcp.vertex.agent.session_id',
  'gcp.vertex.agent.event_id',
  // coding agents write flat names
  'model',
  'speed',
  'query_source',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  // dimensions without a prefix, as people put them on resources
  'tenant',
  'customer',
  'environment',
  'project',
  'team',
  'feature',
  'release',
  'workflow',
])

/** Namespaces of counts, names and places: every key in them is kept. */
const keptNamespaces = [
  'gen_ai.usage.',
  'gen_ai.cost.',
  'gen_ai.latency.',
  'gen_ai.server.',
  'anthropic.usage.',
  'llm.token_count.',
  'llm.usage.',
  'llm.cost.',
  'ai.usage.',
  'codex.usage.',
  'metadata.user_api_key_',
  'service.',
  'deployment.',
  'cloud.',
  'telemetry.sdk.',
  'k8s.cluster.',
  'k8s.namespace.',
  'k8s.deployment.',
]

/** Namespaces whose keys the application chooses: kept unless the key says that it carries content. */
const taggedNamespaces = [
  'spanledger.',
  'traceloop.association.properties.',
  'ai.telemetry.metadata.',
  'langfuse.trace.metadata.',
  'langsmith.metadata.',
]

/** A chosen key whose last word is one of these carries content: `user_input`, `finalAnswer`, but not `prompt_version`. */
const contentWords = new Set(
  (
    'answer arguments args body completion content context document documents history input inputs instructions ' +
    'message messages output outputs prompt prompts query question reasoning request response result results ' +
    'text tools transcript'
  ).split(' '),
)

/** The known places of content; `*` stands for any rest of the key. Nothing that matches is ever kept. */
export const contentAttributes = [
  'gen_ai.prompt',
  'gen_ai.prompt.0.*',
  'gen_ai.completion',
  'gen_ai.completion.*',
  'gen_ai.input.*',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
  'gen_ai.tool.description',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.tool.message',
  'gen_ai.content.*',
  'gen_ai.retrieval.query.text',
  'gen_ai.retrieval.documents',
  'input.value',
  'output.value',
  'llm.prompts',
  'llm.prompts.*',
  'llm.completions.*',
  'llm.input_messages.*',
  'llm.output_messages.*',
  'llm.invocation_parameters',
  'llm.prompt_template.template',
  'llm.prompt_template.variables',
  'llm.tools.*',
  'llm.function_call',
  'tool.parameters',
  'retrieval.documents.*',
  'document.content',
  'embedding.embeddings.*',
  'embedding.text',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'ai.prompt',
  'ai.prompt.*',
  'ai.response.text',
  'ai.response.object',
  'ai.response.toolCalls',
  'ai.response.reasoning',
  'ai.response.providerMetadata',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'ai.value',
  'ai.values',
  'ai.schema',
  'langfuse.observation.input',
  'langfuse.observation.output',
  'langfuse.observation.status_message',
  'langfuse.observation.metadata.instructions',
  'langfuse.trace.input',
  'langfuse.trace.output',
  'langsmith.metadata.LANGSMITH_*',
  'gcp.vertex.agent.llm_request',
  'gcp.vertex.agent.llm_response',
  'gcp.vertex.agent.tool_call_args',
  'gcp.vertex.agent.tool_response',
  'pydantic_ai.all_messages',
  'tool_arguments',
  'tool_response',
  'all_messages_events',
  'events',
  'final_result',
  'logfire.msg',
  'model_request_parameters',
  'hidden_params',
  'error.message',
  'error.stack_trace',
  'exception.message',
  'exception.stacktrace',
  'db.statement',
  'url.full',
] as const

const contentKeys = new Set<string>(contentAttributes.filter((pattern) => !pattern.endsWith('*')))
const contentNamespaces = contentAttributes
  .filter((pattern) => pattern.endsWith('*'))
  .map((pattern) => pattern.slice(0, -1))

const verdicts = new Map<string, number>()
const maxVerdicts = 4096
const maxKeyLength = 256

/** See `KeepAttribute`. A look-up for a key seen before; the memory of keys is bounded. */
export function keptAttributes(key: string): number {
  const known = verdicts.get(key)
  if (known !== undefined) return known
  const verdict = judge(key)
  if (verdicts.size >= maxVerdicts) verdicts.clear()
  verdicts.set(key, verdict)
  return verdict
}

function judge(key: string): number {
  if (key.length > maxKeyLength) return 0
  if (contentKeys.has(key) || contentNamespaces.some((namespace) => key.startsWith(namespace))) return 0
  if (longKeys.has(key)) return maxLongStringLength
  if (keptKeys.has(key) || keptNamespaces.some((namespace) => key.startsWith(namespace))) return maxStringLength
  const tagged = taggedNamespaces.find((namespace) => key.startsWith(namespace))
  return tagged !== undefined && !saysContent(key.slice(tagged.length)) ? maxStringLength : 0
}

function saysContent(name: string): boolean {
  return name.split('.').some((segment) => contentWords.has(lastWord(segment)))
}

function lastWord(segment: string): string {
  const words = segment.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[_-]/)
  return (words.at(-1) ?? '').toLowerCase()
}
