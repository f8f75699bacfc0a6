import type { InputSemantics } from './dialect.ts'

/** What an OpenLIT instrumentation does with its provider's counts: one package, a different meaning for each. */
export interface OpenlitProvider {
  readonly input: InputSemantics
  /** Thoughts stand beside the output, not inside. */
  readonly reasoningBeside?: true
  /** Its provider says more than is passed on. */
  readonly lossy?: true
}

/** By canonical provider; releases up to 1.45. One that is not here knows no cache, or nobody has verified it. */
export const openlitProviders: Readonly<Record<string, OpenlitProvider>> = {
  // Reasoning of chat completions, audio.
  openai: { input: 'inclusive', lossy: true },
  azure: { input: 'inclusive', lossy: true },
  // Thinking, lifetimes of cache writes.
  anthropic: { input: 'exclusive', lossy: true },
  aws: { input: 'exclusive' },
  google: { input: 'inclusive', reasoningBeside: true, lossy: true },
  vertex: { input: 'inclusive', reasoningBeside: true, lossy: true },
  mistral: { input: 'inclusive' },
  groq: { input: 'inclusive' },
  cohere: { input: 'inclusive' },
  litellm: { input: 'inclusive' },
  together: { input: 'inclusive' },
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
