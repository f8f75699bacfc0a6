import type { AttributeValue, OtlpLog } from '@spanledger/schemas/events/otlp'
import { firstText } from './attributes.ts'
import type { LogDialect, LogDrop, LogParts } from './log-dialect.ts'
import { failureOf, idFromSession, milliseconds, readCounts, timesOf } from './log-facts.ts'
import { ranks } from './ranks.ts'

/** Events that tell of an `api_request` or `api_error` again. A refusal comes as a good answer, which has its own event. */
const repeats: ReadonlySet<string> = new Set([
  'api_refusal',
  'api_request_body',
  'api_response_body',
  'api_retries_exhausted',
])

/**
 * Claude Code's events, as its documentation on monitoring has them. Its metrics and its beta spans count the same tokens
 * again: the event is charged, since it alone comes for every request, with its id.
 */
export const claudeCode: LogDialect = {
  name: 'claude_code',
  namespace: 'claude_code.',
  scopes: [{ name: 'com.anthropic.claude_code*' }],
  services: ['claude-code'],
  gate,
  read,
}

function gate(_: OtlpLog, event: string): 'leaf' | LogDrop {
  if (event === 'api_request' || event === 'api_error') return 'leaf'
  return repeats.has(event) ? 'told_elsewhere' : 'not_a_request'
}

function read(log: OtlpLog, event: string): LogParts {
  const { attributes } = log
  const model = firstText(attributes, ['model'])?.replace(longContext, '')
  const failed = event === 'api_error'
  return {
    rank: ranks.spanComplete,
    provider: providerOf(model),
    serverAddress: undefined,
    requestModel: model,
    responseModel: undefined,
    // `request_id` is of the HTTP answer, not of the message in it, by which other instrumentations know the request.
    responseId: undefined,
    responseIdInvented: false,
    operation: 'chat',
    // Fast mode has prices of its own; `normal` is what everything else is.
    serviceTier: attributes.get('speed') === 'fast' ? 'fast' : undefined,
    region: undefined,
    ...(failed ? failureOf(attributes) : { status: 'ok', errorType: undefined }),
    usage: readCounts(attributes, usageNames),
    inputSemantics: 'exclusive',
    ttftMs: milliseconds(attributes.get('ttft_ms')),
    reportedCost: attributes.get('cost_usd') ?? dollars(attributes.get('cost_usd_micros')),
    warnings: [],
    eventId: readId(log),
    ...timesOf(log),
  }
}

/** What Claude Code puts behind a model's name to ask for the long context; the API never sees it. */
const longContext = /\[\d+[km]\]$/i

/** Bedrock's and Vertex AI's names of models cannot be mistaken; a model that is not Claude has some gateway before it. */
function providerOf(model = ''): string {
  if (/^arn:aws[a-z-]*:bedrock:/.test(model) || /^(?:[a-z-]+\.)?anthropic\./.test(model)) return 'aws.bedrock'
  if (/^claude-[\w.-]+@(?:\d{8}|default|latest)$/.test(model)) return 'gcp.vertex_ai'
  return model.includes('claude') ? 'anthropic' : ''
}

const usageNames = [
  ['input_tokens', 'input_tokens'],
  ['output_tokens', 'output_tokens'],
  ['cache_read_tokens', 'cache_read_tokens'],
  ['cache_write_tokens', 'cache_creation_tokens'],
] as const

/** Anthropic's id of the request as it is, for others may know it by that too; else the client's, if there is one. */
function readId(log: OtlpLog): string | undefined {
  const { attributes } = log
  const id = firstText(attributes, ['request_id', 'client_request_id'])
  if (id !== undefined) return id.startsWith('req_') ? id : `claude_code:${id}`
  const session = firstText(attributes, ['session.id', 'prompt.id'])
  return idFromSession('claude_code', log, session, ['event.name', 'model', ...usageNames.map(([, name]) => name)])
}

/** Millionths of a dollar, a whole number. */
function dollars(micros: AttributeValue | undefined): string | undefined {
  if (typeof micros === 'object' || !/^\d{1,15}$/.test(String(micros))) return undefined
  const padded = String(micros).padStart(7, '0')
  return `${padded.slice(0, -6)}.${padded.slice(-6)}`
}
