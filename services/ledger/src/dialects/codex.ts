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
  // What broke off (no kind) or failed is told again as an end without counts, whatever the transport.
  if (kind === undefined || kind === 'response.failed') return 'told_elsewhere'
  if (kind !== 'response.completed') return 'not_a_request'
  if (hasCounts(attributes)) return 'leaf'
  // Every event of a stream is written as it comes, with how long it took to come, and so is its end, before the counts.
  return attributes.has('duration_ms') ? 'told_elsewhere' : 'leaf'
}

function hasCounts(attributes: AttributeMap): boolean {
  return usageNames.some(([, name]) => attributes.has(name))
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
  if (event !== 'sse_event') return failureOf(attributes)
  if (hasCounts(attributes)) return { status: 'ok', errorType: undefined }
  // The provider was answering when the stream ended without its end: what it made until then may be billed.
  return { status: 'aborted', errorType: firstText(attributes, ['error.type']) }
}
