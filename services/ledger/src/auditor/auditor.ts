import type { Clock } from '@spanledger/runtime/clock'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { hourOf } from '../identity/identity-filter.ts'
import type { Lander } from '../landing/lander.ts'
import type { Key } from '../identity/keys.ts'
import { createAccrualEstimator } from './accrual-estimator.ts'
import { collisionsAtOnce, identityDays, type LedgerStore, sharedKeysAtOnce } from '../ports.ts'

export interface AuditorOptions {
  readonly store: LedgerStore
  readonly lander: Lander
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Between two steps; default a minute. */
  readonly everyMs?: number
  /** How far back it looks; default the identity window. */
  readonly days?: number
  /** Of several ledgers one sweeps, and the others stand by; default this one. */
  readonly isLeader?: () => boolean
}

/** A step reads the keys of the whole window, but compares no more than this many charges' worth of them. */
const chargesPerStep = 2_000_000

export interface Auditor extends Service {
  /** One step of the sweep; resolves with the number of charges it took back: 0 when another ledger leads. */
  step(): Promise<number>
}

/**
 * Finds charges of the last 35 days that hold the same key, and merges them: twins whose event times lie more than
 * an hour apart, and what two processes charged at the same moment; what two wrote or corrected under one name at the
 * same moment it puts right first. Keys are compared in shards, one a step, so that
 * a large ledger is swept slowly and a small one every minute.
 */
export function createAuditor(options: AuditorOptions): Auditor {
  const { store, lander, clock, logger, everyMs = 60_000, days = identityDays, isLeader = () => true } = options
  const reversals = options.metrics.counter(
    'spanledger_auditor_reversals_total',
    'Charges taken back because another charge stands for the same request',
  )
  const failures = options.metrics.counter('spanledger_auditor_failures_total', 'Steps of the sweep that failed')
  const repairs = options.metrics.counter(
    'spanledger_auditor_repairs_total',
    'Charges put right that several ledgers wrote or corrected at the same moment',
  )
  const accruals = createAccrualEstimator({ ...options, days })
  let shard = 0
  let after: Key | undefined
  let afterCharge: Key | undefined
  let cancel: (() => void) | undefined
  let stepping: Promise<unknown> = Promise.resolve()
  let running = false

  async function step(): Promise<number> {
    if (!isLeader()) return 0
    const charges = await store.countCharges(days)
    const shards = Math.max(1, Math.ceil(charges / chargesPerStep))
    if (!isWithinShard()) shard++
    shard %= shards
    await repair(shards)
    const keys = await store.findSharedKeys(days, { shard, shards, after })
    // Many shared keys are taken some at a time: those that cannot be merged must not stand before the others for ever.
    after = keys.length < sharedKeysAtOnce ? undefined : keys.at(-1)
    const now = hourOf(clock.nowMs())
    // A day on either side: the window counts days of the reporting zone, and a clock may run ahead.
    const { reversed } = await lander.reconcile(keys, now - (days + 1) * 24, now + 24)
    if (reversed.length > 0) {
      reversals.inc(reversed.length)
      logger.info(
        { reversed: reversed.length, shard, shards },
        `auditor: took back ${reversed.length} charges of requests charged twice`,
      )
    }
    if (!isWithinShard()) await accruals.step(charges)
    return reversed.length
  }

  async function repair(shards: number): Promise<void> {
    const count = await lander.repair(async () => {
      const collided = await store.findCollided(days, { shard, shards, after: afterCharge })
      afterCharge = collided.size < collisionsAtOnce ? undefined : [...collided.keys()].at(-1)
      return collided.values()
    })
    if (count === 0) return
    repairs.inc(count)
    logger.info({ count, shard, shards }, `auditor: put right ${count} charges that several ledgers wrote at once`)
  }

  const isWithinShard = () => after !== undefined || afterCharge !== undefined

  /** What is too much for one step goes on at once. */
  async function sweep(): Promise<void> {
    do await step()
    while (running && isLeader() && isWithinShard())
  }

  function schedule(): void {
    cancel = clock.after(everyMs, () => {
      stepping = sweep()
        .catch((error: unknown) => {
          failures.inc()
          logger.warn({ err: error }, 'auditor: a step failed and will be tried again')
        })
        .finally(() => {
          if (running) schedule()
        })
    })
  }

  return {
    name: 'auditor',
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
