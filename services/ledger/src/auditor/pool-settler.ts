import type { Clock } from '@spanledger/runtime/clock'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { hourMs, hourOf } from '../identity/identity-filter.ts'
import type { Key } from '../identity/keys.ts'
import { parseBasis } from '../landing/accrual-basis.ts'
import type { Lander } from '../landing/lander.ts'
import { capacityEntries, settleCharge, type SettledWindow } from '../landing/pool-correction.ts'
import type { BusyShare } from '../pools/allocate.ts'
import type { PoolWindowBasis } from '../pools/pool-basis.ts'
import type { Pool, PoolBook } from '../pools/pool-book.ts'
import type { PoolWindow } from '../pools/pool-cost.ts'
import { type PoolRate, settledRate } from '../pools/pool-price.ts'
import { type SettledShare, settleWindow } from '../pools/settle-window.ts'
import { identityDays, type LedgerStore } from '../ports.ts'
import { type PoolCharge, poolChargesAtOnce, type PoolReader } from './pool-reader.ts'
import { repeat } from './repeat.ts'

export interface PoolSettlerOptions {
  readonly reader: PoolReader
  readonly store: Pick<LedgerStore, 'readCharges'>
  readonly lander: Lander
  /** The pools and prices of now. */
  readonly book: () => PoolBook
  readonly priceVersion: () => string
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Of several ledgers one settles, and all know what is settled; default this one. */
  readonly isLeader?: () => boolean
  /** How far back hours are settled; default 35. */
  readonly days?: number
  /** Between two steps; default ten seconds. */
  readonly everyMs?: number
  /** How much of an hour a pool was busy, where servers or the provider measure it: what the requests say otherwise. */
  readonly measured?: (pool: string, hour: number) => Promise<BusyShare | undefined>
}

/** An hour is closed so long after its end. */
const graceMs = 15 * 60_000
/** What was recorded before may become readable so much later. */
const marginMs = 120_000
const windowsPerStep = 100
const correctedAtOnce = 5_000
/** From one settlement of an hour to the next, doubled each time: many late requests must not rewrite it again and again. */
const firstWaitMs = 60_000
const maxWaitMs = 24 * hourMs
/** What others settled meanwhile. */
const readEveryMs = 10 * 60_000

export interface PoolSettler extends Service {
  /** Settles some closed hours; resolves with how many of them changed the ledger. */
  step(): Promise<number>
  /** Of the last settled hour of a pool in which it served anything. */
  rateOf(pool: string): PoolRate | undefined
}

/**
 * Settles what is paid by the hour: once an hour is closed its requests get their exact shares, and what nobody used its own
 * entry. Together they are what the hour cost, which is kept: neither late requests nor other prices change it. Late
 * ones are settled with those before, the first time after a minute, then after twice as long each time, at most a day.
 * Everything is read from the ledger, so a step that was cut off is done again by the next.
 */
export function createPoolSettler(options: PoolSettlerOptions): PoolSettler {
  const { reader, store, lander, book, clock, logger, isLeader = () => true, days = identityDays } = options
  const settled = options.metrics.counter(
    'spanledger_pool_windows_settled_total',
    'Hours of cost pools settled, or settled again',
  )
  const failures = options.metrics.counter('spanledger_pool_failures_total', 'Steps of settling cost pools that failed')
  const rates = new Map<string, PoolRate>()
  /** What is settled, as it was read, and written since. */
  const known = new Map<string, SettledWindow>()
  let readAtMs = Number.NEGATIVE_INFINITY
  /** Settled hours in which something was recorded since. */
  const touched = new Set<string>()
  let recordedSince = 0
  let leads = false
  let warned: ReadonlySet<string> = new Set()

  async function takeStep(): Promise<number> {
    const { pools } = book()
    if (pools.length === 0) return 0
    const now = clock.nowMs()
    const fromHour = hourOf(now) - days * 24
    if (leads !== isLeader()) startAnew()
    if (now - readAtMs >= readEveryMs) await read(fromHour, now)
    if (!leads) return 0
    for (const { recordedAtMs, ...window } of await reader.touchedWindows(recordedSince, fromHour)) {
      const before = known.get(nameOf(window))
      if (before && recordedAtMs >= before.recordedAtMs - marginMs) touched.add(nameOf(window))
    }
    recordedSince = now - marginMs
    let changed = 0
    const wasReadAtMs = readAtMs
    // Should it fail, what it wrote is not known.
    readAtMs = Number.NEGATIVE_INFINITY
    for (const { pool, hour } of due(pools, now, fromHour).slice(0, windowsPerStep)) {
      if (await settle(pool, hour)) changed++
      touched.delete(nameOf({ pool: pool.config.id, hour }))
    }
    readAtMs = wasReadAtMs
    settled.inc(changed)
    return changed
  }

  async function read(fromHour: number, now: number): Promise<void> {
    known.clear()
    for (const window of await reader.settledWindows(fromHour)) {
      known.set(nameOf(window), window)
      learn(window.pool, window.basis)
      // Two ledgers that both led wrote it at the same moment.
      if (window.line !== attoFromDecimal(window.basis.line)) touched.add(nameOf(window))
    }
    readAtMs = now
  }

  /** Another one wrote until now, or does from now on: what the ledger holds is asked again. */
  function startAnew(): void {
    leads = isLeader()
    touched.clear()
    recordedSince = 0
    readAtMs = Number.NEGATIVE_INFINITY
  }

  /** Closed hours, those that were never settled first, the oldest of them first: later ones are estimated by these. */
  function due(pools: readonly Pool[], now: number, fromHour: number) {
    const lastHour = hourOf(now - graceMs) - 1
    const open: { pool: Pool; hour: number }[] = []
    const again: { pool: Pool; hour: number }[] = []
    const withoutRate = new Set<string>()
    for (const pool of pools) {
      const end = Math.min(lastHour, Math.ceil(pool.term.toMs / hourMs) - 1)
      for (let hour = Math.max(fromHour, hourOf(pool.term.fromMs)); hour <= end; hour++) {
        const name = nameOf({ pool: pool.config.id, hour })
        const present = known.get(name)
        if (!present && costOf(pool, hour) !== undefined) open.push({ pool, hour })
        else if (!present) withoutRate.add(pool.config.id)
        else if (touched.has(name) && now - present.recordedAtMs >= waitMs(present)) again.push({ pool, hour })
      }
    }
    for (const id of withoutRate)
      if (!warned.has(id))
        logger.warn({ pool: id }, `cost pool ${id}: an exchange rate is missing: its requests stay estimates`)
    warned = withoutRate
    return open.toSorted((a, b) => a.hour - b.hour).concat(again)
  }

  async function settle(pool: Pool, hour: number): Promise<boolean> {
    const { id, tenant = 'default' } = pool.config
    const present = known.get(nameOf({ pool: id, hour }))
    const window = windowOf(hour)
    const cost = present ? attoFromDecimal(present.basis.cost) : costOf(pool, hour)
    // The prices changed since it was due.
    if (cost === undefined) return false
    const members = await readAll(id, hour)
    const settlement = settleWindow({
      pool,
      window,
      cost,
      members: members.map(({ identity, at, basis }) => ({ id: identity, at, basis })),
      busy: await options.measured?.(id, hour),
    })
    const shares = new Map(members.map(({ identity }, index) => [identity, settlement.shares[index] as SettledShare]))
    let written = 0
    const open = members.filter(({ identity, cost: paid, basis }) => {
      const share = shares.get(identity) as SettledShare
      return paid !== share.cost || JSON.stringify(basis) !== JSON.stringify(share.basis)
    })
    for (let index = 0; index < open.length; index += correctedAtOnce) {
      const some = open.slice(index, index + correctedAtOnce)
      written += await write(some, hour, shares)
    }
    const line = { tenant: present?.tenant ?? tenant, hour, line: settlement.line, basis: settlement.basis }
    await lander.correct(async ({ recordedAt }) => {
      const entries = capacityEntries(line, present, { pool, priceVersion: options.priceVersion(), recordedAt })
      const revision = entries.at(-1)?.revision
      if (revision !== undefined) {
        const settledAtMs = present?.settledAtMs ?? recordedAt
        known.set(nameOf({ pool: id, hour }), { ...line, pool: id, revision, settledAtMs, recordedAtMs: recordedAt })
      }
      written += entries.length
      return entries
    })
    learn(id, settlement.basis)
    return written > 0
  }

  function costOf(pool: Pool, hour: number): bigint | undefined {
    return book().costOf(pool, windowOf(hour))
  }

  async function readAll(pool: string, hour: number): Promise<PoolCharge[]> {
    const all: PoolCharge[] = []
    for (let after: Key | undefined; ; ) {
      const some = await reader.charges(pool, hour, after)
      for (const each of some) all.push(each)
      if (some.length < poolChargesAtOnce) return all
      after = some.at(-1)?.identity
    }
  }

  /** As they stand by then: what changed since it was read is settled with its hour again. */
  async function write(
    some: readonly PoolCharge[],
    hour: number,
    shares: ReadonlyMap<Key, SettledShare>,
  ): Promise<number> {
    let written = 0
    await lander.correct(async (context) => {
      const identities = some.map(({ identity }) => identity)
      const pairs: LedgerEntry[] = []
      for (const entry of await store.readCharges(identities, hour, hour)) {
        const share = shares.get(entry.identity)
        const basis = parseBasis(entry.accrualBasis)
        if (!share || basis?.by !== 'pool' || basis.pool !== share.basis.pool || basis.weight !== share.basis.weight)
          continue
        for (const each of settleCharge(entry, share, context)) pairs.push(each)
      }
      written = pairs.length
      return pairs
    })
    return written
  }

  /** The newest hour in which anything ran says what a request costs until its own is settled. */
  function learn(pool: string, basis: PoolWindowBasis): void {
    const rate = settledRate(basis, book().get(pool)?.config.idle === 'spread')
    const before = rates.get(pool)?.window
    if (rate && !(before !== undefined && before > basis.window)) rates.set(pool, rate)
  }

  let working: Promise<unknown> = Promise.resolve()
  function step(): Promise<number> {
    const turn = working.then(takeStep)
    working = turn.catch(() => {})
    return turn
  }

  function failed(error: unknown): void {
    failures.inc()
    logger.warn({ err: error }, 'cost pools: a step failed and will be tried again')
  }

  let stopRepeating: (() => Promise<void>) | undefined
  return {
    name: 'pool-settler',
    step,
    rateOf: (pool) => rates.get(pool),
    async start() {
      if (stopRepeating) return
      stopRepeating = repeat({ clock, everyMs: options.everyMs ?? 10_000, work: step, failed })
      // What was settled before says what requests cost from the first one on.
      void step().catch(failed)
    },
    async stop() {
      await stopRepeating?.()
      stopRepeating = undefined
      await working
    },
  }
}

function nameOf({ pool, hour }: { readonly pool: string; readonly hour: number }): string {
  return `${hour} ${pool}`
}

function windowOf(hour: number): PoolWindow {
  return { fromMs: hour * hourMs, toMs: (hour + 1) * hourMs }
}

function waitMs({ revision }: SettledWindow): number {
  return Math.min(maxWaitMs, firstWaitMs * 2 ** revision)
}
