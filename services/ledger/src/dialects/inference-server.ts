import { selfHosted } from '../pricing/provider.ts'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { firstOf, firstText, readUsage } from './attributes.ts'
import type { Dialect, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { leafOperations, names, usageNames, wrapperOperations } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'

/**
 * A server's own view of a request: vLLM, SGLang, and whoever else writes a span of kind SERVER by the conventions. It
 * joins the client's trace and says the same tokens again, so it is charged only while no client has told of the request.
 * Text Generation Inference writes no counts: its spans say nothing here.
 */
export const inferenceServer: Dialect = {
  name: 'inference_server',
  scopes: [{ name: 'vllm*' }, { name: 'sglang*' }],
  markers: ['gen_ai.latency.*', 'gen_ai.usage.num_sequences'],
  gate,
  read,
}

export const servedUsage: typeof usageNames = [
  ...usageNames.filter(([field]) => field !== 'cache_read_tokens'),
  [
    'cache_read_tokens',
    [...usageNames.flatMap(([field, of]) => (field === 'cache_read_tokens' ? of : [])), 'gen_ai.usage.cached_tokens'],
  ],
]
/** SGLang divided into two servers: the one that reads the prompt tells of the tokens that the other tells of whole. */
const readsPrompt = /^prefill /i

function gate({ name, attributes }: OtlpSpan): 'leaf' | SpanDrop {
  const operation = firstText(attributes, names.operation)?.toLowerCase()
  if (operation !== undefined && wrapperOperations.has(operation)) return 'wrapper'
  if (readsPrompt.test(name)) return 'wrapper'
  // The steps of a request, and those of starting the server, have no counts.
  const counted = servedUsage.some(([, candidates]) => firstOf(attributes, candidates) !== undefined)
  if (counted) return 'leaf'
  const failed = operation !== undefined && leafOperations.has(operation)
  return failed || name === 'llm_request' ? 'leaf' : 'not_billable'
}

function read(span: OtlpSpan): SpanParts {
  const { attributes, resource } = span
  const parts = readGenAiParts(span, readUsage(attributes, servedUsage))
  const requestId = firstText(attributes, ['gen_ai.request.id'])
  const said = firstText(attributes, names.operation)?.toLowerCase()
  const provider = parts.provider === '' ? selfHosted : parts.provider
  return withOwn(parts, {
    rank: ranks.server,
    provider,
    // The address is its own.
    serverAddress: undefined,
    requestModel: parts.requestModel ?? parts.responseModel ?? firstText(resource.attributes, ['service.name']),
    // It is the client's response id, and a small random one.
    responseId: parts.responseId ?? requestId,
    responseIdInvented: true,
    operation: said === undefined ? operationOf(requestId) : (leafOperations.get(said) ?? said),
    inputSemantics: provider === selfHosted ? 'inclusive' : 'assumed',
    ttftMs: parts.ttftMs ?? milliseconds(firstOf(attributes, firstTokenNames)),
  })
}

export const firstTokenNames = ['gen_ai.latency.time_to_first_token', 'gen_ai.server.time_to_first_token']

const operations: readonly (readonly [prefix: string, operation: string])[] = [
  ['chatcmpl-', 'chat'],
  ['resp_', 'chat'],
  ['cmpl-', 'text_completion'],
  ['embd-', 'embeddings'],
]

/** vLLM's ids say what was asked for. */
function operationOf(requestId: string | undefined): string | undefined {
  return operations.find(([prefix]) => requestId?.startsWith(prefix))?.[1]
}

function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 && seconds < 1e6 ? seconds * 1000 : undefined
}
