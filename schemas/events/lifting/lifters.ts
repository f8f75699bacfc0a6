import { answer } from './answer.ts'
import { answerWithUsage } from './answer-with-usage.ts'
import type { Lifter } from './lifting.ts'
import { parameters } from './parameters.ts'
import { providerMetadata } from './provider-metadata.ts'
import { piece, whole } from './said-characters.ts'

/** So much of a text is looked at, in UTF-16 code units: answers are shorter, and vectors and pictures may be endless. */
export const maxLookedAt = 1 << 20

export type LifterOf = (key: string) => Lifter | undefined

/** One table of what is lifted out of which place of content. */
const lifters: ReadonlyMap<string, Lifter> = new Map([
  ['input.value', whole('input')],
  ['gen_ai.input.messages', whole('input')],
  ['gen_ai.prompt', whole('input')],
  ['ai.prompt', whole('input')],
  ['ai.prompt.messages', whole('input')],
  ['ai.value', whole('input')],
  ['traceloop.entity.input', whole('input')],
  ['langfuse.observation.input', whole('input')],
  ['gcp.vertex.agent.llm_request', whole('input')],
  ['request_text', whole('input')],
  ['output.value', answer],
  ['gen_ai.output.messages', whole('output')],
  ['gen_ai.completion', answer],
  ['ai.response.text', piece('output')],
  ['ai.response.object', piece('output')],
  ['ai.response.reasoning', piece('output')],
  ['ai.response.toolCalls', whole('output')],
  ['traceloop.entity.output', whole('output')],
  ['langfuse.observation.output', whole('output')],
  ['response_text', whole('output')],
  ['gcp.vertex.agent.llm_response', answerWithUsage('usage_metadata', 'usageMetadata')],
  ['request_data', both(whole('input'), parameters)],
  ['response_data', answerWithUsage('usage')],
  ['ai.response.providerMetadata', providerMetadata],
  ['llm.invocation_parameters', parameters],
  ['embedding.invocation_parameters', parameters],
  ['langfuse.observation.model.parameters', parameters],
])

function both(first: Lifter, second: Lifter): Lifter {
  return (text, beyond, into) => {
    first(text, beyond, into)
    second(text, beyond, into)
  }
}

/** Places with a number in their name: one message, or a part of one. */
const indexed: readonly (readonly [namespace: string, lifter: Lifter])[] = [
  ['llm.input_messages.', piece('input')],
  ['llm.output_messages.', piece('output')],
  ['llm.prompts.', piece('input')],
  ['llm.choices.', piece('output')],
  ['llm.completions.', piece('output')],
  ['llm.tools.', piece('input')],
  ['gen_ai.prompt.', piece('input')],
  ['gen_ai.completion.', piece('output')],
  ['embedding.embeddings.', piece('input')],
]
/** Of their names, the last word of those that hold text. */
const textNames = new Set(['content', 'text', 'arguments', 'thinking', 'json_schema'])

const verdicts = new Map<string, Lifter | undefined>()
const maxVerdicts = 4096

/** How the content under this key is lifted; undefined: not at all. Keys come again: bounded memory of them. */
export const lifterOf: LifterOf = (key) => {
  const known = verdicts.get(key)
  if (known !== undefined || verdicts.has(key)) return known
  const lifter = lifters.get(key) ?? findIndexed(key)
  if (verdicts.size >= maxVerdicts) verdicts.clear()
  verdicts.set(key, lifter)
  return lifter
}

function findIndexed(key: string): Lifter | undefined {
  const place = indexed.find(([namespace]) => key.startsWith(namespace))
  return place !== undefined && textNames.has(key.slice(key.lastIndexOf('.') + 1)) ? place[1] : undefined
}
