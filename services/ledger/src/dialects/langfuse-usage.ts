import { isObject } from '@spanledger/schemas/events/event-fields'
import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import type { RawUsage } from './dialect.ts'
import { sumCounts } from './sum-counts.ts'
import { readUsageBlock, type UsageBlock } from './usage-block.ts'

/**
 * `usage_details`: a provider's own block, as the python OpenAI wrapper passes it on, or Langfuse's buckets, into which
 * the other integrations and the documentation cut it: disjoint, so that the input is the sum of all its buckets.
 */
export function readLangfuseUsage(details: unknown): UsageBlock | undefined {
  if (!isObject(details)) return undefined
  const cut = details['input'] !== undefined || details['output'] !== undefined
  return (cut ? undefined : readUsageBlock(details)) ?? readBuckets(details)
}

/** What a bucket is a part of, and what it is called there. Lower case: modalities are written in both. */
const buckets: ReadonlyMap<string, UsageField> = new Map([
  ['input_cached_tokens', 'cache_read_tokens'],
  ['input_cached', 'cache_read_tokens'],
  ['input_cache_read', 'cache_read_tokens'],
  ['input_cache_read_tokens', 'cache_read_tokens'],
  ['input_cache_read_input_tokens', 'cache_read_tokens'],
  ['cache_read_input_tokens', 'cache_read_tokens'],
  ['input_cache_creation', 'cache_write_tokens'],
  ['input_cache_creation_tokens', 'cache_write_tokens'],
  ['input_cache_creation_input_tokens', 'cache_write_tokens'],
  ['input_cache_write', 'cache_write_tokens'],
  ['input_cache_write_tokens', 'cache_write_tokens'],
  ['cache_creation_input_tokens', 'cache_write_tokens'],
  ['input_cache_creation_5m', 'cache_write_5m_tokens'],
  ['input_ephemeral_5m_input_tokens', 'cache_write_5m_tokens'],
  ['cache_creation_ephemeral_5m_input_tokens', 'cache_write_5m_tokens'],
  ['input_cache_creation_1h', 'cache_write_1h_tokens'],
  ['input_ephemeral_1h_input_tokens', 'cache_write_1h_tokens'],
  ['cache_creation_ephemeral_1h_input_tokens', 'cache_write_1h_tokens'],
  ['input_audio', 'input_audio_tokens'],
  ['input_audio_tokens', 'input_audio_tokens'],
  ['input_modality_audio', 'input_audio_tokens'],
  ['input_image', 'input_image_tokens'],
  ['input_image_tokens', 'input_image_tokens'],
  ['input_modality_image', 'input_image_tokens'],
  ['output_reasoning', 'output_reasoning_tokens'],
  ['output_reasoning_tokens', 'output_reasoning_tokens'],
  ['thoughts_token_count', 'output_reasoning_tokens'],
  ['output_audio', 'output_audio_tokens'],
  ['output_audio_tokens', 'output_audio_tokens'],
  ['output_modality_audio', 'output_audio_tokens'],
  ['output_image', 'output_image_tokens'],
  ['output_image_tokens', 'output_image_tokens'],
  ['output_modality_image', 'output_image_tokens'],
])

/** LangChain's counts by service tier: the rest of that side of the request, and parts that it names after the tier. */
const tiered = /^(input|output)_(priority|flex)(?:_(cache_read|cache_creation|reasoning))?$/
const writes: ReadonlySet<UsageField> = new Set([
  'cache_write_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
])

const lifetimes: readonly (readonly [name: string, UsageField])[] = [
  ['ttl_30m_tokens', 'cache_write_30m_tokens'],
  ['ttl_12h_tokens', 'cache_write_12h_tokens'],
]

type Side = 'input' | 'output'

function readBuckets(details: Readonly<Record<string, unknown>>): UsageBlock {
  const usage: RawUsage = {}
  const sides: Record<Side, AttributeValue[]> = { input: [], output: [] }
  const tiers: Record<Side, AttributeValue[]> = { input: [], output: [] }
  let serviceTier: string | undefined
  for (const [key, value] of Object.entries(details)) {
    if (value === null || typeof value === 'object') continue
    const name = key.toLowerCase()
    const count = value as AttributeValue
    const tier = tiered.exec(name)
    const [, side, tierName, part] = tier ?? []
    const field = tier ? buckets.get(`${side}_${part}`) : fieldOf(name)
    if (field) usage[field] = sumCounts(usage[field], count) as AttributeValue
    if (tier) {
      serviceTier = tierName
      // What was written is within the tier's own count.
      if (part !== 'cache_creation') tiers[side as Side].push(count)
    } else if (!field || !writes.has(field)) {
      const of = field ? sideOf(field) : sideOf(name)
      if (of) sides[of].push(count)
    }
  }
  // Writes by lifetime stand beside their sum in some integrations, and instead of it in others.
  if (usage.cache_write_tokens === 0) delete usage.cache_write_tokens
  const write = usage.cache_write_tokens ?? sumCounts(usage.cache_write_5m_tokens, usage.cache_write_1h_tokens)
  if (write !== undefined && tiers.input.length === 0) sides.input.push(write)
  // The counts by tier are taken out of the others or not, which shows in whether anything is left there.
  for (const side of ['input', 'output'] as const) if (!(Number(details[side]) > 0)) sides[side].push(...tiers[side])
  // Vertex's own count of what was cached stays inside `input`.
  const inside = details['cached_content_token_count']
  if (usage.cache_read_tokens === undefined && typeof inside === 'number') usage.cache_read_tokens = inside

  // The one detail that the JavaScript integration leaves in the form in which it found it.
  const lives = details['input_cache_write_tokens_details']
  for (const [name, field] of lifetimes) {
    const count = isObject(lives) ? lives[name] : undefined
    if (typeof count === 'number') usage[field] = count
  }
  const settled = settleByTotal(details, sumCounts(...sides.input), sumCounts(...sides.output))
  if (settled.input !== undefined) usage.input_tokens = settled.input
  if (settled.output !== undefined) usage.output_tokens = settled.output
  return { usage, input: 'inclusive', ...(serviceTier && { serviceTier }) }
}

function fieldOf(name: string): UsageField | undefined {
  return name.startsWith('cached_modality_') ? 'cache_read_tokens' : buckets.get(name)
}

/** Of a bucket, or of a count that it was found to be. */
function sideOf(name: string): Side | undefined {
  if (name.startsWith('output')) return 'output'
  const isInput = name.startsWith('input') || name.startsWith('cache') || name === 'tool_use_prompt_token_count'
  return isInput && name !== 'cached_content_token_count' ? 'input' : undefined
}

/**
 * Langfuse's integrations take every detail out of `input` and `output` and stop at 0, although details may overlap
 * (text and image parts beside cached ones), and the JavaScript one ends at null where a detail is no number. The total
 * is the provider's own, so it says what the side with such a rest really was.
 */
function settleByTotal(
  { input, output, total }: Readonly<Record<string, unknown>>,
  inputs: AttributeValue | undefined,
  outputs: AttributeValue | undefined,
): { input: AttributeValue | undefined; output: AttributeValue | undefined } {
  if (typeof total !== 'number') return { input: inputs, output: outputs }
  const [read, written] = [asNumber(inputs), asNumber(outputs)]
  const excess = read + written - total
  const unknownInput = input === null && output !== null && total >= written
  if (unknownInput || (excess > 0 && input === 0 && output !== 0 && total >= written)) {
    return { input: total - written, output: outputs }
  }
  if ((output === null && total >= read) || (excess > 0 && output === 0 && input !== 0 && total >= read)) {
    return { input: inputs, output: total - read }
  }
  return { input: inputs, output: outputs }
}

function asNumber(count: AttributeValue | undefined): number {
  return typeof count === 'number' ? count : 0
}
