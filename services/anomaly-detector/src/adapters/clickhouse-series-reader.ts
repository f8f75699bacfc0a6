import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { minutesSql, type MinuteRow } from '../measure/onset-sql.ts'
import { instant, quoted, recordedInTime } from '../measure/sql-text.ts'
import { minuteMs } from '../series/lengths-of-time.ts'
import type { CellDims } from '../series/series.ts'
import { type Sums, sizeOf, sumColumns, sumsFrom } from '../series/sums.ts'

/** What was recorded of a tenant lately. */
export interface Arrival {
  readonly tenant: string
  /** Hours of event time that got entries, milliseconds since the epoch. */
  readonly hours: readonly number[]
  readonly entries: number
  /** How many of them more than 24 hours after their time. */
  readonly late: number
  /** When the newest of those was recorded; undefined without any. */
  readonly newestLateRecordedAt?: number
  readonly newestAt: number
  /** When the newest was recorded. */
  readonly newestRecordedAt: number
}

export interface CellSums {
  readonly dims: CellDims
  readonly hour: number
  readonly isCurrent: boolean
  readonly sums: Sums
}

export interface RecentCell {
  readonly dims: CellDims
  /** 0: in the last unit of time; k: in the last 2^k units and not in the last 2^(k-1). */
  readonly shell: number
  readonly isCurrent: boolean
  readonly sums: Sums
}

/** Reads series of the ledger, as of what was recorded up to `knownUntilMs`. */
export interface SeriesReader {
  /** Everything recorded after `sinceMs` whose time is after `notBeforeMs` and not after `notAfterMs`. */
  readArrivals(sinceMs: number, knownUntilMs: number, notBeforeMs: number, notAfterMs: number): Promise<Arrival[]>
  readHours(
    tenant: string,
    hours: HourChoice,
    knownUntilMs: number,
    eligibleSizes: readonly number[],
  ): Promise<CellSums[]>
  readRecent(
    tenant: string,
    untilMs: number,
    unitMinutes: number,
    knownUntilMs: number,
    eligibleSizes: readonly number[],
  ): Promise<RecentCell[]>
  readMinutes(...parameters: Parameters<typeof minutesSql>): Promise<readonly MinuteRow[]>
}

/** Some hours, or all from one to before another. */
export type HourChoice = readonly number[] | { readonly from: number; readonly to: number }

export const shells = 5

export function createClickHouseSeriesReader({ clickhouse }: { readonly clickhouse: ClickHouse }): SeriesReader {
  const cells = 'environment, team, feature, model'
  const settings = { max_threads: 2, max_execution_time: 30 }

  return {
    async readArrivals(sinceMs, knownUntilMs, notBeforeMs, notAfterMs) {
      const rows = await clickhouse.query<{
        tenant: string
        hours: string[]
        entries: string
        late: string
        newest_late_recorded: string
        newest: string
        newest_recorded: string
      }>(
        `SELECT tenant, arrayMap(one -> toString(toUnixTimestamp(one)), groupUniqArray(hour)) AS hours,
           count() AS entries, countIf(NOT ${recordedInTime}) AS late,
           toString(toUnixTimestamp64Milli(maxIf(recorded_at, NOT ${recordedInTime}))) AS newest_late_recorded,
           toString(toUnixTimestamp64Milli(max(at))) AS newest,
           toString(toUnixTimestamp64Milli(argMax(recorded_at, (at, recorded_at)))) AS newest_recorded
         FROM ledger
         WHERE recorded_at > ${instant(sinceMs)} AND recorded_at <= ${instant(knownUntilMs)}
           AND hour >= toStartOfHour(${instant(notBeforeMs)}) AND at <= ${instant(notAfterMs)}
         GROUP BY tenant ORDER BY tenant`,
        {},
        { settings },
      )
      return rows.map((row) => ({
        tenant: row.tenant,
        hours: row.hours.map((second) => Number(second) * 1000),
        entries: Number(row.entries),
        late: Number(row.late),
        ...(Number(row.late) > 0 && { newestLateRecordedAt: Number(row.newest_late_recorded) }),
        newestAt: Number(row.newest),
        newestRecordedAt: Number(row.newest_recorded),
      }))
    },

    async readHours(tenant, hours, knownUntilMs, eligibleSizes) {
      const chosen =
        'from' in hours
          ? `hour >= ${instant(hours.from)} AND hour < ${instant(hours.to)}`
          : `hour IN (${hours.map((hour) => `toDateTime(${hour / 1000}, 'UTC')`).join(', ')})`
      const rows = await clickhouse.query<Record<string, unknown> & CellDims>(
        `SELECT ${cells}, toString(toUnixTimestamp(hour)) AS hour_s, toUInt8(${recordedInTime}) AS is_current,
           ${sumColumns(eligibleSizes)}
         FROM ledger
         WHERE tenant = ${quoted(tenant)} AND ${chosen} AND recorded_at <= ${instant(knownUntilMs)}
         GROUP BY ${cells}, hour, is_current`,
        {},
        { settings },
      )
      return rows.map((row) => ({
        dims: dimsFrom(row),
        hour: Number(row.hour_s) * 1000,
        isCurrent: Number(row.is_current) === 1,
        sums: sumsFrom(row, sizeOf(eligibleSizes.length)),
      }))
    },

    async readRecent(tenant, untilMs, unitMinutes, knownUntilMs, eligibleSizes) {
      const unitMs = unitMinutes * minuteMs
      const from = untilMs - unitMs * 2 ** (shells - 1)
      const shell = Array.from({ length: shells - 1 }, (_, k) => `at >= ${instant(untilMs - unitMs * 2 ** k)}, ${k}`)
      const rows = await clickhouse.query<Record<string, unknown> & CellDims>(
        `SELECT ${cells}, multiIf(${shell.join(', ')}, ${shells - 1}) AS shell, toUInt8(${recordedInTime}) AS is_current,
           ${sumColumns(eligibleSizes)}
         FROM ledger
         WHERE tenant = ${quoted(tenant)} AND hour >= toStartOfHour(${instant(from)}) AND hour < ${instant(untilMs)}
           AND at >= ${instant(from)} AND at < ${instant(untilMs)} AND recorded_at <= ${instant(knownUntilMs)}
         GROUP BY ${cells}, shell, is_current`,
        {},
        { settings },
      )
      return rows.map((row) => ({
        dims: dimsFrom(row),
        shell: Number(row.shell),
        isCurrent: Number(row.is_current) === 1,
        sums: sumsFrom(row, sizeOf(eligibleSizes.length)),
      }))
    },

    readMinutes: (...parameters) => clickhouse.query<MinuteRow>(minutesSql(...parameters), {}, { settings }),
  }
}

function dimsFrom({ environment, team, feature, model }: CellDims): CellDims {
  return { environment, team, feature, model }
}
