import type { InputSemantics } from './dialect.ts'

/** What an OpenLIT instrumentation does with its provider's counts: one package, a different meaning for each. */
export interface OpenlitProducer {
  readonly input: InputSemantics
  /** Thoughts stand beside the output, not inside. */
  readonly reasoningBeside?: true
}

const inclusive = { input: 'inclusive' } as const
const exclusive = { input: 'exclusive' } as const
const google = { input: 'inclusive', reasoningBeside: true } as const

/** By what the scope ends in, `openlit.instrumentation.<name>`; read in the source of 1.45. */
export const openlitPackages: Readonly<Record<string, OpenlitProducer>> = {
  openai: inclusive,
  azure_ai_inference: inclusive,
  anthropic: exclusive,
  bedrock: exclusive,
  google_ai_studio: google,
  vertexai: google,
  mistral: inclusive,
  groq: inclusive,
  cohere: inclusive,
  litellm: inclusive,
  // Counts of its own that include the cache, whoever answered.
  langchain: inclusive,
  together: inclusive,
  ai21: inclusive,
  premai: inclusive,
  reka: inclusive,
  sarvam: inclusive,
}

/** By canonical provider, where the scope does not say. One that is not here knows no cache, or nobody has verified it. */
export const openlitProviders: Readonly<Record<string, OpenlitProducer>> = {
  openai: inclusive,
  azure: inclusive,
  anthropic: exclusive,
  aws: exclusive,
  google,
  vertex: google,
  mistral: inclusive,
  groq: inclusive,
  cohere: inclusive,
  litellm: inclusive,
  together: inclusive,
}

/** One request each; everything else that has an operation is a step around requests, or none of a model. */
export const openlitLeaves: ReadonlyMap<string, string> = new Map([
  ['chat', 'chat'],
  ['text_completion', 'text_completion'],
  ['embeddings', 'embeddings'],
  ['embedding', 'embeddings'],
  ['image', 'image_generation'],
  ['audio', 'speech'],
  ['text_to_speech', 'speech'],
  ['speech_to_text', 'transcription'],
  ['speech_to_text_translate', 'transcription'],
  ['video', 'video_generation'],
  ['realtime', 'chat'],
  ['rerank', 'rerank'],
])

/** Frameworks whose steps are called `chat` as well, while the client underneath writes the request. */
export const openlitFrameworks: ReadonlySet<string> = new Set([
  'ag2',
  'agno',
  'agent_framework',
  'browser_use',
  'controlflow',
  'crew_ai',
  'crewai',
  'dynamiq',
  'haystack',
  'julep',
  'langgraph',
  'letta',
  'llama_index',
  'mem0',
  'openai_agents',
  'pydantic_ai',
  'smolagents',
])
