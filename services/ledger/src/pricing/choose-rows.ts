import type { Schedule } from '@spanledger/schemas/prices/catalogue'
import { leastInput } from './compiled-row.ts'
import type { SheetRow } from './manual-rows.ts'
import { anyRegion, isGlobal, zoneOf } from './region.ts'
import { compileSchedule } from './schedule.ts'
import { standardTier } from './tier.ts'
import { utcInstant } from './utc-instant.ts'

/** The rows of one model that can apply between two instants. */
export interface RowChoice {
  readonly from: number
  readonly to: number
  readonly tierMissing: boolean
  readonly regionMissing: boolean
  /** In order: the first row of the first alternative that holds and whose band is reached is the row. */
  readonly alternatives: readonly RowAlternative[]
}

export interface RowAlternative {
  /** Absent: at any hour. */
  readonly holds?: (at: number) => boolean
  /** Highest band first. */
  readonly rows: readonly SheetRow[]
}

export interface RowQuery {
  readonly rows: readonly SheetRow[]
  /** Normalised: `standard` where nothing is said. */
  readonly tier: string
  /** In lower case; '' for unknown. */
  readonly region: string
  /** Prices differ by region, so one that is not listed is an estimate. */
  readonly regional: boolean
  /** The named regions of this provider lie in its zones; else a zone is meant only where it is named. */
  readonly zoned?: boolean
  readonly at: number
}

/**
 * The pricing specification, 6.1 to 6.5. Within [from, to) the answer is the same. Rows of the operator go before the
 * catalogue's of the same tier and region, wherever they hold.
 */
export function chooseRows({ rows, tier, region, regional, zoned = true, at }: RowQuery): RowChoice {
  const zone = zoned ? zoneOf(region) : ''
  const [from, to] = validity(rows, at)
  const active = rows.filter((row) => start(row) <= at && at < end(row))
  const ofTier = active.filter((row) => tierOf(row) === tier)
  const standard = ofTier.length === 0 ? active.filter((row) => tierOf(row) === standardTier) : []
  const chosen = mostSpecific(standard.length > 0 ? standard : ofTier, region, zone)
  const manual = chosen.rows.filter((row) => row.manual)
  const listed = chosen.rows.filter((row) => !row.manual)
  const known = [region, zone, anyNamedRegion].includes(chosen.region) || manual.length > 0
  return {
    from,
    to,
    tierMissing: standard.length > 0,
    regionMissing: chosen.rows.length > 0 && regional && !isGlobal(region) && !known,
    alternatives: [...alternativesOf(manual), ...alternativesOf(listed)],
  }
}

function tierOf(row: SheetRow): string {
  return row.service_tier ?? standardTier
}

function start(row: SheetRow): number {
  return row.from === undefined ? -Infinity : utcInstant(row.from, `price row ${row.id}`)
}

function end(row: SheetRow): number {
  return row.to === undefined ? Infinity : utcInstant(row.to, `price row ${row.id}`)
}

function validity(rows: readonly SheetRow[], at: number): [number, number] {
  let from = -Infinity
  let to = Infinity
  for (const edge of rows.flatMap((row) => [start(row), end(row)])) {
    if (edge <= at && edge > from) from = edge
    if (edge > at && edge < to) to = edge
  }
  return [from, to]
}

/** Named region, then its zone, then what holds in every named region, then `global`, then `*` (6.5). */
function mostSpecific(
  rows: readonly SheetRow[],
  region: string,
  zone: string,
): { region: string; rows: readonly SheetRow[] } {
  for (const wanted of [region, zone, isGlobal(region) ? '' : anyNamedRegion, 'global', anyRegion]) {
    const found = wanted === '' ? [] : rows.filter((row) => (row.region ?? anyRegion) === wanted)
    if (found.length > 0) return { region: wanted, rows: found }
  }
  return { region: anyRegion, rows: [] }
}

const anyNamedRegion = 'regional'

/** What has hours goes before what holds at any hour. */
function alternativesOf(rows: readonly SheetRow[]): RowAlternative[] {
  const unscheduled = rows.filter((row) => !row.schedule)
  const scheduled = groupBySchedule(rows).map(([schedule, group]) => {
    return { holds: compileSchedule(schedule), rows: byBand(group) }
  })
  return unscheduled.length > 0 ? [...scheduled, { rows: byBand(unscheduled) }] : scheduled
}

function groupBySchedule(rows: readonly SheetRow[]): [Schedule, SheetRow[]][] {
  const groups = new Map<string, [Schedule, SheetRow[]]>()
  for (const row of rows) {
    if (!row.schedule) continue
    const key = JSON.stringify(row.schedule)
    groups.set(key, [row.schedule, [...(groups.get(key)?.[1] ?? []), row]])
  }
  return [...groups.values()]
}

/** Highest band first, so that the first one a request reaches is its own. */
function byBand(rows: readonly SheetRow[]): SheetRow[] {
  return rows.toSorted((a, b) => leastInput(b) - leastInput(a))
}
