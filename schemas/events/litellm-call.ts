/** What LiteLLM says of a call in the same words, whether in a span or in a StandardLoggingPayload. */

export interface LitellmIds {
  /** The same for every report of one call, span or payload: where the response id is LiteLLM's own, nothing else links them. */
  readonly eventId: string | undefined
  readonly responseId: string | undefined
  /** The response id was made up by LiteLLM: the provider's own reports do not have it. */
  readonly invented: boolean
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const madeUp = new RegExp(`^chatcmpl-${uuid}$`, 'i')
/** Of those whose protocol is not OpenAI's, LiteLLM drops the id; these write such ids themselves. */
const mintSuchIds: ReadonlySet<string> = new Set(['groq', 'cerebras'])
/** A hit of LiteLLM's result cache: the id of the cached answer, and the time of the hit. */
const hitMark = '_cache_hit'
const managedPrefix = 'resp_'
const managed = /^litellm:.*;response_id:(.+)$/s

/**
 * `startMs` tells the attempts of one call that failed: they share its id. A hit of the result cache is known by the call,
 * for its response id is the cached answer's.
 */
export function litellmIds(call: {
  readonly responseId: string | undefined
  readonly callId: string | undefined
  readonly provider: string
  readonly failed: boolean
  readonly hit: boolean
  readonly startMs: number | undefined
}): LitellmIds {
  const { callId, provider } = call
  const responseId = unwrap(call.responseId)
  const made =
    responseId !== undefined &&
    (responseId === callId ||
      responseId.includes(hitMark) ||
      (madeUp.test(responseId) && !mintSuchIds.has(provider.toLowerCase())))
  return {
    eventId: eventIdOf({ ...call, responseId }),
    responseId,
    invented: made,
  }
}

/** Shorter than this behind its prefix, an id may be a local server's small random number, and comes again. */
const unlikelyToRepeat = 16
const idPrefix = /^[a-z]{2,12}[-_]/

function eventIdOf({ responseId, callId, failed, hit, startMs }: Parameters<typeof litellmIds>[0]): string | undefined {
  const known = callId ?? responseId
  if (known === undefined) return undefined
  if (failed) return `litellm:${known}:${Math.floor(startMs ?? 0)}`
  if (hit || responseId === undefined) return `litellm:${known}`
  if (responseId.replace(idPrefix, '').length >= unlikelyToRepeat) return `litellm:${responseId}`
  return callId === undefined ? undefined : `litellm:${callId}:${responseId}`
}

/** The proxy wraps the ids of the Responses API, to find the deployment again; inside is the provider's own. */
function unwrap(responseId: string | undefined): string | undefined {
  if (!responseId?.startsWith(`${managedPrefix}bGl0ZWxsbT`)) return responseId
  const text = Buffer.from(responseId.slice(managedPrefix.length), 'base64').toString('utf8')
  return managed.exec(text)?.[1] ?? responseId
}

/** Call types that are one request each, by the name of their operation; `a…` is the asynchronous twin of a name. */
const operations: ReadonlyMap<string, string> = new Map([
  ['completion', 'chat'],
  ['completion_with_retries', 'chat'],
  ['responses', 'chat'],
  ['anthropic_messages', 'chat'],
  ['chat', 'chat'],
  ['_arealtime', 'chat'],
  ['_aresponses_websocket', 'chat'],
  ['run_thread', 'chat'],
  ['pass_through_endpoint', 'chat'],
  ['text_completion', 'text_completion'],
  ['generate_content', 'generate_content'],
  ['generate_content_stream', 'generate_content'],
  ['embedding', 'embeddings'],
  ['embeddings', 'embeddings'],
  ['rerank', 'rerank'],
  ['image_generation', 'image_generation'],
  ['image_edit', 'image_generation'],
  ['transcription', 'transcription'],
  ['speech', 'speech'],
  ['ocr', 'ocr'],
  ['create_video', 'video_generation'],
  ['video_generation', 'video_generation'],
])

/** undefined: not known to be a request at a provider; it reads or manages something, unless it reports usage. */
export function litellmOperation(callType: string): string | undefined {
  const name = callType.trim().toLowerCase()
  return operations.get(name) ?? (name.startsWith('a') ? operations.get(name.slice(1)) : undefined)
}

/** LiteLLM's names of providers that are further spellings of one; others are known by theirs. */
const providers: ReadonlyMap<string, string> = new Map([
  ['text-completion-openai', 'openai'],
  ['azure_text', 'azure'],
  ['vertex_ai_beta', 'vertex_ai'],
  ['cohere_chat', 'cohere'],
  ['anthropic_text', 'anthropic'],
  ['codestral', 'mistral'],
  ['text-completion-codestral', 'mistral'],
  ['voyage', 'voyageai'],
  ['moonshot', 'moonshotai'],
  ['ollama_chat', 'ollama'],
  ['lm_studio', 'lmstudio'],
  ['llamafile', 'ollama'],
  ['custom_openai', 'openai'],
  ['openai_like', 'openai'],
  ['litellm_proxy', 'litellm'],
])

/** The provider, or where that was not said, the prefix of `model` as LiteLLM writes it, `openai/text-embedding-3-small`. */
export function litellmProvider(provider: string | undefined, model: string | undefined): string {
  const name = provider?.trim().toLowerCase() ?? ''
  if (name !== '' && name !== 'unknown') return providers.get(name) ?? name
  const cut = model?.indexOf('/') ?? -1
  const prefix = cut > 0 ? (model as string).slice(0, cut).trim().toLowerCase() : ''
  return providers.get(prefix) ?? prefix
}
