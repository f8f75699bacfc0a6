/** The integrations say which client they wrap in the name of the span alone, as long as the application sets none. */
const bySpanName: readonly (readonly [prefix: string, provider: string])[] = [
  ['OpenAI-', 'openai'],
  ['OpenAI.', 'openai'],
  ['ChatOpenAI', 'openai'],
  ['AzureChatOpenAI', 'azure'],
  ['AzureOpenAI', 'azure'],
  ['ChatAnthropic', 'anthropic'],
  ['Anthropic', 'anthropic'],
  ['ChatBedrock', 'aws.bedrock'],
  ['ChatGoogleGenerativeAI', 'gcp.gemini'],
  ['ChatVertexAI', 'gcp.vertex_ai'],
  ['ChatMistralAI', 'mistral'],
  ['ChatCohere', 'cohere'],
  ['ChatGroq', 'groq'],
  ['ChatDeepSeek', 'deepseek'],
  ['ChatXAI', 'xai'],
  ['ChatOllama', 'ollama'],
]

/** LangChain's words, where they are not the canonical ones. */
const langchainProviders: ReadonlyMap<string, string> = new Map([
  ['amazon_bedrock', 'aws.bedrock'],
  ['bedrock_converse', 'aws.bedrock'],
  ['google_genai', 'gcp.gemini'],
  ['google_vertexai', 'gcp.vertex_ai'],
  ['google_anthropic_vertex', 'gcp.vertex_ai'],
  ['azure_openai', 'azure'],
  ['azure_ai', 'azure'],
])

/** LangChain's `ls_provider`, in the words of the conventions; '' where it says nothing. */
export function langchainProvider(named: string | undefined): string {
  return named === undefined ? '' : (langchainProviders.get(named) ?? named)
}

/** Without either the model's name is all there is, as it is for Langfuse itself: those that one vendor alone uses. */
const byModel: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [/^(?:ft:)?(?:gpt-|chatgpt-|o\d|text-embedding-(?:3|ada))/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^(?:[a-z-]+\.)?anthropic\.claude/, 'aws.bedrock'],
  [/^gemini-/, 'gcp.gemini'],
  [/^(?:mistral|codestral|ministral|magistral)-/, 'mistral'],
  [/^deepseek-/, 'deepseek'],
  [/^grok-/, 'xai'],
  [/^command-/, 'cohere'],
]

/** Who was called, where a span says it by a library's word, its own name or the model; '' where it does not. */
export function providerByLibrary(named: string | undefined, spanName: string, model: string | undefined): string {
  if (named !== undefined) return langchainProvider(named)
  const client = bySpanName.find(([prefix]) => spanName.startsWith(prefix))?.[1]
  return client ?? byModel.find(([pattern]) => model !== undefined && pattern.test(model))?.[1] ?? ''
}
