import { type RecentCell, type SeriesReader, shells } from './adapters/clickhouse-series-reader.ts'
import { type NamedRule, openAlertOf, toldUntilOf } from './alert/decide.ts'
import { type Alert, seriesDimensions } from '@spanledger/schemas/events/alert'
import { followMinutes } from './judge/cost-per-request.ts'
import { judge } from './judge/judge.ts'
import type { Judgement, Range, RecentWindow, Scene } from './judge/judgement.ts'
import type { HourLine } from './series/cube.ts'
import type { Group, SeriesGroups } from './series/groups.ts'
import { dayMs, minuteMs } from './series/lengths-of-time.ts'
import type { LocalTime } from './series/local-time.ts'
import { contains, type Dims, dimsOf, keyOf, matches } from './series/series.ts'
import { addTo, eligible, field, sizeOf } from './series/sums.ts'

interface ScenesOptions {
  readonly tenant: string
  readonly groups: SeriesGroups
  readonly eligibleSizes: readonly number[]
  readonly rules: readonly NamedRule[]
  readonly alerts: readonly Alert[]
  readonly reader: SeriesReader
  readonly time: LocalTime
  readonly untilMs: number
  readonly frontierMs: number
  readonly knownUntilMs: number
  readonly historical: boolean
}

/** The series of a tenant at one moment, each as every rule sees it. */
export interface Scenes {
  judgementsOf(named: NamedRule): readonly Judgement[]
  judgementOf(named: NamedRule, dims: Dims): Judgement
  /** What a stretch of time has above a line midway between the usual and too much, by its amount and volume. */
  surplusLine(named: NamedRule, judgement: Judgement): (range: Range, amount: number, volume: number) => number
  readonly series: number
  readonly cut: number
}

/** Of one rule and tenant; the dearest are judged. */
const maxSeries = 2_000

export async function createScenes(options: ScenesOptions): Promise<Scenes> {
  const { tenant, groups, rules, alerts, reader, untilMs, knownUntilMs, eligibleSizes, historical } = options
  const which = historical ? 'all' : 'current'
  const recents = new Map<number, readonly RecentCell[]>()
  await Promise.all(
    [...new Set(rules.flatMap(unitOf))].map(async (unit) => {
      recents.set(unit, await reader.readRecent(tenant, untilMs, unit, knownUntilMs, eligibleSizes))
    }),
  )
  const judged = new Map<string, Judgement[]>()
  let series = 0
  let cut = 0

  function recentOf({ dims }: Group, named: NamedRule, unit: number): RecentWindow[] {
    const sums = Array.from({ length: shells }, () => new Float64Array(sizeOf(eligibleSizes.length)))
    for (const cell of recentsOf(named, dims, unit)) {
      if (which === 'current' && !cell.isCurrent) continue
      for (let k = cell.shell; k < shells; k++) addTo(sums[k]!, cell.sums)
    }
    return sums.map((one, k) => ({ sums: one, from: untilMs - unit * minuteMs * 2 ** k, to: untilMs }))
  }

  /** The cells of the last minutes that are in a series: grouped once for each set of dimensions. */
  const recentGroups = new Map<string, Map<string, RecentCell[]>>()
  function recentsOf({ rule }: NamedRule, dims: Dims, unit: number): readonly RecentCell[] {
    const dimensions = seriesDimensions.filter((dimension) => dims[dimension] !== undefined)
    const key = JSON.stringify([rule.match, dimensions, unit])
    let groups = recentGroups.get(key)
    if (groups === undefined) {
      groups = new Map()
      for (const cell of recents.get(unit) ?? []) {
        if (!matches(rule.match, tenant, cell.dims)) continue
        const at = keyOf(dimsOf(cell.dims, dimensions))
        const known = groups.get(at)
        if (known) known.push(cell)
        else groups.set(at, [cell])
      }
      recentGroups.set(key, groups)
    }
    return groups.get(keyOf(dims)) ?? []
  }

  function lineOf(group: Group): HourLine {
    group.line.knownUntilMs = options.frontierMs
    return group.line
  }

  function sceneOf(named: NamedRule, group: Group, openSinceMs?: number): Scene {
    return {
      dims: group.dims,
      line: lineOf(group),
      recent: (unit) => recentOf(group, named, unit),
      untilMs,
      toldUntilMs: toldUntilOf(alerts, named.name, group.dims),
      openSinceMs,
      time: options.time,
      which,
      eligiblePlace: (size) => eligibleSizes.indexOf(size),
    }
  }

  function judgeAll(named: NamedRule): Judgement[] {
    const all = groups.all(named.rule)
    cut += Math.max(0, all.length - maxSeries)
    const dearest = all.length > maxSeries ? all.toSorted((a, b) => spendOf(b) - spendOf(a)).slice(0, maxSeries) : all
    series += dearest.length
    const alone = dearest.map((group) => judge(named.rule, sceneOf(named, group)))
    if (named.rule.kind !== 'cache_regression') return alone
    const above = alone.filter(({ level }) => level === 'above')
    return alone.map((one) => asPartOf(one, named, above))
  }

  /** A wide series has volume enough sooner than its parts: in its window they show where the drop comes from. */
  function asPartOf(one: Judgement, named: NamedRule, above: readonly Judgement[]): Judgement {
    if (one.level !== 'within') return one
    const wider = above.find(({ dims }) => contains(dims, one.dims))
    if (wider === undefined) return one
    const scene = sceneOf(named, groups.one(named.rule, one.dims))
    return judge(named.rule, { ...scene, within: wider.frame.window })
  }

  for (const named of rules) judged.set(named.name, judgeAll(named))

  return {
    judgementsOf: (named) => judged.get(named.name) ?? [],
    judgementOf(named, dims) {
      const alert = openAlertOf(alerts, named.name, dims)
      return judge(named.rule, sceneOf(named, groups.one(named.rule, dims), alert?.openedAt))
    },
    surplusLine(named, { dims, frame }) {
      const line = lineOf(groups.one(named.rule, dims))
      switch (frame.kind) {
        case 'spend_spike': {
          const ratio = named.rule.kind === 'spend_spike' ? (1 + named.rule.ratio) / 2 : 1
          return ({ from, to }, amount) => {
            const usual = frame.daysBefore.map((day) => {
              const start = options.time.daysBefore(from, day)
              return line.between(start, start + to - from, 'all')[field.cost] as number
            })
            return amount - (ratio * usual.reduce((sum, one) => sum + one, 0)) / Math.max(1, usual.length)
          }
        }
        case 'cost_per_request': {
          const base = line.between(frame.base.from, frame.base.to, 'all')
          const usual = (base[field.cost] as number) / Math.max(1, base[field.requests] as number)
          const ratio = named.rule.kind === 'cost_per_request' ? (1 + named.rule.ratio) / 2 : 1
          return (_range, amount, volume) => amount - ratio * usual * volume
        }
        case 'cache_regression': {
          const place = eligibleSizes.indexOf(frame.minInputTokens)
          const base = line.between(frame.base.from, frame.base.to, 'all')
          const usual = eligible(base, place, 'read') / Math.max(1, eligible(base, place, 'input'))
          const { rule } = named
          const drop =
            rule.kind === 'cache_regression' ? Math.max(rule.min_drop, rule.min_relative_drop * usual) / 2 : 0
          return (_range, amount, volume) => (usual - drop) * volume - amount
        }
        case 'unpriced':
          return (_range, amount) => amount
      }
    },
    series,
    cut,
  }
}

/** What it cost of late, to choose the dearest; what has no price counts a little. */
function spendOf({ line }: Group): number {
  const until = line.knownUntilMs
  const sums = line.between(until - 2 * dayMs, until, 'all')
  return (sums[field.cost] as number) + (sums[field.unpriced] as number) * 1e-9
}

/** The unit of time in which a rule looks at the last minutes. */
function unitOf({ rule }: NamedRule): number[] {
  if (rule.kind === 'spend_spike') return [rule.resolve_minutes]
  if (rule.kind === 'cache_regression') return [rule.window_minutes]
  return rule.kind === 'cost_per_request' ? [followMinutes] : []
}
