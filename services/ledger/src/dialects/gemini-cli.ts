import type { AttributeMap, OtlpLog } from '@spanledger/schemas/events/otlp'
import { firstText } from './attributes.ts'
import type { RawUsage } from './dialect.ts'
import type { LogDialect, LogDrop, LogParts } from './log-dialect.ts'
import { failureOf, idFromSession, timesOf } from './log-facts.ts'
import { ranks } from './ranks.ts'
import { sumCounts } from './sum-counts.ts'

/**
 * Gemini CLI's events. One answer comes four times: as this event, as `gen_ai.client.inference.operation.details`, in its
 * own metric and in that of the conventions (and once more as a span with development tracing). This event is charged:
 * none of the others has cached, thought and tool tokens of a single request.
 */
export const geminiCli: LogDialect = {
  name: 'gemini_cli',
  namespace: 'gemini_cli.',
  scopes: [{ name: 'gemini-cli' }],
  services: ['gemini-cli'],
  gate(_: OtlpLog, event: string): 'leaf' | LogDrop {
    if (event === 'api_response' || event === 'api_error') return 'leaf'
    return event === 'api_request' ? 'told_elsewhere' : 'not_a_request'
  },
  read,
}

const countNames = [
  'input_token_count',
  'output_token_count',
  'cached_content_token_count',
  'thoughts_token_count',
  'tool_token_count',
] as const

function read(log: OtlpLog, event: string): LogParts {
  const { attributes } = log
  const failed = event === 'api_error'
  return {
    rank: ranks.spanComplete,
    provider: vertexLogins.has(firstText(attributes, ['auth_type']) ?? '') ? 'gcp.vertex_ai' : 'gcp.gen_ai',
    serverAddress: undefined,
    requestModel: firstText(attributes, ['model', 'model_name']),
    responseModel: undefined,
    responseId: undefined,
    responseIdInvented: false,
    operation: 'generate_content',
    serviceTier: undefined,
    region: undefined,
    ...(failed ? failureOf(attributes) : { status: 'ok', errorType: undefined }),
    usage: readUsage(attributes),
    inputSemantics: 'inclusive',
    ttftMs: undefined,
    reportedCost: undefined,
    warnings: [],
    eventId: idFromSession('gemini_cli', log, firstText(attributes, ['session.id', 'prompt_id']), idNames),
    ...timesOf(log),
  }
}

/** Who logs in so is served by Vertex AI, as Gemini CLI's own conventional events say. */
const vertexLogins: ReadonlySet<string> = new Set(['vertex-ai', 'compute-default-credentials', 'oauth-personal'])
const idNames = ['event.name', 'prompt_id', 'model', 'duration_ms', ...countNames]

/** Gemini's counts as they are: the cache is inside the input, thoughts are outside the output, tools' input outside both. */
function readUsage(attributes: AttributeMap): RawUsage {
  const [input, output, cached, thoughts, tools] = countNames.map((name) => attributes.get(name))
  // An answer without usage is written as zeros.
  if ([input, output, thoughts, tools].every((count) => Number(count ?? 0) === 0)) return {}
  const usage: RawUsage = {}
  const inputs = sumCounts(input, tools)
  const outputs = sumCounts(output, thoughts)
  if (inputs !== undefined) usage.input_tokens = inputs
  if (outputs !== undefined) usage.output_tokens = outputs
  if (cached !== undefined) usage.cache_read_tokens = cached
  if (thoughts !== undefined) usage.output_reasoning_tokens = thoughts
  return usage
}
