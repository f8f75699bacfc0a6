import type { Clock } from '@spanledger/runtime/clock'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics, Sample } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { Comparison, Tolerance } from './compare.ts'
import { closedWindow, reconcileEveryMs } from './window.ts'

export interface ReconcilerOptions {
  readonly compare: (window: { from: number; to: number }, tolerance: Tolerance) => Promise<readonly Comparison[]>
  readonly tolerance: Tolerance
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Of several ledgers one compares, and the others stand by; default this one. */
  readonly isLeader?: () => boolean
}

export interface Reconciler extends Service {
  /** One comparison, now; nothing when another ledger leads. */
  step(): Promise<readonly Comparison[]>
}

/** Label sets of the metric: the largest differences. */
const maxSeries = 200

/**
 * Holds the ledger against the token metrics of the same services, over the last closed window: what was counted and not
 * charged, or charged more than was counted, shows on /metrics and is logged once.
 */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { compare, tolerance, clock, logger, metrics, isLeader = () => true } = options
  const failures = metrics.counter(
    'spanledger_token_metrics_failures_total',
    'Comparisons with token metrics that failed',
  )
  let latest: readonly Comparison[] = []
  let told = new Set<string>()
  let cancel: (() => void) | undefined
  let stepping: Promise<unknown> = Promise.resolve()
  let running = false
  metrics.collected({
    name: 'spanledger_token_metrics_difference_ratio',
    help: 'Tokens in the ledger beside those of the services’ own metrics: negative when the ledger lacks some, 0 when they agree',
    type: 'gauge',
    collect: () => samples(latest),
  })

  async function step(): Promise<readonly Comparison[]> {
    latest = isLeader() ? await compare(closedWindow(clock.nowMs()), tolerance) : []
    const differing = latest.filter(({ differs }) => differs)
    for (const each of differing) {
      if (!told.has(keyOf(each))) logger.warn({ ...each }, `token metrics: ${describeDifference(each)}`)
    }
    told = new Set(differing.map(keyOf))
    return latest
  }

  function schedule(): void {
    cancel = clock.after(reconcileEveryMs, () => {
      stepping = step()
        .catch((error: unknown) => {
          failures.inc()
          logger.warn({ err: error }, 'token metrics: a comparison failed and will be tried again')
        })
        .finally(() => {
          if (running) schedule()
        })
    })
  }

  return {
    name: 'token-metrics',
    step,
    async start() {
      if (running) return
      running = true
      schedule()
    },
    async stop() {
      running = false
      cancel?.()
      await stepping
    },
  }
}

/** What, and where, in one sentence. */
export function describeDifference(comparison: Comparison): string {
  const { service, provider, model, tokenType, ledgerTokens, metricTokens, ratio } = comparison
  const percent = `${(Math.abs(ratio) * 100).toFixed(1)} %`
  const of = `${tokenType.replaceAll('_', ' ')} tokens of service ${service || '(unnamed)'}${provider && `, ${provider}`}`
  const how = ratio < 0 ? `${percent} are missing from the ledger` : `the ledger holds ${percent} too many`
  const figures = `ledger ${Math.round(ledgerTokens)}, metrics ${Math.round(metricTokens)}`
  return `${how}: ${of} (${figures}${model && `; mostly ${model}`})`
}

function keyOf({ tenant, service, provider, tokenType, ratio }: Comparison): string {
  return JSON.stringify([tenant, service, provider, tokenType, ratio < 0])
}

/** Per service and token type the largest difference, whatever the tenant and provider. */
function samples(comparisons: readonly Comparison[]): Sample[] {
  const largest = new Map<string, Comparison>()
  for (const each of comparisons) {
    const key = JSON.stringify([each.service, each.tokenType])
    const known = largest.get(key)
    if (known === undefined || Math.abs(each.ratio) > Math.abs(known.ratio)) largest.set(key, each)
  }
  return [...largest.values()]
    .toSorted((a, b) => Math.abs(b.ratio) - Math.abs(a.ratio))
    .slice(0, maxSeries)
    .map(({ service, tokenType, ratio }) => ({ labels: { service, token_type: tokenType }, value: ratio }))
}
