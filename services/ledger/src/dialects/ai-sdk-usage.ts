import { isObject } from '@spanledger/schemas/events/event-fields'
import { lifted } from '@spanledger/schemas/events/lifted'
import { parseLooseLiteral } from '@spanledger/schemas/events/loose-literal'
import type { AttributeMap, AttributeValue } from '@spanledger/schemas/events/otlp'
import { type AiProvider, aiNames, aiUsage, metadataCounts } from './ai-sdk-names.ts'
import type { InputSemantics, RawUsage } from './dialect.ts'
import { sumCounts } from './sum-counts.ts'
import { readUsageBlock, type UsageBlock } from './usage-block.ts'

export interface AiUsage {
  readonly usage: RawUsage
  readonly input: InputSemantics
  /** Nothing that the provider said is missing. */
  readonly complete: boolean
}

/** `conventions`: written by AI SDK 7's own integration, whose providers all count inclusively. */
export function readAiUsage(attributes: AttributeMap, provider: AiProvider | undefined, conventions: boolean): AiUsage {
  const usage: RawUsage = {}
  for (const [field, names] of aiUsage) {
    const value = firstCount(attributes, names)
    if (value !== undefined) usage[field] = value
  }
  const seconds = firstCount(attributes, aiNames.seconds)
  if (typeof seconds === 'number') usage.audio_microseconds = Math.round(seconds * 1e6)
  const said = metadataOf(attributes)
  if (said.block) return { ...withBlock(usage, said.block), complete: true }
  const uncached = firstCount(attributes, [aiNames.uncached])
  if (uncached !== undefined) {
    // Anthropic's streams come without their thinking.
    const split = usage.output_reasoning_tokens ?? attributes.get('ai.usage.outputTokenDetails.textTokens')
    return { ...withUncached(usage, uncached), complete: split !== undefined }
  }

  for (const [field, value] of said.counts) usage[field] ??= value
  // Its own counts and what the provider said beside them: only together they may be all.
  const told = said.counts.length > 0 && usage.cache_read_tokens !== undefined
  const cached = hasAny(usage.cache_read_tokens, usage.cache_write_tokens)
  if (conventions) return { usage, input: provider ? 'inclusive' : 'assumed', complete: false }
  if (provider?.reasoningBesideUntil6) {
    const output = sumCounts(usage.output_tokens, usage.output_reasoning_tokens)
    if (output !== undefined) usage.output_tokens = output
  }
  if (provider?.besideUntil6 && cached) return { usage, input: besideOrNot(attributes), complete: told }
  return { usage, input: provider ? 'inclusive' : 'assumed', complete: false }
}

/** The plain part of the input, which only AI SDK 6 and later tell: with it there is nothing to assume. */
function withUncached(usage: RawUsage, uncached: AttributeValue): Pick<AiUsage, 'usage' | 'input'> {
  const { cache_read_tokens: read, cache_write_tokens: write } = usage
  usage.input_tokens ??= sumCounts(uncached, read, write) as AttributeValue
  return { usage, input: uncached === usage.input_tokens && hasAny(read, write) ? 'exclusive' : 'inclusive' }
}

/** The provider's own counts are better than what the SDK made of them; its output may be from the start of a stream. */
function withBlock(usage: RawUsage, block: UsageBlock): Pick<AiUsage, 'usage' | 'input'> {
  const merged = { ...usage, ...block.usage }
  const [own, told] = [usage.output_tokens, block.usage.output_tokens]
  if (typeof own === 'number' && typeof told === 'number' && own > told) merged.output_tokens = own
  return { usage: merged, input: block.input }
}

/** Object generation names no uncached part in any version, so there it does not tell AI SDK 5 from its successors. */
function besideOrNot(attributes: AttributeMap): InputSemantics {
  return String(attributes.get(aiNames.operationId)).includes('Object') ? 'assumed' : 'exclusive'
}

/** What a provider says beside the common counts, `{provider: {…}}`: its whole block, or single counts. */
function metadataOf(attributes: AttributeMap): {
  readonly block?: UsageBlock
  readonly counts: readonly (readonly [keyof RawUsage, AttributeValue])[]
} {
  const text = attributes.get(lifted.usage)
  const metadata = typeof text === 'string' ? parseLooseLiteral(text) : undefined
  if (!isObject(metadata)) return { counts: [] }
  const counts: [keyof RawUsage, AttributeValue][] = []
  for (const said of Object.values(metadata)) {
    if (!isObject(said)) continue
    const inner = said['usage'] ?? said['usageMetadata']
    const block = readUsageBlock(inner)
    if (block?.usage.input_tokens !== undefined) return { block, counts }
    const all: Readonly<Record<string, unknown>> = { ...said, ...(isObject(inner) ? inner : {}) }
    for (const [name, field] of metadataCounts) {
      const count = all[name]
      if (typeof count === 'number') counts.push([field, count])
    }
  }
  return { counts }
}

/** NaN is the SDK's word for "the provider did not say". */
function firstCount(attributes: AttributeMap, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes.get(name)
    if (value !== undefined && !Number.isNaN(value)) return value
  }
  return undefined
}

function hasAny(...counts: readonly (AttributeValue | undefined)[]): boolean {
  return counts.some((count) => typeof count === 'number' && count > 0)
}
