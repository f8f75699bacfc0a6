/**
 * Where a recorded answer holds the provider's id of the response, the surest first: names from the outside in, lists left
 * out. OpenAI (chat, responses), Anthropic and Bedrock answer with it at the top; Gemini calls it `responseId`; LangChain
 * and LangSmith wrap the answer in `generations`, LlamaIndex in `raw`.
 */
const places = [
  'llm_output.id',
  'generations.message.kwargs.response_metadata.id',
  'generations.message.response_metadata.id',
  'message.kwargs.response_metadata.id',
  'kwargs.response_metadata.id',
  'response_metadata.id',
  'responseId',
  'response_id',
  'raw.responseId',
  'raw.response_id',
  'raw.id',
  'response.id',
  'id',
  'generations.message.kwargs.id',
  'generations.message.id',
  'kwargs.id',
]
const rankOf = new Map(places.map((place, rank) => [place, rank]))
/** The last name of each of them: few strings of an answer have one of these. */
const lastNames = new Set(places.map((place) => place.slice(place.lastIndexOf('.') + 1)))

/** Ids of parts of an answer: tool calls, reasoning items, files. */
const partOfAnswer = /^(?:asst|call|fc|file|item|rs|thread|tool|toolu|tooluse|ws)[_-]/
const idShape = /^[A-Za-z0-9][\w.:=/+-]{3,127}$/

export function mayBeResponseId(name: string): boolean {
  return lastNames.has(name)
}

/** How sure this place is, 0 best; undefined: it is none. */
export function rankOfPlace(path: string): number | undefined {
  return rankOf.get(path)
}

/** Looks like an id, and no part's: nothing that a person wrote. */
export function isIdShaped(text: string): boolean {
  return idShape.test(text) && !partOfAnswer.test(text)
}
