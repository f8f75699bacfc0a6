import type { AlertRow } from '@spanledger/schemas/api/alerts'
import type { Spend } from '@spanledger/schemas/api/spend'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { useMemo, useState } from 'react'
import { showView, zoomTo } from '../address.ts'
import { pinsOf } from '../alerts/alert-pins.tsx'
import { pinLanePixels } from '../charts/pin-lane.tsx'
import { createPalette } from '../charts/palette.ts'
import { numbersFrom, stack } from '../charts/stack.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { counted } from '../figures/counts.ts'
import { axisDollars, dollars, exactDollars } from '../figures/dollars.ts'
import { bucketTime } from '../figures/times.ts'
import { EstimateSwatch, estimateColor } from '../parts/estimate-swatch.tsx'
import { Segmented } from '../parts/segmented.tsx'
import { frameOf } from './frame.ts'
import { dimensionNames, sliceName, stepWords } from './names.ts'
import { SliceTable } from './slice-table.tsx'

interface SpendPanelProps {
  /** undefined until it was read. */
  readonly spend: Spend | undefined
  readonly by: Spend['by']
  /** Alerts to show on the chart. */
  readonly alerts: readonly AlertRow[]
}

/** Spend over time, stacked by a dimension, with the same figures as a table. */
export function SpendPanel({ spend, by, alerts }: SpendPanelProps) {
  return (
    <section aria-labelledby="spend-title" className="panel">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3">
        <h2 id="spend-title" className="font-semibold">
          Spend <span className="text-muted font-normal">{spend && stepWords[spend.window.step]}</span>
        </h2>
        <div className="max-w-full overflow-x-auto">
          <Segmented
            name="by"
            label="Spend by"
            options={dimensionNames}
            value={by}
            onChange={(by) => showView({ by })}
          />
        </div>
      </div>
      {spend ? <SpendFigures spend={spend} alerts={alerts} /> : <div className="h-80" />}
    </section>
  )
}

function SpendFigures({ spend, alerts }: { spend: Spend; alerts: readonly AlertRow[] }) {
  const { window, slices } = spend
  const [palette] = useState(createPalette)
  const colors = palette.colorsFor(slices.map((slice) => slice.key))
  const frame = useMemo(() => frameOf(spend), [spend])
  const hasEstimates = spend.total.accrued_cost !== '0'
  const values = useMemo(() => {
    const costs = slices.map((slice) => numbersFrom(slice.points.cost))
    return stack(hasEstimates ? [...costs, numbersFrom(accruedOf(spend))] : costs)
  }, [spend, slices, hasEstimates])
  const when = (place: number) =>
    bucketTime(startOf(spend, place), startOf(spend, place + 1), window.step, window.time_zone)

  return (
    <div className="grid gap-x-4 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="px-3 pt-2 pb-2">
        <TimeChart
          label="Spend over time"
          shape={{
            kind: 'bars',
            colors: hasEstimates ? [...colors, estimateColor] : colors,
            topIsEstimate: hasEstimates,
            step: window.step,
            timeZone: window.time_zone,
            height: 310,
            lane: pinLanePixels,
            formatY: axisDollars,
          }}
          frame={frame}
          values={values}
          describe={(place) =>
            `${when(place)}: ${
              slicesAt(spend, place)
                .map(({ name, cost }) => `${name} ${dollars(cost)}`)
                .join(', ') || 'nothing'
            }${accruedAt(spend, place) === '0' ? '' : `, and ${dollars(accruedAt(spend, place))} estimated`}`
          }
          renderTooltip={(place) => <SpendTooltip title={when(place)} spend={spend} place={place} colors={colors} />}
          onZoom={zoomTo}
          pins={pinsOf(alerts, window.time_zone)}
        />
      </div>
      <SliceTable spend={spend} colors={colors} />
    </div>
  )
}

interface SpendTooltipProps {
  readonly title: string
  readonly spend: Spend
  readonly place: number
  readonly colors: readonly string[]
}

/** The exact dollars of a bucket. */
function SpendTooltip({ title, spend, place, colors }: SpendTooltipProps) {
  const shown = slicesAt(spend, place)
  const unpricedRequests = spend.slices.reduce(
    (sum, { points }) => sum + BigInt(points.unpriced_requests[place] ?? 0),
    0n,
  )
  return (
    <>
      <p className="text-muted mb-1">{title}</p>
      {shown.length === 0 && <p>No requests</p>}
      <dl className="grid grid-cols-[auto_auto] gap-x-4 gap-y-0.5">
        {shown.map(({ name, cost, index, unpriced }) => (
          <div key={name} className="contents">
            <dt className="flex min-w-0 items-center gap-1.5">
              <span className="size-2.5 shrink-0 rounded-[3px]" style={{ background: `var(${colors[index]})` }} />
              <span className="truncate">{name}</span>
            </dt>
            <dd className="text-right whitespace-nowrap">
              {unpriced && cost === '0' ? 'no price' : exactDollars(cost)}
            </dd>
          </div>
        ))}
      </dl>
      {shown.length > 1 && (
        <p className="border-line figures mt-1 flex justify-between gap-4 border-t pt-1 font-semibold">
          <span>Total</span>
          {exactDollars(decimalFromAtto(shown.reduce((atto, { cost }) => atto + attoFromDecimal(cost), 0n)))}
        </p>
      )}
      {accruedAt(spend, place) !== '0' && (
        <p className="figures mt-1 flex justify-between gap-4">
          <span className="flex items-center gap-1.5">
            <EstimateSwatch />
            estimated, no usage
          </span>
          {exactDollars(accruedAt(spend, place))}
        </p>
      )}
      {unpricedRequests !== 0n && (
        <p className="text-warn mt-1">and {counted(unpricedRequests.toString(), 'unpriced request')}</p>
      )}
    </>
  )
}

/** Of all slices together, bucket by bucket: what requests without usage may have cost. */
function accruedOf(spend: Spend): string[] {
  return spend.buckets.map((_, place) => accruedAt(spend, place))
}

function accruedAt({ slices }: Spend, place: number): string {
  return decimalFromAtto(
    slices.reduce((atto, { points }) => atto + attoFromDecimal(points.accrued_cost[place] ?? '0'), 0n),
  )
}

/** What there is in a bucket, from the top of the stack down. */
function slicesAt({ slices }: Spend, place: number) {
  return slices
    .map(({ key, points }, index) => ({
      index,
      name: sliceName(key),
      cost: points.cost[place] ?? '0',
      requests: points.requests[place] ?? '0',
      unpriced: points.unpriced_requests[place] !== '0' && points.accrued_cost[place] === '0',
    }))
    .filter(({ cost, requests }) => cost !== '0' || requests !== '0')
    .toReversed()
}

function startOf({ buckets, window }: Spend, place: number): number {
  return Date.parse(buckets[place] ?? window.to)
}
