import type { AttributeMap, AttributeValue } from '../events/otlp.ts'

/**
 * Whether a span or log record may come to be a charge, as far as that shows without its dialect: it has a model or a
 * usage, and does not call itself a wrapper. Who asks for a required dimension asks these alone: agents, chains, tools
 * and HTTP spans are never charged.
 */
export function isChargeable(attributes: AttributeMap): boolean {
  let hasSign = false
  for (const [name, value] of attributes) {
    const sign = signOf(name)
    if (sign === undefined) continue
    if (sign === 'usage') hasSign = true
    else if (!sign(value)) return false
  }
  return hasSign
}

/** What a wrapper says of itself, in each dialect: false for a value that a leaf does not have. */
const leafTests: Readonly<Record<string, (value: AttributeValue) => boolean>> = {
  'gen_ai.operation.name': (value) => !wrapperOperations.has(value),
  'openinference.span.kind': (value) => leafKinds.has(value),
  'langfuse.observation.type': (value) => value === 'generation' || value === 'embedding',
  'langsmith.span.kind': (value) => value === 'llm',
  'ai.operationId': (value) => typeof value !== 'string' || /\.do[A-Z]\w*$/.test(value),
  'traceloop.span.kind': () => false,
}
const wrapperOperations = new Set<AttributeValue>([
  'invoke_agent',
  'create_agent',
  'agent_step',
  'execute_tool',
  'invoke_workflow',
  'plan',
  'retrieval',
  'chain',
  'count_tokens',
])
const leafKinds = new Set<AttributeValue>(['LLM', 'EMBEDDING', 'RERANKER'])

const usageNamespaces = [
  'gen_ai.usage.',
  'llm.token_count.',
  'llm.usage.',
  'ai.usage.',
  'anthropic.usage.',
  'codex.usage.',
]
const usageNames = new Set([
  'gen_ai.request.model',
  'gen_ai.response.model',
  'llm.model_name',
  'llm.request.model',
  'llm.request.model_name',
  'llm.response.model',
  'llm.response.model_name',
  'embedding.model_name',
  'reranker.model_name',
  'ai.model.id',
  'ai.response.model',
  'langfuse.observation.model.name',
  'langfuse.observation.usage_details',
  'langsmith.metadata.usage_metadata',
  'metadata.usage_object',
  'spanledger.lifted.usage',
  // coding agents
  'input_tokens',
  'input_token_count',
])

type Sign = 'usage' | ((value: AttributeValue) => boolean) | undefined
const known = new Map<string, Sign>()
const maxKnown = 4096

function signOf(name: string): Sign {
  const before = known.get(name)
  if (before !== undefined || known.has(name)) return before
  const isUsage = usageNames.has(name) || usageNamespaces.some((namespace) => name.startsWith(namespace))
  const sign = isUsage ? 'usage' : Object.hasOwn(leafTests, name) ? leafTests[name] : undefined
  if (known.size >= maxKnown) known.clear()
  known.set(name, sign)
  return sign
}
