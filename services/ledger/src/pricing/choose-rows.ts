import type { PriceRow } from '@spanledger/schemas/prices/catalogue'
import { compileRow, leastInput, type CompiledRow } from './compiled-row.ts'
import { compileSchedule } from './schedule.ts'

/** The rows of one model that can apply between two instants: by hour of the day, then by size of the request. */
export interface RowChoice {
  readonly from: number
  readonly to: number
  /** No row at that time at all. */
  readonly none: boolean
  readonly tierMissing: boolean
  readonly regionMissing: boolean
  readonly scheduled: readonly { readonly holds: (at: number) => boolean; readonly bands: readonly CompiledRow[] }[]
  readonly bands: readonly CompiledRow[]
}

export interface RowQuery {
  readonly rows: readonly PriceRow[]
  /** Normalised: `standard` where nothing is said. */
  readonly tier: string
  /** In lower case; '' for unknown. */
  readonly region: string
  /** Prices differ by region, so one that is not listed is an estimate. */
  readonly regional: boolean
  readonly at: number
}

/** The pricing specification, 6.1 to 6.5. Within [from, to) the answer is the same. */
export function chooseRows({ rows, tier, region, regional, at }: RowQuery): RowChoice {
  const [from, to] = validity(rows, at)
  const active = rows.filter((row) => start(row) <= at && at < end(row))
  const ofTier = active.filter((row) => (row.service_tier ?? standardTier) === tier)
  const tierMissing = ofTier.length === 0 && active.some((row) => (row.service_tier ?? standardTier) === standardTier)
  const candidates = tierMissing ? active.filter((row) => (row.service_tier ?? standardTier) === standardTier) : ofTier
  const chosen = mostSpecific(candidates, region)
  const regionMissing =
    regional && !isGlobal(region) && ![region, zoneOf(region), anyNamedRegion].includes(chosen.region)
  const scheduled = groupBySchedule(chosen.rows.filter((row) => row.schedule)).map((group) => {
    return { holds: compileSchedule((group[0] as PriceRow).schedule as never), bands: bandsOf(group) }
  })
  const bands = bandsOf(chosen.rows.filter((row) => !row.schedule))
  const none = bands.length === 0 && scheduled.length === 0
  return { from, to, none, tierMissing: !none && tierMissing, regionMissing: !none && regionMissing, scheduled, bands }
}

export const standardTier = 'standard'

function start(row: PriceRow): number {
  return row.from === undefined ? -Infinity : instant(row.from, row)
}

function end(row: PriceRow): number {
  return row.to === undefined ? Infinity : instant(row.to, row)
}

function instant(text: string, row: PriceRow): number {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new RangeError(`price row ${row.id}: not a UTC date or instant: ${text}`)
  return time
}

function validity(rows: readonly PriceRow[], at: number): [number, number] {
  let from = -Infinity
  let to = Infinity
  for (const edge of rows.flatMap((row) => [start(row), end(row)])) {
    if (edge <= at && edge > from) from = edge
    if (edge > at && edge < to) to = edge
  }
  return [from, to]
}

/** Named region, then its zone, then what holds in every named region, then `global`, then `*` (6.5). */
function mostSpecific(rows: readonly PriceRow[], region: string): { region: string; rows: readonly PriceRow[] } {
  for (const wanted of [region, zoneOf(region), isGlobal(region) ? '' : anyNamedRegion, 'global', anyRegion]) {
    const found = wanted === '' ? [] : rows.filter((row) => (row.region ?? anyRegion) === wanted)
    if (found.length > 0) return { region: wanted, rows: found }
  }
  return { region: anyRegion, rows: [] }
}

const anyRegion = '*'
const anyNamedRegion = 'regional'

function isGlobal(region: string): boolean {
  return region === '' || region === 'global' || region === anyRegion
}

/** `eu-west-1`, `europe-west4` -> eu; `us-east-1` -> us; '' where the name does not say. */
function zoneOf(region: string): string {
  const match = /^(us|eu|europe)(?:-|$)/.exec(region)
  return match ? (match[1] === 'us' ? 'us' : 'eu') : ''
}

function groupBySchedule(rows: readonly PriceRow[]): PriceRow[][] {
  const groups = new Map<string, PriceRow[]>()
  for (const row of rows) {
    const key = JSON.stringify(row.schedule)
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
}

/** Highest band first, so that the first one a request reaches is its own. */
function bandsOf(rows: readonly PriceRow[]): CompiledRow[] {
  return [...rows].sort((a, b) => leastInput(b) - leastInput(a)).map((row) => compileRow(row, rows))
}
