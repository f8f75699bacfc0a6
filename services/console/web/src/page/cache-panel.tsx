import type { AlertRow } from '@spanledger/schemas/api/alerts'
import type { Spend } from '@spanledger/schemas/api/spend'
import { useMemo } from 'react'
import { zoomTo } from '../address.ts'
import { pinsOf } from '../alerts/alert-pins.tsx'
import { pinLanePixels } from '../charts/pin-lane.tsx'
import { TimeChart } from '../charts/time-chart.tsx'
import { exactCount, percent } from '../figures/counts.ts'
import { bucketTime } from '../figures/times.ts'

interface CachePoint {
  readonly read: string
  readonly input: string
  /** null without input. */
  readonly ratio: number | null
}

/** How much of the input came from caches, over time: a ratio of sums, over all slices. */
export function CachePanel({ spend, alerts }: { spend: Spend | undefined; alerts: readonly AlertRow[] }) {
  return (
    <section aria-labelledby="cache-title" className="panel">
      <h2 id="cache-title" className="px-4 pt-3 font-semibold">
        Cache-hit ratio <span className="text-muted font-normal">of input tokens</span>
      </h2>
      <div className="px-3 pt-1 pb-2">
        {spend ? <CacheChart spend={spend} alerts={alerts} /> : <div className="h-44" />}
      </div>
    </section>
  )
}

function CacheChart({ spend, alerts }: { spend: Spend; alerts: readonly AlertRow[] }) {
  const { window, buckets } = spend
  const points = useMemo(() => cachePoints(spend), [spend])
  const frame = useMemo(
    () => ({
      starts: buckets.map((start) => Date.parse(start) / 1000),
      end: Date.parse(window.to) / 1000,
      marked: [],
    }),
    [buckets, window.to],
  )
  const when = (place: number) => {
    const [start, end] = [buckets[place] ?? window.to, buckets[place + 1] ?? window.to]
    return bucketTime(Date.parse(start), Date.parse(end), window.step, window.time_zone)
  }
  return (
    <TimeChart
      label="Cache-hit ratio over time"
      shape={{
        kind: 'line',
        colors: ['--slice-3'],
        step: window.step,
        timeZone: window.time_zone,
        height: 170,
        lane: pinLanePixels,
        formatY: (ratio) => `${Math.round(ratio * 100)} %`,
        yMax: 1,
      }}
      frame={frame}
      values={[points.map((point) => point.ratio)]}
      describe={(place) => `${when(place)}: ${percent(points[place]?.ratio ?? null)}`}
      renderTooltip={(place) => <CacheTooltip title={when(place)} point={points[place]} />}
      onZoom={zoomTo}
      pins={pinsOf(
        alerts.filter((alert) => alert.kind === 'cache_regression'),
        window.time_zone,
      )}
    />
  )
}

function CacheTooltip({ title, point }: { title: string; point: CachePoint | undefined }) {
  return (
    <>
      <p className="text-muted mb-1">{title}</p>
      <p className="text-sm font-semibold">{percent(point?.ratio ?? null)}</p>
      <p className="figures text-muted">
        {exactCount(point?.read ?? '0')} of {exactCount(point?.input ?? '0')} input tokens
      </p>
    </>
  )
}

function cachePoints({ buckets, slices }: Spend): CachePoint[] {
  return buckets.map((_, place) => {
    let read = 0n
    let input = 0n
    for (const { points } of slices) {
      read += BigInt(points.cache_read_tokens[place] ?? 0)
      input += BigInt(points.input_tokens[place] ?? 0)
    }
    return { read: `${read}`, input: `${input}`, ratio: input > 0n ? Number(read) / Number(input) : null }
  })
}
