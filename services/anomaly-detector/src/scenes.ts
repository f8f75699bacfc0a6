import type { RecentCell, SeriesReader } from './adapters/clickhouse-series-reader.ts'
import { shells } from './adapters/clickhouse-series-reader.ts'
import { type NamedRule, openAlertOf, toldUntilOf } from './alert/decide.ts'
import type { Alert } from '@spanledger/schemas/events/alert'
import { judge } from './judge/judge.ts'
import type { Judgement, Range, RecentWindow, Scene } from './judge/judgement.ts'
import { type Cell, type Cube, HourLine } from './series/cube.ts'
import type { LocalTime } from './series/local-time.ts'
import { type CellDims, contains, type Dims, dimensionsOfCut, dimsOf, keyOf, matches } from './series/series.ts'
import { addTo, eligible, field, sizeOf } from './series/sums.ts'

interface ScenesOptions {
  readonly tenant: string
  readonly cube: Cube
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
  judgementOf(named: NamedRule, dims: Dims): Judgement | undefined
  toldUntilOf(named: NamedRule, dims: Dims): number
  /** What a stretch of time has above a line midway between the usual and too much, by its amount and volume. */
  surplusLine(named: NamedRule, judgement: Judgement): (range: Range, amount: number, volume: number) => number
  readonly series: number
  readonly cut: number
}

/** One series, and what it is made of. */
interface Group {
  readonly dims: Dims
  readonly cells: Cell[]
  readonly recent: Map<number, RecentCell[]>
  spend: number
  line: HourLine | undefined
}

/** Of one rule and tenant; the dearest are judged. */
const maxSeries = 2_000
const minuteMs = 60_000
const followMinutes = 15

export async function createScenes(options: ScenesOptions): Promise<Scenes> {
  const { tenant, cube, rules, alerts, reader, untilMs, knownUntilMs, eligibleSizes, historical } = options
  const which = historical ? 'all' : 'current'
  const recents = new Map<number, readonly RecentCell[]>()
  await Promise.all(
    [...new Set(rules.flatMap(unitOf))].map(async (unit) => {
      recents.set(unit, await reader.readRecent(tenant, untilMs, unit, knownUntilMs, eligibleSizes))
    }),
  )
  const cells = [...cube.cells]
  const judged = new Map<string, Judgement[]>()
  const groupings = new Map<string, Map<string, Group>>()
  let series = 0
  let cut = 0

  /** All series of a rule, each with the cells that are in it. */
  function groupsOf({ rule }: NamedRule): Map<string, Group> {
    const key = JSON.stringify([rule.match, rule.by, rule.kind === 'unpriced'])
    const known = groupings.get(key)
    if (known) return known
    const groups = new Map<string, Group>()
    const cuts = rule.by.map((one) => dimensionsOfCut(one, rule.kind))
    const groupOf = (cell: CellDims, dimensions: (typeof cuts)[number]) => {
      const dims = dimsOf(cell, dimensions)
      const at = keyOf(dims)
      let group = groups.get(at)
      if (group === undefined)
        groups.set(at, (group = { dims, cells: [], recent: new Map(), spend: 0, line: undefined }))
      return group
    }
    for (const cell of cells) {
      if (!matches(rule.match, tenant, cell.dims)) continue
      let spend = 0
      for (const { all } of cell.hours.values())
        spend += (all[field.cost] as number) + (all[field.unpriced] as number) * 1e-9
      for (const dimensions of cuts) {
        const group = groupOf(cell.dims, dimensions)
        group.cells.push(cell)
        group.spend += spend
      }
    }
    for (const [unit, recentCells] of recents) {
      for (const cell of recentCells) {
        if (!matches(rule.match, tenant, cell.dims)) continue
        for (const dimensions of cuts) {
          const { recent } = groupOf(cell.dims, dimensions)
          const ofUnit = recent.get(unit)
          if (ofUnit) ofUnit.push(cell)
          else recent.set(unit, [cell])
        }
      }
    }
    groupings.set(key, groups)
    return groups
  }

  /** Also of a series that its rule no longer asks for: an alert of it may be open. */
  function groupOf(named: NamedRule, dims: Dims): Group {
    const known = groupsOf(named).get(keyOf(dims))
    if (known) return known
    const isIn = (cell: { dims: CellDims }) => matches(named.rule.match, tenant, cell.dims) && contains(dims, cell.dims)
    const recent = new Map([...recents].map(([unit, ofUnit]) => [unit, ofUnit.filter(isIn)] as const))
    return { dims, cells: cells.filter(isIn), recent, spend: 0, line: undefined }
  }

  function lineOf(group: Group): HourLine {
    return (group.line ??= new HourLine(group.cells, cube.size, options.frontierMs))
  }

  function recentOf(group: Group, unit: number): RecentWindow[] {
    const sums = Array.from({ length: shells }, () => new Float64Array(sizeOf(eligibleSizes.length)))
    for (const cell of group.recent.get(unit) ?? []) {
      if (which === 'current' && !cell.isCurrent) continue
      for (let k = cell.shell; k < shells; k++) addTo(sums[k]!, cell.sums)
    }
    return sums.map((one, k) => ({ sums: one, from: untilMs - unit * minuteMs * 2 ** k, to: untilMs }))
  }

  function sceneOf(named: NamedRule, group: Group, openSinceMs?: number): Scene {
    return {
      dims: group.dims,
      line: lineOf(group),
      recent: (unit) => recentOf(group, unit),
      untilMs,
      toldUntilMs: toldUntilOf(alerts, named.name, group.dims),
      openSinceMs,
      time: options.time,
      which,
      eligiblePlace: (size) => eligibleSizes.indexOf(size),
    }
  }

  function judgeAll(named: NamedRule): Judgement[] {
    const all = [...groupsOf(named).values()].toSorted((a, b) => b.spend - a.spend)
    cut += Math.max(0, all.length - maxSeries)
    const dearest = all.slice(0, maxSeries)
    series += dearest.length
    return dearest.flatMap((group) => judge(named.rule, sceneOf(named, group)) ?? [])
  }

  for (const named of rules) judged.set(named.name, judgeAll(named))

  return {
    judgementsOf: (named) => judged.get(named.name) ?? [],
    judgementOf(named, dims) {
      const alert = openAlertOf(alerts, named.name, dims)
      return judge(named.rule, sceneOf(named, groupOf(named, dims), alert?.openedAt))
    },
    toldUntilOf: (named, dims) => toldUntilOf(alerts, named.name, dims),
    surplusLine(named, { dims, frame }) {
      const line = lineOf(groupOf(named, dims))
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

/** The unit of time in which a rule looks at the last minutes. */
function unitOf({ rule }: NamedRule): number[] {
  if (rule.kind === 'spend_spike') return [rule.resolve_minutes]
  if (rule.kind === 'cache_regression') return [rule.window_minutes]
  return rule.kind === 'cost_per_request' ? [followMinutes] : []
}
