import type { Clock } from '@spanledger/runtime/clock'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { hourOf } from '../identity/identity-filter.ts'
import type { Landed, Lander } from '../landing/lander.ts'
import type { Key } from '../identity/keys.ts'
import type { KnownBy } from '../identity/known-by.ts'
import { createAccrualEstimator } from './accrual-estimator.ts'
import { repeat } from './repeat.ts'
import { createTwinFinder } from './twin-finder.ts'
import { collisionsAtOnce, identityDays, type LedgerStore, sharedKeysAtOnce } from '../ports.ts'

export interface AuditorOptions {
  readonly store: LedgerStore
  readonly lander: Lander
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Between two steps; default a minute. */
  readonly everyMs?: number
  /** Between two looks for twins near what was recorded lately; default two seconds. Longer when a look takes long. */
  readonly lookEveryMs?: number
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
  const {
    store,
    lander,
    clock,
    logger,
    everyMs = 60_000,
    lookEveryMs = 2_000,
    days = identityDays,
    isLeader = () => true,
  } = options
  const reversals = options.metrics.counter(
    'spanledger_auditor_reversals_total',
    'Charges taken back because another charge stands for the same request, by what that was known',
    ['by'],
  )
  const takenBack = (by: readonly KnownBy[]) => {
    for (const each of by) reversals.inc({ by: each })
    if (by.length > 0)
      logger.info({ reversed: by.length }, `auditor: took back ${by.length} charges of requests charged twice`)
  }
  const failures = options.metrics.counter('spanledger_auditor_failures_total', 'Steps of the sweep that failed')
  const repairs = options.metrics.counter(
    'spanledger_auditor_repairs_total',
    'Charges put right that several ledgers wrote or corrected at the same moment',
  )
  const accruals = createAccrualEstimator({ ...options, days })
  const finder = createTwinFinder({ ...options, days, reversed: takenBack })
  let shard = 0
  let after: Key | undefined
  let afterCharge: Key | undefined
  let working: Promise<unknown> = Promise.resolve()
  let running = false

  /** One after another: they share where they are. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = working.then(work)
    working = turn.catch(() => {})
    return turn
  }

  async function takeStep(): Promise<number> {
    if (!isLeader()) return 0
    const charges = await store.countCharges(days)
    const shards = Math.max(1, Math.ceil(charges / chargesPerStep))
    if (!isWithinShard()) shard++
    shard %= shards
    await repair(shards)
    const keys = await store.findSharedKeys(days, { shard, shards, after })
    // Many shared keys are taken some at a time: those that cannot be merged must not stand before the others for ever.
    after = keys.length < sharedKeysAtOnce ? undefined : keys.at(-1)
    const { reversed } = await reconcile(keys)
    takenBack(reversed)
    const twins = isWithinShard() ? 0 : (await finder.lately()) + (await finder.sweep(charges))
    if (!isWithinShard()) await accruals.step(charges)
    return reversed.length + twins
  }

  async function repair(shards: number): Promise<void> {
    const repaired = await lander.repair(async () => {
      const collided = await store.findCollided(days, { shard, shards, after: afterCharge })
      afterCharge = collided.size < collisionsAtOnce ? undefined : [...collided.keys()].at(-1)
      return collided.values()
    })
    if (repaired.length === 0) return
    repairs.inc(repaired.length)
    const count = repaired.length
    logger.info({ count, shard, shards }, `auditor: put right ${count} charges that several ledgers wrote at once`)
    // What was made of all that anybody said may hold more than one request.
    takenBack((await reconcile([...new Set(repaired.flat().flatMap(({ identityKeys }) => identityKeys))])).reversed)
  }

  function reconcile(keys: readonly Key[]): Promise<Landed> {
    const now = hourOf(clock.nowMs())
    // A day on either side: the window counts days of the reporting zone, and a clock may run ahead.
    return lander.reconcile(keys, now - (days + 1) * 24, now + 24)
  }

  const isWithinShard = () => after !== undefined || afterCharge !== undefined

  /** What is too much for one step goes on at once. */
  async function sweep(): Promise<void> {
    do await inTurn(takeStep)
    while (running && isLeader() && isWithinShard())
  }

  async function look(): Promise<void> {
    if (isLeader()) await inTurn(finder.lately)
  }

  function failed(error: unknown): void {
    failures.inc()
    logger.warn({ err: error }, 'auditor: a step failed and will be tried again')
  }

  let stops: (() => Promise<void>)[] = []
  return {
    name: 'auditor',
    step: () => inTurn(takeStep),
    async start() {
      if (running) return
      running = true
      stops = [
        repeat({ clock, everyMs, work: sweep, failed }),
        repeat({ clock, everyMs: lookEveryMs, rest: 10, work: look, failed }),
      ]
    },
    async stop() {
      running = false
      await Promise.all(stops.splice(0).map((stop) => stop()))
    },
  }
}
