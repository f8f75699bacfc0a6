import type { Attribution } from '@spanledger/schemas/events/dimensions'
import { prefixBlockTokens } from './mooncake-format.ts'
import { type ServedModel, modelMix, untaggedShare } from './model-mix.ts'
import { PrefixCache } from './prefix-cache.ts'
import { responseIdOf } from './response-id.ts'
import { fractionsOf, hexOf, weighted } from './seeded.ts'
import type { TraceRow } from './trace-row.ts'
import { type Population, whoOf } from './who.ts'

/** A row of a trace as a request of an imagined company: everything but when it happened. */
export interface TraceRequest {
  readonly row: TraceRow
  readonly eventId: string
  readonly responseId: string
  readonly traceId: string
  readonly spanId: string
  readonly model: ServedModel
  readonly attribution: Attribution
  readonly latencyMs: number
  readonly ttftMs: number
  /** Only for traces with prefix blocks. */
  readonly cacheReadTokens?: number
  /** Only for traces with prefix blocks, and providers that bill cache writes. */
  readonly cacheWriteTokens?: number
}

const products = [
  { weight: 28, team: 'support', feature: 'support-assistant', project: 'helpdesk' },
  { weight: 12, team: 'support', feature: 'ticket-triage', project: 'helpdesk' },
  { weight: 18, team: 'search', feature: 'document-search', project: 'knowledge' },
  { weight: 12, team: 'search', feature: 'summaries', project: 'knowledge' },
  { weight: 16, team: 'platform', feature: 'code-review', project: 'devtools' },
  { weight: 8, team: 'platform', feature: 'code-completion', project: 'devtools' },
  { weight: 6, team: 'growth', feature: 'sales-copilot', project: 'outreach' },
]
const population: Population = {
  users: 400,
  environments: [
    { weight: 92, name: 'prod' },
    { weight: 6, name: 'staging' },
    { weight: 2, name: 'dev' },
  ],
}
const cacheBlocks = 50_000

/**
 * The assignment of one trace: a function to be called with its rows in order from the first (the prefix cache has a
 * memory). Everything else depends on (trace id, seed, row) only; rows of one conversation share model, user and tags.
 */
export function createScheme(traceId: string, seed: number): (row: TraceRow) => TraceRequest {
  const cache = new PrefixCache(cacheBlocks)
  const prefix = `${traceId}/${seed}`

  return (row) => {
    const rowLabel = `${prefix}/${row.number}`
    const conversation = row.prefixBlocks?.[1] ?? row.prefixBlocks?.[0]
    const label = conversation === undefined ? rowLabel : `${prefix}/conversation/${conversation}`
    const [ofModel, ofProduct, ofTag] = fractionsOf(`${label}/what`)
    const model = weighted(modelMix, ofModel)
    const ttftMs = Math.round(120 + row.inputTokens / 40 + 200 * fractionsOf(`${rowLabel}/speed`)[0])
    return {
      row,
      eventId: `${traceId}-${seed}-${row.number}`,
      responseId: responseIdOf(model, `${rowLabel}/response`),
      traceId: hexOf(`${rowLabel}/trace`, 32),
      spanId: hexOf(`${rowLabel}/span`, 16),
      model,
      attribution: attributionOf(
        label,
        weighted(products, ofProduct),
        ofTag < untaggedShare,
        conversation !== undefined,
      ),
      latencyMs: ttftMs + row.outputTokens * model.millisecondsPerOutputToken,
      ttftMs,
      ...(row.prefixBlocks && cacheTokens(cache, model, row.inputTokens, row.prefixBlocks)),
    }
  }
}

function attributionOf(
  label: string,
  product: (typeof products)[number],
  isUntagged: boolean,
  hasSession: boolean,
): Attribution {
  const { environment, ...who } = whoOf(label, population)
  return {
    environment,
    project: product.project,
    ...(!isUntagged && { team: product.team, feature: product.feature, service: `${product.feature}-api` }),
    ...who,
    ...(hasSession && { session: hexOf(`${label}/session`, 12) }),
    release: 'v42',
  }
}

/** Prompts are cached from their start; what was not held is written by Anthropic in full blocks, others do not bill writes. */
function cacheTokens(cache: PrefixCache, model: ServedModel, inputTokens: number, blocks: readonly number[]) {
  const hits = cache.take(model.model, blocks)
  const cacheReadTokens = Math.min(hits * prefixBlockTokens, inputTokens)
  if (model.provider !== 'anthropic') return { cacheReadTokens }
  const uncached = inputTokens - cacheReadTokens
  return { cacheReadTokens, cacheWriteTokens: uncached - (uncached % prefixBlockTokens) }
}
