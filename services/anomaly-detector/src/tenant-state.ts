import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { Arrival, SeriesReader } from './adapters/clickhouse-series-reader.ts'
import { Cube } from './series/cube.ts'
import { SeriesGroups } from './series/groups.ts'
import { dayMs, hourMs, minuteMs } from './series/lengths-of-time.ts'
import { field, sizeOf } from './series/sums.ts'

/** What was missed is judged in steps of at least this, and no more than so many. */
const catchUpStepMs = 10 * minuteMs
const catchUpSteps = 24
/** A tenant of which nothing arrives and nothing is open is judged so rarely. */
const idleEveryMs = minuteMs
/** While more of what arrives is history than this, nothing opens … */
const fillingShare = 0.2
const fillingEntries = 50
/** … until none came for so long; and no longer than this. */
const filledAfterMs = 15_000
const fillingAtMost = 10 * minuteMs

export interface HoursNeeded {
  readonly eligibleSizes: readonly number[]
  readonly days: number
  /** The same for rules that need the same. */
  readonly shape: string
}

/** What has to be known of the past for these rules. */
export function hoursNeeded({ rules }: AlertsConfig): HoursNeeded {
  const sizes = new Set<number>()
  let days = 1
  for (const rule of Object.values(rules)) {
    if (!rule.enabled) continue
    // Of an alert that is open for a week the baseline lies before that week.
    if (rule.kind === 'spend_spike') days = Math.max(days, rule.baseline_days + 9)
    if (rule.kind === 'cost_per_request') days = Math.max(days, 16)
    if (rule.kind === 'unpriced') days = Math.max(days, Math.ceil(rule.window_minutes / 1440) + 1)
    if (rule.kind === 'cache_regression') {
      days = Math.max(days, rule.baseline_days + 9)
      sizes.add(rule.min_input_tokens)
    }
  }
  const eligibleSizes = [...sizes].toSorted((a, b) => a - b)
  return { eligibleSizes, days, shape: JSON.stringify([eligibleSizes, days]) }
}

/** What is known of one tenant between judgements; all of it can be read again. */
export class TenantState {
  readonly tenant: string
  judgedUntilMs: number | undefined
  #newestAtMs = Number.NEGATIVE_INFINITY
  #newestRecordedMs = Number.NEGATIVE_INFINITY
  #touched = new Set<number>()
  #cube: Cube | undefined
  #groups: SeriesGroups | undefined
  #isNew = true
  #lastEntries = ''
  #hasNews = false
  #judgedAtMs = Number.NEGATIVE_INFINITY
  #fillingSinceMs: number | undefined
  #lateAtMs = Number.NEGATIVE_INFINITY

  constructor(tenant: string) {
    this.tenant = tenant
  }

  /** `isFirst`: everything there is, rather than what came since the last time. */
  arrive(arrival: Arrival, isFirst: boolean): void {
    const { newestAt, newestRecordedAt, hours, entries, late, newestLateRecordedAt = newestRecordedAt } = arrival
    if (newestAt > this.#newestAtMs || (newestAt === this.#newestAtMs && newestRecordedAt > this.#newestRecordedMs)) {
      this.#newestAtMs = newestAt
      this.#newestRecordedMs = newestRecordedAt
    }
    for (const hour of hours) this.#touched.add(hour)
    // What is read again for a while looks the same each time.
    const looks = JSON.stringify([entries, late, newestAt, newestRecordedAt])
    if (looks !== this.#lastEntries) this.#hasNews = true
    this.#lastEntries = looks
    if (isFirst) return
    // What is read again for a while is no more history than it was.
    if (late >= fillingEntries && late > fillingShare * entries) this.#lateAtMs = newestLateRecordedAt
  }

  /** Event time where windows end: that of the newest entry, and from there on with the clock. Never ahead of now. */
  frontierMs(knownUntilMs: number, nowMs: number): number {
    const moved = this.#newestAtMs + 1 + Math.max(0, knownUntilMs - this.#newestRecordedMs)
    return Math.max(Math.min(nowMs, moved), this.judgedUntilMs ?? Number.NEGATIVE_INFINITY)
  }

  /** Event times to judge now: one, more after a gap, none when nothing can have changed. */
  stepsUntil(knownUntilMs: number, nowMs: number, hasOpen: boolean): number[] {
    if (this.#newestAtMs === Number.NEGATIVE_INFINITY) return []
    if (!this.#hasNews && !hasOpen && nowMs - this.#judgedAtMs < idleEveryMs) return []
    this.#hasNews = false
    this.#judgedAtMs = nowMs
    const end = this.frontierMs(knownUntilMs, nowMs)
    const begin = this.judgedUntilMs
    if (begin === undefined || end - begin <= 2 * catchUpStepMs) return [end]
    const from = Math.max(begin, end - dayMs)
    const step = Math.max(catchUpStepMs, (end - from) / catchUpSteps)
    const steps: number[] = []
    for (let at = from + step; at < end - step / 2; at += step) steps.push(Math.floor(at))
    return [...steps, end]
  }

  /** History is arriving: baselines are only half there. */
  isFilling(nowMs: number): boolean {
    const isNow = nowMs - this.#lateAtMs < filledAfterMs
    if (!isNow) this.#fillingSinceMs = undefined
    else this.#fillingSinceMs ??= nowMs
    return isNow && nowMs - (this.#fillingSinceMs ?? nowMs) < fillingAtMost
  }

  cube({ eligibleSizes }: HoursNeeded): Cube {
    return (this.#cube ??= new Cube(sizeOf(eligibleSizes.length)))
  }

  groups(needed: HoursNeeded): SeriesGroups {
    return (this.#groups ??= new SeriesGroups(this.tenant, this.cube(needed)))
  }

  /** Reads what is not known, or changed: whole hours, so that reading twice changes nothing. */
  async load(reader: SeriesReader, needed: HoursNeeded, knownUntilMs: number): Promise<void> {
    const cube = this.cube(needed)
    const end = Math.floor(this.#newestAtMs / hourMs) * hourMs + hourMs
    const begin = end - needed.days * dayMs
    const touched = [...this.#touched].filter((hour) => hour >= begin && hour < end)
    const all = this.#isNew || touched.length > 200
    const choice = all ? { from: begin, to: end } : touched
    if (!all && touched.length === 0) return
    const rows = await reader.readHours(this.tenant, choice, knownUntilMs, needed.eligibleSizes)
    cube.clearHours(all ? hoursBetween(begin, end) : touched)
    // The dearest first: where there are too many cells, these are kept apart.
    const dearestFirst = rows.toSorted((a, b) => (b.sums[field.cost] as number) - (a.sums[field.cost] as number))
    for (const { dims, hour, sums, isCurrent } of dearestFirst) cube.add(dims, hour, sums, isCurrent)
    cube.forgetBefore(begin)
    this.#isNew = false
    this.#touched.clear()
  }
}

function hoursBetween(from: number, to: number): number[] {
  return Array.from({ length: Math.round((to - from) / hourMs) }, (_, index) => from + index * hourMs)
}
