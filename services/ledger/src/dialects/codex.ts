import type { AttributeMap, OtlpLog } from '@spanledger/schemas/events/otlp'
import { firstText } from './attributes.ts'
import type { LogDialect, LogDrop, LogParts } from './log-dialect.ts'
import { failureOf, httpStatusOf, idFromSession, milliseconds, readCounts, timesOf } from './log-facts.ts'
import { ranks } from './ranks.ts'

/**
 * Codex's events, in the words of its `codex-rs/otel` from the first release to now. It writes each one as a log and as a
 * trace event, and its spans and metrics count the tokens again: the log is charged.
 */
export const codex: LogDialect = {
  name: 'codex',
  namespace: 'codex.',
  scopes: [{ name: 'codex*' }],
  services: ['codex', 'codex-cli', 'codex_cli_rs', 'codex_exec', 'codex_vscode', 'codex-app-server'],
  gate,
  read,
}

/** Counts are texts in some fields and numbers in others. `tool_token_count` is not of tools: it is the total. */
const usageNames = [
  ['input_tokens', 'input_token_count'],
  ['output_tokens', 'output_token_count'],
  ['cache_read_tokens', 'cached_token_count'],
  ['cache_write_tokens', 'cache_write_token_count'],
  ['output_reasoning_tokens', 'reasoning_token_count'],
] as const

function gate({ attributes }: OtlpLog, event: string): 'leaf' | LogDrop {
  if (event === 'api_request') return isRefused(attributes) ? 'leaf' : 'told_elsewhere'
  if (event !== 'sse_event') return 'not_a_request'
  const kind = firstText(attributes, ['event.kind'])
  // Only a stream that broke off has an event of no kind.
  if (kind === undefined || kind === 'response.failed') return 'leaf'
  if (kind !== 'response.completed') return 'not_a_request'
  if (usageNames.some(([, name]) => attributes.has(name))) return 'leaf'
  // Every event of the stream is written as it comes, with how long it took to come, the last one too. What is written of
  // the end itself has no such time before it has counts; without either, its usage could not be read.
  return attributes.has('duration_ms') ? 'told_elsewhere' : 'leaf'
}

/** What was refused has no stream. Other paths than these are asked for lists of models and the like. */
function isRefused(attributes: AttributeMap): boolean {
  const endpoint = firstText(attributes, ['endpoint']) ?? 'unknown'
  const asksModel = endpoint === 'unknown' || /responses|completions/.test(endpoint)
  return asksModel && (httpStatusOf(attributes) ?? '') >= '400'
}

function read(log: OtlpLog, event: string): LogParts {
  const { attributes } = log
  const model = firstText(attributes, ['model', 'slug'])
  return {
    rank: ranks.spanComplete,
    // The provider is configurable, and no event of a request names it.
    provider: model !== undefined && openAiModel.test(model) ? 'openai' : '',
    serverAddress: undefined,
    requestModel: model,
    responseModel: undefined,
    responseId: undefined,
    responseIdInvented: false,
    operation: 'chat',
    serviceTier: firstText(attributes, ['service_tier']),
    region: undefined,
    ...outcomeOf(attributes, event),
    usage: readCounts(attributes, usageNames),
    inputSemantics: 'inclusive',
    ttftMs: milliseconds(attributes.get('ttft_ms')),
    reportedCost: undefined,
    warnings: [],
    eventId: idFromSession('codex', log, firstText(attributes, ['conversation.id']), idNames),
    ...timesOf(log),
  }
}

/** Open weights run anywhere. */
const openAiModel = /^(?:gpt-(?!oss)|chatgpt|codex|o\d)/i
const idNames = ['event.name', 'event.kind', 'attempt', 'model', ...usageNames.map(([, name]) => name)]

function outcomeOf(attributes: AttributeMap, event: string): Pick<LogParts, 'status' | 'errorType'> {
  const kind = firstText(attributes, ['event.kind'])
  if (event === 'sse_event' && kind === 'response.completed') return { status: 'ok', errorType: undefined }
  const failure = failureOf(attributes)
  // The provider was answering when the stream broke off: what it made until then may be billed.
  if (event === 'sse_event' && kind === undefined) return { ...failure, status: 'aborted' }
  return failure
}
