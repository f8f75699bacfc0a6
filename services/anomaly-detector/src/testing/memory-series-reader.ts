import { type SeriesReader, shells } from '../adapters/clickhouse-series-reader.ts'
import { dayMs, hourMs, minuteMs } from '../series/lengths-of-time.ts'
import type { CellDims } from '../series/series.ts'
import { addTo, eligibleField, field, type Sums, sizeOf } from '../series/sums.ts'
import type { Charge } from './ledger-rows.ts'

/** Series of charges in memory: many ledgers in little time. */
export function createMemorySeriesReader(charges: readonly Charge[]): SeriesReader {
  const recordedOf = ({ at, recordedAt = at + 1000 }: Charge) => recordedAt
  const tenantOf = ({ tenant = 'default' }: Charge) => tenant

  function grouped<Key>(
    chosen: readonly Charge[],
    eligibleSizes: readonly number[],
    keyOf: (charge: Charge) => Key,
  ): { dims: CellDims; isCurrent: boolean; key: Key; sums: Sums }[] {
    const groups = new Map<string, { dims: CellDims; isCurrent: boolean; key: Key; sums: Sums }>()
    for (const charge of chosen) {
      const { environment = 'prod', team = 'search', feature = 'summaries', model = 'gpt-4o' } = charge
      const dims = { environment, team, feature, model }
      const isCurrent = recordedOf(charge) <= charge.at + dayMs
      const key = keyOf(charge)
      const id = JSON.stringify([dims, isCurrent, key])
      const known = groups.get(id)
      if (known) addTo(known.sums, sumsOf(charge, eligibleSizes))
      else groups.set(id, { dims, isCurrent, key, sums: sumsOf(charge, eligibleSizes) })
    }
    return [...groups.values()]
  }

  return {
    async readArrivals(since, until, notBefore, notAfter) {
      const found = charges.filter(
        (charge) =>
          recordedOf(charge) > since && recordedOf(charge) <= until && charge.at >= notBefore && charge.at <= notAfter,
      )
      return [...new Set(found.map(tenantOf))].map((tenant) => {
        const own = found.filter((charge) => tenantOf(charge) === tenant)
        const newest = own.reduce((a, b) => (b.at >= a.at ? b : a))
        return {
          tenant,
          hours: [...new Set(own.map(({ at }) => Math.floor(at / hourMs) * hourMs))],
          entries: own.length,
          late: own.filter((charge) => recordedOf(charge) > charge.at + dayMs).length,
          newestAt: newest.at,
          newestRecordedAt: recordedOf(newest),
        }
      })
    },
    async readHours(tenant, hours, until, sizes) {
      const isChosen = (hour: number) =>
        'from' in hours ? hour >= hours.from && hour < hours.to : hours.includes(hour)
      const hourOf = ({ at }: Charge) => Math.floor(at / hourMs) * hourMs
      const chosen = charges.filter(
        (charge) => tenantOf(charge) === tenant && recordedOf(charge) <= until && isChosen(hourOf(charge)),
      )
      return grouped(chosen, sizes, hourOf).map(({ key, ...rest }) => ({ ...rest, hour: key }))
    },
    async readRecent(tenant, untilMs, unitMinutes, until, sizes) {
      const unitMs = unitMinutes * minuteMs
      const shellOf = ({ at }: Charge) =>
        Math.max(0, Math.min(shells - 1, Math.ceil(Math.log2(Math.max(1, (untilMs - at) / unitMs)))))
      const chosen = charges.filter(
        (charge) =>
          tenantOf(charge) === tenant &&
          recordedOf(charge) <= until &&
          charge.at < untilMs &&
          charge.at >= untilMs - unitMs * 2 ** (shells - 1),
      )
      return grouped(chosen, sizes, shellOf).map(({ key, ...rest }) => ({ ...rest, shell: key }))
    },
    async readMinutes() {
      return []
    },
  }
}

function sumsOf(charge: Charge, eligibleSizes: readonly number[]): Sums {
  const { cost, costWithoutCache = cost, inputTokens = 1500, cacheRead, unpriced = false } = charge
  const sums = new Float64Array(sizeOf(eligibleSizes.length))
  const dollars = Number(cost) / 1e18
  sums[field.requests] = 1
  sums[field.cost] = dollars
  sums[field.costSquares] = dollars * dollars
  sums[field.unpriced] = unpriced ? 1 : 0
  eligibleSizes.forEach((size, place) => {
    if (cacheRead === undefined || inputTokens < size) return
    const start = sizeOf(0) + place * (sizeOf(1) - sizeOf(0))
    sums[start + eligibleField.requests] = 1
    sums[start + eligibleField.input] = inputTokens
    sums[start + eligibleField.read] = cacheRead
    sums[start + eligibleField.saved] = Number(costWithoutCache - cost) / 1e18
    sums[start + eligibleField.xx] = inputTokens ** 2
    sums[start + eligibleField.xc] = inputTokens * cacheRead
    sums[start + eligibleField.cc] = cacheRead ** 2
  })
  return sums
}
