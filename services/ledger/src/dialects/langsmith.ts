import { lifted } from '@spanledger/schemas/events/lifted'
import { parseLooseLiteral } from '@spanledger/schemas/events/loose-literal'
import type { AttributeMap, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { firstText, readUsage } from './attributes.ts'
import type { Dialect, RawUsage, SpanDrop, SpanParts } from './dialect.ts'
import { readGenAiParts, withOwn } from './gen-ai-parts.ts'
import { isInventedId } from './invented-ids.ts'
import { langchainProvider } from './langfuse-providers.ts'
import { names, usageNames } from './otel-genai-names.ts'
import { ranks } from './ranks.ts'
import { readUsageBlock } from './usage-block.ts'

export const langsmithNames = {
  runType: 'langsmith.span.kind',
  usage: 'langsmith.metadata.usage_metadata',
  inputDetails: 'gen_ai.usage.input_token_details',
  outputDetails: 'gen_ai.usage.output_token_details',
  provider: 'langsmith.metadata.ls_provider',
  model: 'langsmith.metadata.ls_model_name',
} as const

/** LangSmith's own exporter, python and JavaScript, of the runs of LangChain and of its wrappers. */
export const langsmith: Dialect = {
  name: 'langsmith',
  scopes: [{ name: 'langsmith*' }],
  markers: ['langsmith.span.kind'],
  gate,
  read,
}

/** The operation is no help: a prompt template says `chat` as well, and chains repeat the tokens of their calls. */
function gate({ attributes }: OtlpSpan): 'leaf' | SpanDrop {
  return firstText(attributes, [langsmithNames.runType])?.toLowerCase() === 'llm' ? 'leaf' : 'wrapper'
}

function read(span: OtlpSpan): SpanParts {
  const { attributes } = span
  const { usage, serviceTier } = usageOf(attributes)
  const parts = readGenAiParts(span, usage)
  const responseId = firstText(attributes, [lifted.responseId]) ?? parts.responseId
  const provider = providerOf(attributes)
  return withOwn(parts, {
    rank: isComplete(provider, usage) ? ranks.spanComplete : ranks.spanLossy,
    provider,
    requestModel: parts.requestModel ?? firstText(attributes, [langsmithNames.model]),
    responseId,
    responseIdInvented: isInventedId(responseId),
    operation: 'chat',
    serviceTier: parts.serviceTier ?? serviceTier,
    // LangChain's usage_metadata holds the cached tokens, and so do LangSmith's wrappers of OpenAI and Anthropic.
    inputSemantics: 'inclusive',
  })
}

/** What OpenAI wrote to its cache was left out for long, and where nothing is said of it, it may be again. */
function isComplete(provider: string, usage: RawUsage): boolean {
  if (usage.cache_write_tokens !== undefined) return true
  return provider !== 'openai' && usage.cache_read_tokens !== undefined
}

/** `ls_provider` is the client that was called; `gen_ai.system` is guessed from the model's name, else `langchain`. */
function providerOf(attributes: AttributeMap): string {
  const library = langchainProvider(firstText(attributes, [langsmithNames.provider]))
  if (library !== '') return library
  const guessed = firstText(attributes, names.provider) ?? ''
  return guessed === 'langchain' ? '' : guessed
}

/** Cached and reasoning tokens stand in texts alone: JSON, or Python's repr of a dict. */
function usageOf(attributes: AttributeMap): { usage: RawUsage; serviceTier: string | undefined } {
  const plain = readUsage(attributes, usageNames)
  const details = readUsageBlock({
    input_tokens: plain.input_tokens,
    output_tokens: plain.output_tokens,
    input_token_details: literal(attributes, langsmithNames.inputDetails),
    output_token_details: literal(attributes, langsmithNames.outputDetails),
  })
  const metadata = readUsageBlock(literal(attributes, langsmithNames.usage))
  return {
    usage: { ...plain, ...details?.usage, ...metadata?.usage },
    serviceTier: metadata?.serviceTier ?? details?.serviceTier,
  }
}

function literal(attributes: AttributeMap, name: string): unknown {
  const text = attributes.get(name)
  return typeof text === 'string' ? parseLooseLiteral(text) : undefined
}
