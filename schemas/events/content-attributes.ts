import { countNamespaces, keptKeys, longKeys, taggedNamespaces } from './kept-keys.ts'
import { signalKeys } from './signal-keys.ts'
import { lifted, liftedPrefix } from './lifted.ts'

/**
 * What of an attribute list is kept. An allow-list: only what the ledger can use, in the words of every known dialect.
 * Prompts, answers, tool arguments and results are not on it, so an instrumentation that invents a new place for
 * content stores nothing here. `contentAttributes` names the known places, as a second lock and for the tests.
 */

/** The longest string kept under a key, in UTF-16 code units; 0: the attribute is dropped. A longer string is dropped whole. */
export type KeepAttribute = (key: string) => number

const maxStringLength = 1024
const maxLongStringLength = 8192
/** Names and numbers of log records and data points. */
const maxSignalStringLength = 128
/** Names that a configuration asks for. */
const maxChosenLength = 256
/** No number is longer as text. */
const maxNumberLength = 32

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
  'langfuse.observation.model.parameters',
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
  'tool_input',
  'tool_parameters',
  'function_args',
  'arguments',
  'output',
  'prompt',
  'request_text',
  'request_data',
  'response_data',
  'response_text',
  'error',
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

const liftedKeys = new Set<string>(Object.values(lifted))

const maxVerdicts = 4096
const maxKeyLength = 256

/** Of spans. See `KeepAttribute`. */
export const keptAttributes: KeepAttribute = remembered(judge)

/** Of log records and data points: what spans keep, and the flat names of those who report in this way. */
export const keptSignalAttributes: KeepAttribute = remembered((key) =>
  signalKeys.has(key) ? maxSignalStringLength : judge(key),
)

/** A look-up for a key seen before; the memory of keys is bounded. */
function remembered(judge: KeepAttribute): KeepAttribute {
  const verdicts = new Map<string, number>()
  return function keep(key) {
    const known = verdicts.get(key)
    if (known !== undefined) return known
    const verdict = judge(key)
    if (verdicts.size >= maxVerdicts) verdicts.clear()
    verdicts.set(key, verdict)
    return verdict
  }
}

/** `keep`, and short texts under the further keys that somebody wants. A known place of content stays out. */
export function keepAlso(keep: KeepAttribute, isWanted: (key: string) => boolean): KeepAttribute {
  return remembered((key) => Math.max(keep(key), !isContent(key) && isWanted(key) ? maxChosenLength : 0))
}

/** Is it a known place of content? */
export function isContent(key: string): boolean {
  return contentKeys.has(key) || contentNamespaces.some((namespace) => key.startsWith(namespace))
}

const withLifted = new WeakMap<KeepAttribute, KeepAttribute>()

/**
 * `keep`, of spans in the log: and what the door has lifted out of their content. From a client the same names are
 * nothing.
 */
export function keepLifted(keep: KeepAttribute): KeepAttribute {
  let kept = withLifted.get(keep)
  if (kept === undefined) {
    kept = remembered((key) => (liftedKeys.has(key) ? maxLongStringLength : keep(key)))
    withLifted.set(keep, kept)
  }
  return kept
}

function judge(key: string): number {
  if (key.length > maxKeyLength || isContent(key) || key.startsWith(liftedPrefix)) return 0
  if (longKeys.has(key)) return maxLongStringLength
  if (keptKeys.has(key)) return maxStringLength
  if (countNamespaces.some((namespace) => key.startsWith(namespace))) return maxNumberLength
  const tagged = taggedNamespaces.find((namespace) => key.startsWith(namespace))
  return tagged !== undefined && !saysContent(key.slice(tagged.length)) ? maxStringLength : 0
}

/** Does a key that somebody chose say that it carries content? */
export function saysContent(name: string): boolean {
  return name.split('.').some((segment) => contentWords.has(lastWord(segment)))
}

function lastWord(segment: string): string {
  const words = segment.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[_-]/)
  return (words.at(-1) ?? '').toLowerCase()
}
