import type { Clock } from '@spanledger/runtime/clock'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf } from '../identity/identity-filter.ts'
import type { Key } from '../identity/keys.ts'
import { isAccrual, parseBasis } from '../landing/accrual-basis.ts'
import { isWhole } from '../landing/accrual-characters.ts'
import { type AccrualEstimate, estimateAccrual } from '../landing/accrual-correction.ts'
import type { Lander } from '../landing/lander.ts'
import type { PlanContext } from '../landing/plan.ts'
import { accrualsAtOnce, type LedgerStore, type OpenAccrual } from '../ports.ts'
import { createSeries, shiftDay, windowDays } from './accrual-series.ts'

export interface AccrualEstimatorOptions {
  readonly store: LedgerStore
  readonly lander: Lander
  readonly clock: Clock
  readonly metrics: Metrics
  /** How far back it looks. */
  readonly days: number
}

/** The sweep reads the requests of so many days in a step as hold about this many, and at least of one. */
const chargesPerStep = 100_000
/** What was recorded lately is looked at first; again from so long before, for what became readable late. */
const marginMs = 120_000
/** An estimate is not written anew for less than a tenth of it. */
const leastChange = 10n
/** Charges are read back by the hours they lie in: so many at once. */
const hoursAtOnce = 48

/**
 * Estimates what requests without usage may have cost by what others of their series did, where the lengths of what was
 * sent and answered are not known: at once what was recorded lately, and all days in turn, for what had no history then.
 * What has no estimate stays at 0 and counts as unpriced.
 */
export function createAccrualEstimator({ store, lander, clock, metrics, days }: AccrualEstimatorOptions) {
  const estimated = metrics.counter(
    'spanledger_accruals_estimated_total',
    'Requests without usage that were given an estimate, or another one, by what others of their series cost',
  )
  let recordedSince: number | undefined
  /** Days ago at which the sweep goes on, and after which request of these. */
  let daysAgo = 0
  let after: Key | undefined

  /** `charges`: how many there are in all days. Resolves with how many estimates were written. */
  async function step(charges: number): Promise<number> {
    const now = clock.nowMs()
    const lately = await store.findAccruals({ recordedSince: recordedSince ?? now - 3_600_000 })
    const swept = await sweep(now, charges)
    const accruals = new Map([...lately, ...swept].map((accrual) => [accrual.identity, accrual]))
    const written = await estimate([...accruals.values()])
    recordedSince = now - marginMs
    estimated.inc(written)
    return written
  }

  async function sweep(now: number, charges: number): Promise<OpenAccrual[]> {
    // A day more on either side: a clock may run ahead, and the reporting zone too.
    const today = new Date(now + 86_400_000).toISOString().slice(0, 10)
    const last = days + 2
    const perStep = Math.ceil((last * chargesPerStep) / Math.max(chargesPerStep, charges))
    const next = Math.min(daysAgo + perStep, last)
    const found = await store.findAccruals({
      from: shiftDay(today, 1 - next),
      to: shiftDay(today, -daysAgo),
      after,
    })
    after = found.length < accrualsAtOnce ? undefined : found.at(-1)?.identity
    if (after === undefined) daysAgo = next === last ? 0 : next
    return found
  }

  async function estimate(accruals: readonly OpenAccrual[]): Promise<number> {
    const open = accruals.filter(mayChange)
    if (open.length === 0) return 0
    const dates = open.map(({ day }) => day).toSorted()
    const from = shiftDay(dates[0] as string, -windowDays)
    const series = createSeries(await store.sumSeries(open, from, shiftDay(dates.at(-1) as string, windowDays)))
    const wanted = new Map<Key, AccrualEstimate>()
    for (const accrual of open) {
      const better = betterOf(accrual, series.estimate(accrual))
      if (better) wanted.set(accrual.identity, better)
    }
    let written = 0
    for (const some of byHours(open.filter(({ identity }) => wanted.has(identity))))
      written += await write(some, wanted)
    return written
  }

  /** As they stand by then: a report with usage may have come meanwhile. */
  async function write(some: readonly OpenAccrual[], wanted: ReadonlyMap<Key, AccrualEstimate>): Promise<number> {
    let written = 0
    await lander.correct(async (context: PlanContext) => {
      const hours = some.map(({ at }) => hourOf(at))
      const current = await store.findCharges(
        some.map(({ key }) => key),
        hours.reduce((a, b) => Math.min(a, b)),
        hours.reduce((a, b) => Math.max(a, b)),
      )
      const pairs = current.flatMap((entry): LedgerEntry[] => {
        const better = isAccrual(entry) ? betterOf(asOpen(entry), wanted.get(entry.identity)) : undefined
        return better ? estimateAccrual(entry, better, context) : []
      })
      written = pairs.length / 2
      return pairs
    })
    return written
  }

  return { step }
}

type Estimated = Pick<OpenAccrual, 'accruedCost' | 'basis' | 'operation'>

function asOpen({ accruedCost, accrualBasis, operation }: LedgerEntry): Estimated {
  return { accruedCost, basis: accrualBasis, operation }
}

/** Lengths that are known in whole say more of a request than what others cost. */
function mayChange({ basis, operation }: Estimated): boolean {
  const known = parseBasis(basis)
  return known?.by !== 'characters' || !isWhole(known, operation)
}

/** What to write in the place of the present estimate; undefined: it stays. */
function betterOf(accrual: Estimated, found: AccrualEstimate | undefined): AccrualEstimate | undefined {
  if (!found || !mayChange(accrual)) return undefined
  const { accruedCost: present } = accrual
  // What is known of its lengths is the least it cost.
  if (parseBasis(accrual.basis)?.by === 'characters') return found.accruedCost > present ? found : undefined
  const change = found.accruedCost > present ? found.accruedCost - present : present - found.accruedCost
  const larger = found.accruedCost > present ? found.accruedCost : present
  return change * leastChange > larger ? found : undefined
}

function byHours(accruals: readonly OpenAccrual[]): OpenAccrual[][] {
  const groups: OpenAccrual[][] = []
  for (const accrual of accruals.toSorted((a, b) => a.at - b.at)) {
    const first = groups.at(-1)?.[0]
    if (first && hourOf(accrual.at) - hourOf(first.at) < hoursAtOnce) groups.at(-1)?.push(accrual)
    else groups.push([accrual])
  }
  return groups
}
