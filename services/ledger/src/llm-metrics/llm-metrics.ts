import type { Metrics } from '@spanledger/runtime/metrics'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { keySeparator, LabelSets } from './label-sets.ts'
import { createLatency, latencyBucketsSeconds, type LatencyState, observe } from './latency.ts'

const labels = ['tenant', 'provider', 'model', 'environment', 'team', 'feature'] as const
const latencyLabels = ['tenant', 'provider', 'model'] as const

/** What is counted, by the name of its metric. */
const measures = {
  requests: ['llm_requests_total', 'Requests charged'],
  input: ['llm_tokens_input_total', 'Input tokens, cached ones and cache writes among them'],
  output: ['llm_tokens_output_total', 'Output tokens, reasoning among them'],
  cacheRead: ['llm_cache_read_tokens_total', 'Input tokens that were read from a cache'],
  unpriced: ['llm_unpriced_requests_total', 'Requests without a price: not in llm_cost_usd_total'],
  unpricedTokens: ['llm_unpriced_tokens_total', 'Tokens without a price: not in llm_cost_usd_total'],
  cost: ['llm_cost_usd_total', 'Cost in US dollars, of requests that have a price'],
} as const
type Measure = keyof typeof measures

/** Said with every metric: what the numbers are, and where the exact ones are. */
const note =
  'Since the start of this process; a correction that lowers a sum shows once it has grown past it again (counters do ' +
  'not go down). The exact figures are in the ledger'

interface State {
  /** Signed, as in the ledger. */
  requests: number
  input: number
  output: number
  cacheRead: number
  unpriced: number
  unpricedTokens: number
  costAtto: bigint
  /** The highest that a scrape has seen, in units of the metric. */
  readonly shown: Record<Measure, number>
}

export interface LlmMetrics {
  /** Takes in entries that the ledger now holds. */
  landed(entries: readonly LedgerEntry[]): void
}

/**
 * The conventional `llm_*` metrics, of what this process has landed. At most `maxSeries` label sets, and a tenth as many
 * for latency, whatever tenants, models and features strangers name.
 */
export function createLlmMetrics(metrics: Metrics, maxSeries: number): LlmMetrics {
  const sums = new LabelSets<(typeof labels)[number], State>({
    labels,
    givesWay: [['feature'], ['team', 'environment'], ['model']],
    maxSeries,
    create: () => ({
      requests: 0,
      input: 0,
      output: 0,
      cacheRead: 0,
      unpriced: 0,
      unpricedTokens: 0,
      costAtto: 0n,
      shown: { requests: 0, input: 0, output: 0, cacheRead: 0, unpriced: 0, unpricedTokens: 0, cost: 0 },
    }),
  })
  const latency = new LabelSets<(typeof latencyLabels)[number], LatencyState>({
    labels: latencyLabels,
    givesWay: [['model']],
    maxSeries: Math.max(1, Math.floor(maxSeries / 10)),
    create: createLatency,
  })

  for (const measure of Object.keys(measures) as Measure[]) {
    const [name, help] = measures[measure]
    metrics.collected({ name, help: `${help}. ${note}`, type: 'counter', collect: () => collectSums(sums, measure) })
  }
  metrics.collected({
    name: 'llm_request_latency_seconds',
    help: `Time that a request took, as its first report says. ${note}`,
    type: 'histogram',
    collect: () => collectLatency(latency),
  })
  metrics.collected({
    name: 'spanledger_llm_metrics_series',
    help: 'Label sets of the llm_ metrics; spanledger_llm_metrics_folded_total grows when there are as many as there may be',
    type: 'gauge',
    collect: () => [{ labels: {}, value: sums.size + latency.size }],
  })
  metrics.collected({
    name: 'spanledger_llm_metrics_folded_total',
    help: 'Ledger entries counted under the label value "other", for want of room for another label set',
    type: 'counter',
    collect: () => [{ labels: {}, value: sums.folded + latency.folded }],
  })

  return {
    landed(entries) {
      for (const entry of entries) {
        const { tenant, provider, model, attribution, latencyMs } = entry
        const { environment = '', team = '', feature = '' } = attribution
        const what = `${tenant}${keySeparator}${provider}${keySeparator}${model}`
        const key = `${what}${keySeparator}${environment}${keySeparator}${team}${keySeparator}${feature}`
        const state = sums.of(key, () => [tenant, provider, model, environment, team, feature])
        state.requests += entry.requests
        state.input += entry.inputTokens
        state.output += entry.outputTokens
        state.cacheRead += entry.cacheReadTokens
        state.unpriced += entry.unpricedRequests
        state.unpricedTokens += entry.unpricedTokens
        if (entry.cost !== 0n) state.costAtto += entry.cost
        if (latencyMs !== null && entry.kind === 'charge')
          observe(
            latency.of(what, () => [tenant, provider, model]),
            latencyMs / 1000,
          )
      }
    },
  }
}

function* collectSums(sums: LabelSets<string, State>, measure: Measure) {
  for (const { labels, state } of sums.values()) {
    const now = measure === 'cost' ? Number(decimalFromAtto(state.costAtto)) : state[measure]
    state.shown[measure] = Math.max(state.shown[measure], now)
    yield { labels, value: state.shown[measure] }
  }
}

function* collectLatency(latency: LabelSets<string, LatencyState>) {
  for (const { labels, state } of latency.values()) {
    let count = 0
    for (const [at, le] of latencyBucketsSeconds.entries()) {
      count += state.counts[at] ?? 0
      yield { labels: { ...labels, le }, value: count, suffix: '_bucket' }
    }
    yield { labels: { ...labels, le: '+Inf' }, value: state.count, suffix: '_bucket' }
    yield { labels, value: state.sumSeconds, suffix: '_sum' }
    yield { labels, value: state.count, suffix: '_count' }
  }
}
