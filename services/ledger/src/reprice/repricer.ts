import type { Clock } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { repeat } from '../auditor/repeat.ts'
import type { Lander } from '../landing/lander.ts'
import { correctCharges } from './correct-charges.ts'
import type { RepriceJob, RepriceJobs, RepriceProgress, RepriceReader } from './ports.ts'

export interface RepricerOptions {
  readonly reader: RepriceReader
  readonly jobs: RepriceJobs
  readonly lander: Lander
  /** Of the prices of now. */
  readonly priceVersion: () => string
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Of several ledgers one does it; default this one. */
  readonly isLeader?: () => boolean
  /** Between two looks for work; default two seconds. */
  readonly everyMs?: number
  /** How far back charges without a price are given one that arrived; default 35, 0: not at all. */
  readonly unpricedDays?: number
}

export interface Repricer extends Service {
  /** Does what there is to do now. */
  step(): Promise<void>
}

const dayMs = 86_400_000
const reportEveryMs = 1_000
/** Charges without a price that another ledger made with older prices are looked for again so often, and from so long before. */
const againMs = 60_000
const marginMs = 120_000

/**
 * Writes the corrections that prices ask for: of what somebody asked to price anew (`reprice_jobs`), and of charges
 * without a price when prices arrive that know one. What has a price is touched only when it is asked for.
 */
export function createRepricer(options: RepricerOptions): Repricer {
  const { reader, jobs, lander, priceVersion, clock, logger, isLeader = () => true, unpricedDays = 35 } = options
  const corrected = options.metrics.counter(
    'spanledger_repriced_charges_total',
    'Charges corrected because their price is another one now: asked for, or of charges that had no price',
    ['why'],
  )
  const failures = options.metrics.counter(
    'spanledger_reprice_failures_total',
    'Looks for charges to reprice that failed',
  )
  let isStopping = false
  /** The prices that all charges without one were tried with, and when that began. */
  let tried: { version: string; atMs: number } | undefined
  let working: Promise<unknown> = Promise.resolve()

  const mayGoOn = () => isLeader() && !isStopping

  async function work(): Promise<void> {
    if (!mayGoOn()) {
      tried = undefined
      return
    }
    const job = await jobs.next()
    if (job) await carryOut(job)
    else if (unpricedDays > 0) await tryUnpriced()
  }

  async function carryOut(job: RepriceJob): Promise<void> {
    const version = priceVersion()
    const nothing = { charges: 0, corrected: 0, delta: 0n }
    if (job.priceVersion !== version) {
      const message = `prices are ${version} by now, and ${job.priceVersion} were previewed`
      return jobs.report(job, { ...nothing, state: 'failed', message })
    }
    await jobs.report(job, { ...nothing, state: 'running', message: '' })
    let reportedMs = clock.nowMs()
    let before = 0
    let end = 'done' as 'done' | 'failed' | 'cancelled' | 'left'
    const goesOn = async (progress: RepriceProgress): Promise<boolean> => {
      corrected.inc({ why: 'asked' }, progress.corrected - before)
      before = progress.corrected
      if (!mayGoOn()) end = 'left'
      else if (priceVersion() !== version) end = 'failed'
      else if (clock.nowMs() - reportedMs >= reportEveryMs) {
        reportedMs = clock.nowMs()
        if ((await jobs.status(job.id))?.state === 'cancelled') end = 'cancelled'
        else await jobs.report(job, { ...progress, state: 'running', message: '' })
      }
      return end === 'done'
    }
    const done = await correctCharges({ reader, lander, wanted: job.wanted, goesOn }).catch((error: unknown) =>
      giveUp(job, error),
    )
    if (!done) return
    // Who leads by then, or starts again, goes over it once more.
    if (end === 'left') return
    const message = end === 'failed' ? 'prices changed meanwhile: what was corrected stays' : ''
    await jobs.report(job, { ...done, state: end, message })
    logger.info(
      { job: job.id, ...sayable(done), state: end },
      `reprice: corrected ${done.corrected} of ${done.charges} charges`,
    )
  }

  /** What can never be done is not tried for ever: it would stand before everything else. */
  async function giveUp(job: RepriceJob, error: unknown): Promise<undefined> {
    if (!(error instanceof SpanledgerError) || error.retryable) throw error
    logger.error({ err: error, job: job.id }, 'reprice: a job failed for good')
    await jobs.report(job, { charges: 0, corrected: 0, delta: 0n, state: 'failed', message: error.message })
    return undefined
  }

  async function tryUnpriced(): Promise<void> {
    const version = priceVersion()
    const now = clock.nowMs()
    const isKnown = tried?.version === version
    if (isKnown && now - (tried?.atMs ?? 0) < againMs) return
    const wanted = {
      fromMs: now - unpricedDays * dayMs,
      // A source's clock may run ahead.
      toMs: now + dayMs,
      priceState: 'unpriced',
      otherThanVersion: version,
      ...(isKnown && { recordedSinceMs: (tried?.atMs ?? 0) - marginMs }),
    }
    let before = 0
    let startedMs = now
    let isWhole = true
    const goesOn = async (progress: RepriceProgress): Promise<boolean> => {
      corrected.inc({ why: 'price_arrived' }, progress.corrected - before)
      before = progress.corrected
      isWhole = mayGoOn() && priceVersion() === version
      if (isWhole) await rest(clock.nowMs() - startedMs)
      startedMs = clock.nowMs()
      return isWhole
    }
    const done = await correctCharges({ reader, lander, wanted, goesOn })
    if (isWhole) tried = { version, atMs: now }
    if (done.corrected === 0) return
    const what = `${done.corrected} charges that had none, ${decimalFromAtto(done.delta)} USD`
    logger.info({ version, ...sayable(done) }, `unpriced: prices arrived for ${what}`)
  }

  /** As long as the work took: nobody waits for it, and others need the machine. */
  async function rest(ms: number): Promise<void> {
    if (ms > 0 && mayGoOn()) await new Promise<void>((resolve) => clock.after(Math.min(ms, 1_000), resolve))
  }

  function inTurn(): Promise<void> {
    const turn = working.then(work)
    working = turn.catch(() => {})
    return turn
  }

  let stopLooking: (() => Promise<void>) | undefined
  return {
    name: 'repricer',
    step: inTurn,
    async start() {
      isStopping = false
      stopLooking ??= repeat({
        clock,
        everyMs: options.everyMs ?? 2_000,
        work: inTurn,
        failed(error) {
          failures.inc()
          logger.warn({ err: error }, 'reprice: a step failed and will be tried again')
        },
      })
    },
    async stop() {
      isStopping = true
      await stopLooking?.()
      stopLooking = undefined
      await working
    },
  }
}

function sayable({ charges, corrected, delta }: RepriceProgress) {
  return { charges, corrected, delta_usd: decimalFromAtto(delta) }
}
