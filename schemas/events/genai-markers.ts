/** How a span of an LLM call, or of something around one, is told from all other spans: by its scope or its attributes. */

const markers = [
  'gen_ai.',
  'anthropic.',
  'openai.',
  'openinference.',
  'llm.',
  'embedding.',
  'reranker.',
  'traceloop.',
  'litellm.',
  'ai.',
  'langfuse.',
  'langsmith.',
  'codex.',
  'gcp.vertex.agent.',
]

const scopes =
  /^(ai|gen_ai|litellm|langfuse-sdk|langsmith|pydantic-ai|vllm|gcp\.vertex\.agent|traceloop\.tracer|com\.anthropic\.sdk\..*|openinference\.instrumentation\..*|@arizeai\/openinference-.*|@traceloop\/.*|openlit\..*|opentelemetry\.instrumentation\.(genai\..*|openai.*|anthropic.*|botocore\.bedrock.*)|com\.anthropic\.claude_code.*)$/

const known = new Map<string, boolean>()
const maxKnown = 4096

/** Is this attribute a sign of a GenAI span? */
export function marksGenAi(key: string): boolean {
  return remember(`k:${key}`, () => markers.some((marker) => key.startsWith(marker)))
}

/** Is this instrumentation scope one that reports GenAI spans? */
export function isGenAiScope(name: string): boolean {
  return remember(`s:${name}`, () => scopes.test(name))
}

function remember(name: string, judge: () => boolean): boolean {
  const before = known.get(name)
  if (before !== undefined) return before
  const verdict = judge()
  if (known.size >= maxKnown) known.clear()
  known.set(name, verdict)
  return verdict
}
