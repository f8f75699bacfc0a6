import { isObject } from '@spanledger/schemas/events/event-fields'
import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import type { RawUsage } from './dialect.ts'
import { sumCounts } from './sum-counts.ts'

/** A provider's own usage block, as some instrumentations pass it on: its counts, unjudged, and what `input` holds. */
export interface UsageBlock {
  readonly usage: RawUsage
  readonly input: 'inclusive' | 'exclusive'
  /** Anthropic says it in the block; LangChain in the names of the counts. */
  readonly serviceTier?: string
}

type Block = Readonly<Record<string, unknown>>
/** Where a count may stand, best first; several places in one entry are added. */
type Places = readonly (readonly [UsageField, readonly (string | readonly string[])[]])[]

interface Shape {
  /** Names of which one is there in every block of this shape. */
  readonly signs: readonly string[]
  readonly places: Places
  /** Counts whose presence shows that they stand beside `input`, not inside it. */
  readonly beside?: readonly string[]
  /** Names that no block with counts beside its input has. */
  readonly unless?: readonly string[]
}

/** LangChain puts the tier into the name of a count, where it is one of these. */
export const namedTiers = ['priority', 'flex'] as const

function tiered(details: string, name: string): string[] {
  return namedTiers.map((tier) => `${details}.${tier}_${name}`)
}

/** What each provider's own block means. The first shape that fits is the block's. */
const shapes: readonly Shape[] = [
  {
    // OpenAI chat and completions, and whoever speaks that format (LiteLLM brings Anthropic's counts into it).
    signs: ['prompt_tokens', 'completion_tokens'],
    places: [
      ['input_tokens', ['prompt_tokens']],
      ['output_tokens', ['completion_tokens']],
      [
        'cache_read_tokens',
        ['prompt_tokens_details.cached_tokens', 'cache_read_input_tokens', 'prompt_cache_hit_tokens', 'cached_tokens'],
      ],
      [
        'cache_write_tokens',
        [
          'prompt_tokens_details.cache_write_tokens',
          'prompt_tokens_details.cache_creation_tokens',
          'cache_creation_input_tokens',
        ],
      ],
      ['cache_write_5m_tokens', ['prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens']],
      ['cache_write_1h_tokens', ['prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens']],
      ['cache_write_30m_tokens', ['prompt_tokens_details.cache_write_tokens_details.ttl_30m_tokens']],
      ['cache_write_12h_tokens', ['prompt_tokens_details.cache_write_tokens_details.ttl_12h_tokens']],
      ['input_audio_tokens', ['prompt_tokens_details.audio_tokens']],
      ['input_image_tokens', ['prompt_tokens_details.image_tokens']],
      ['output_reasoning_tokens', ['completion_tokens_details.reasoning_tokens']],
      ['output_audio_tokens', ['completion_tokens_details.audio_tokens']],
      ['output_image_tokens', ['completion_tokens_details.image_tokens']],
    ],
  },
  {
    // OpenAI responses, Anthropic messages, LangChain's usage_metadata: one name for the input, three meanings.
    signs: ['input_tokens', 'output_tokens'],
    beside: ['cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation'],
    unless: ['input_tokens_details', 'input_token_details'],
    places: [
      ['input_tokens', ['input_tokens']],
      ['output_tokens', ['output_tokens']],
      [
        'cache_read_tokens',
        [
          'input_tokens_details.cached_tokens',
          'input_token_details.cache_read',
          'cache_read_input_tokens',
          ...tiered('input_token_details', 'cache_read'),
        ],
      ],
      [
        'cache_write_tokens',
        [
          'input_tokens_details.cache_write_tokens',
          'cache_creation_input_tokens',
          'input_token_details.cache_creation',
          ...tiered('input_token_details', 'cache_creation'),
        ],
      ],
      [
        'cache_write_5m_tokens',
        ['cache_creation.ephemeral_5m_input_tokens', 'input_token_details.ephemeral_5m_input_tokens'],
      ],
      [
        'cache_write_1h_tokens',
        ['cache_creation.ephemeral_1h_input_tokens', 'input_token_details.ephemeral_1h_input_tokens'],
      ],
      ['cache_write_30m_tokens', ['input_tokens_details.cache_write_tokens_details.ttl_30m_tokens']],
      ['cache_write_12h_tokens', ['input_tokens_details.cache_write_tokens_details.ttl_12h_tokens']],
      ['input_audio_tokens', ['input_tokens_details.audio_tokens', 'input_token_details.audio']],
      ['input_image_tokens', ['input_tokens_details.image_tokens', 'input_token_details.image']],
      [
        'output_reasoning_tokens',
        [
          'output_tokens_details.reasoning_tokens',
          'output_tokens_details.thinking_tokens',
          'output_token_details.reasoning',
          ...tiered('output_token_details', 'reasoning'),
        ],
      ],
      ['output_audio_tokens', ['output_tokens_details.audio_tokens', 'output_token_details.audio']],
      ['output_image_tokens', ['output_tokens_details.image_tokens', 'output_token_details.image']],
      ['web_searches', ['server_tool_use.web_search_requests']],
    ],
  },
  {
    signs: ['promptTokenCount', 'candidatesTokenCount'],
    places: [
      ['input_tokens', [['promptTokenCount', 'toolUsePromptTokenCount']]],
      ['output_tokens', [['candidatesTokenCount', 'thoughtsTokenCount']]],
      ['cache_read_tokens', ['cachedContentTokenCount']],
      ['output_reasoning_tokens', ['thoughtsTokenCount']],
    ],
  },
  {
    signs: ['prompt_token_count', 'candidates_token_count'],
    places: [
      ['input_tokens', [['prompt_token_count', 'tool_use_prompt_token_count']]],
      ['output_tokens', [['candidates_token_count', 'thoughts_token_count']]],
      ['cache_read_tokens', ['cached_content_token_count']],
      ['output_reasoning_tokens', ['thoughts_token_count']],
    ],
  },
  {
    // Bedrock Converse counts its caches beside the input; the Vercel AI SDK's own block holds them inside.
    signs: ['inputTokens', 'outputTokens'],
    beside: ['cacheReadInputTokens', 'cacheWriteInputTokens'],
    places: [
      ['input_tokens', ['inputTokens']],
      ['output_tokens', ['outputTokens']],
      ['cache_read_tokens', ['cacheReadInputTokens', 'inputTokenDetails.cacheReadTokens', 'cachedInputTokens']],
      ['cache_write_tokens', ['cacheWriteInputTokens', 'inputTokenDetails.cacheWriteTokens']],
      ['output_reasoning_tokens', ['outputTokenDetails.reasoningTokens', 'reasoningTokens']],
    ],
  },
]

/** The same with its paths cut up, once. */
const compiled = shapes.map((shape) => ({
  ...shape,
  places: shape.places.map(([field, places]) => ({
    field,
    places: places.map((place) => (typeof place === 'string' ? [place] : place).map((path) => path.split('.'))),
  })),
}))

/** undefined where the block is of no known shape. Pure; what cannot be a count is left for `normalise` to refuse. */
export function readUsageBlock(block: unknown): UsageBlock | undefined {
  if (!isObject(block)) return undefined
  const shape = compiled.find(({ signs }) => signs.some((sign) => isThere(block[sign])))
  if (!shape) return undefined
  const usage: RawUsage = {}
  for (const { field, places } of shape.places) {
    for (const paths of places) {
      const [first, ...more] = paths
      const single = first && at(block, first)
      const value = more.length === 0 ? single : sumCounts(single, ...more.map((path) => at(block, path)))
      if (value === undefined) continue
      usage[field] = value
      break
    }
  }
  // LangChain says 0 where it has the writes by lifetime: their sum is the count then.
  if (usage.cache_write_tokens === 0) delete usage.cache_write_tokens
  const beside = shape.beside?.some((name) => isThere(block[name])) ?? false
  const inside = shape.unless?.some((name) => isThere(block[name])) ?? false
  const serviceTier = tierOf(block)
  return { usage, input: beside && !inside ? 'exclusive' : 'inclusive', ...(serviceTier && { serviceTier }) }
}

function tierOf(block: Block): string | undefined {
  const said = block['service_tier']
  if (typeof said === 'string') return said
  return namedTiers.find((tier) => at(block, ['input_token_details', tier]) !== undefined)
}

function at(block: Block, path: readonly string[]): AttributeValue | undefined {
  let value: unknown = block
  for (const name of path) {
    if (!isObject(value)) return undefined
    value = value[name]
  }
  return isThere(value) ? (value as AttributeValue) : undefined
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
