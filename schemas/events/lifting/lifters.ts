import { countsOnly, isCountName } from './counts-only.ts'
import { pathOf, walkJson } from './json-walk.ts'
import type { Lifting, Side } from './lifting.ts'
import { isIdShaped, mayBeResponseId, rankOfPlace } from './response-id.ts'
import { isSaid } from './said-characters.ts'

/** So much of a text is looked at, in UTF-16 code units: answers are shorter, and vectors and pictures may be endless. */
export const maxLookedAt = 1 << 20

/**
 * Takes what the ledger needs out of one text of content, of which `text` is the start and `beyond` the length of the
 * rest. In time linear in the text; nothing of it is kept but what is taken.
 */
export type Lifter = (text: string, beyond: number, into: Lifting) => void
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
  ['gcp.vertex.agent.llm_response', adkResponse],
  ['ai.response.providerMetadata', providerMetadata],
  ['llm.invocation_parameters', parameters],
  ['embedding.invocation_parameters', parameters],
  ['langfuse.observation.model.parameters', parameters],
])

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

function piece(side: Side): Lifter {
  return (text, beyond, into) => into.said(side, text.length + beyond, true)
}

function whole(side: Side): Lifter {
  return (text, beyond, into) => into.said(side, charactersSaid(text) + beyond, false)
}

/** The envelope of a message is not what was said. */
function charactersSaid(text: string): number {
  if (!isJson(text)) return text.length
  let said = 0
  walkJson(text, {
    text(keys, depth, _from, _to, characters) {
      if (isSaid(nameOf(keys, depth))) said += characters
    },
  })
  return said
}

/** A string in a list is under the list's name. */
function nameOf(keys: readonly string[], depth: number): string {
  return keys[depth] || keys[depth - 1] || ''
}

function isJson(text: string): boolean {
  return /^\s{0,8}[[{]/.test(text)
}

function isObject(text: string): boolean {
  return /^\s{0,8}\{/.test(text)
}

/** What a provider answered, or what a framework made of it. */
function answer(text: string, beyond: number, into: Lifting): void {
  if (!isJson(text)) return into.said('output', text.length + beyond, false)
  // Of several, in a list, none is the one.
  const single = isObject(text)
  let said = 0
  walkJson(text, {
    text(keys, depth, from, to, characters) {
      const name = nameOf(keys, depth)
      if (isSaid(name)) said += characters
      if (single && name === 'service_tier') takeTier(text, pathOf(keys, depth), from, to, into)
      if (!single || !mayBeResponseId(name) || keys[depth] === '') return
      const rank = rankOfPlace(pathOf(keys, depth))
      if (rank === undefined || to - from > 128) return
      const id = text.slice(from, to)
      if (isIdShaped(id)) into.responseId(id, rank)
    },
  })
  into.said('output', said + beyond, false)
}

/** Of a usage block: longer is none. */
const maxBlockLength = 4096

/** Google ADK: the provider's answer, in whose `usage_metadata` alone older releases report tokens. */
function adkResponse(text: string, beyond: number, into: Lifting): void {
  let said = 0
  let start = -1
  walkJson(text, {
    text(keys, depth, _from, _to, characters) {
      if (start === -1 && isSaid(nameOf(keys, depth))) said += characters
    },
    open(keys, depth, from) {
      if (depth === 1 && (keys[1] === 'usage_metadata' || keys[1] === 'usageMetadata')) start = from
    },
    close(_keys, depth, to) {
      if (depth !== 1 || start === -1) return
      const counts = countsOf(text.slice(start, Math.min(to, start + maxBlockLength)))
      if (counts !== undefined) into.usageBlock(JSON.stringify(counts))
      start = -1
    },
  })
  into.said('output', said + beyond, false)
}

/** Names of providers are as short as this. */
const providerName = /^[a-zA-Z][\w.-]{0,31}$/
const maxProviders = 4

/**
 * Vercel AI SDK: what each provider says beyond the common counts, `{provider: counts}`, among it how long Anthropic's
 * cache writes live.
 */
function providerMetadata(text: string, _beyond: number, into: Lifting): void {
  const providers = new Map<string, Map<string, unknown>>()
  const of = (keys: readonly string[]) => {
    const name = keys[1] as string
    let counts = providers.get(name)
    if (counts === undefined && providers.size < maxProviders && providerName.test(name)) {
      providers.set(name, (counts = new Map()))
    }
    return counts
  }
  let start = -1
  walkJson(text, {
    text(keys, depth, from, to) {
      if (depth <= 3) takeTier(text, keys.slice(2, depth + 1).join('.'), from, to, into)
    },
    number(keys, depth, from, to) {
      if (depth === 2 && isCountName(keys[2] as string)) of(keys)?.set(keys[2] as string, Number(text.slice(from, to)))
    },
    open(keys, depth, from) {
      if (depth === 2 && isCountName(keys[2] as string)) start = from
    },
    close(keys, depth, to) {
      if (depth !== 2 || start === -1) return
      const counts = countsOf(text.slice(start, Math.min(to, start + maxBlockLength)))
      if (counts !== undefined) of(keys)?.set(keys[2] as string, counts)
      start = -1
    },
  })
  if (providers.size === 0) return
  const kept = [...providers].map(([name, counts]) => [name, Object.fromEntries(counts)] as const)
  into.usageBlock(JSON.stringify(Object.fromEntries(kept)))
}

function countsOf(block: string): unknown {
  try {
    return countsOnly(JSON.parse(block))
  } catch {
    return undefined
  }
}

const modelShape = /^[\w.:@/+-]{1,128}$/
const modelNames = new Set(['model', 'model_name', 'model_id', 'modelId'])

/** Where an answer says which tier served it: OpenAI at the top, Anthropic in its usage, the AI SDK in its own spelling. */
const tierPlaces = new Set(['service_tier', 'serviceTier', 'usage.service_tier'])
const tierShape = /^[a-z][a-z_]{1,23}$/

function takeTier(text: string, path: string, from: number, to: number, into: Lifting): void {
  if (!tierPlaces.has(path) || to - from > 24) return
  const tier = text.slice(from, to)
  if (tierShape.test(tier)) into.serviceTier(tier, 'served')
}

/** The parameters of a request; of them only which model and tier were asked for. */
function parameters(text: string, _beyond: number, into: Lifting): void {
  if (!isObject(text)) return
  walkJson(text, {
    text(keys, depth, from, to) {
      if (depth !== 1 || to - from > 128) return
      const value = text.slice(from, to)
      if (keys[1] === 'service_tier' && tierShape.test(value)) into.serviceTier(value, 'wanted')
      if (modelNames.has(keys[1] as string) && modelShape.test(value)) into.requestModel(value)
    },
  })
}
