import { grouped, utcMinute } from '@spanledger/schemas/figure-text'
import { type AlertFeed, isOpen } from './alert-feed.ts'
import type { DemoPosition } from './demo-position.ts'
import { clockOf, inCents, inHours } from './figures.ts'
import type { Totals } from './totals.ts'

/** What the demo says of itself on the way. */

const worthSayingMs = 120_000
const dayMs = 86_400_000

export function beginLines(position: DemoPosition, known: DemoPosition | undefined, dataDir: string): string[] {
  const { seed } = position
  if (known === undefined) return [`demo: seed ${seed} (--seed ${seed} repeats its traffic in an empty directory)`]
  const isFilled = position.summed && known.historyToMs !== position.historyToMs
  return [
    `demo: seed ${seed}, ${grouped(known.sent)} requests are in already, up to ${utcMinute(known.sentToMs)}; none is sent again`,
    ...(isFilled
      ? [
          '  it was away for hours: the time in between is filled with traffic in which nothing goes wrong',
          `  for two new incidents remove ${dataDir} and start it again`,
        ]
      : []),
    ...(position.leftOut.length > known.leftOut.length ? ['  more than 21 days ago nothing was filled in'] : []),
  ]
}

export function historyLine({ sentToMs, historyToMs }: DemoPosition, requests: number): string {
  const days = (historyToMs - sentToMs) / dayMs
  const length = days >= 2 ? `${Math.round(days)} days` : inHours(historyToMs - sentToMs)
  return `sending ${grouped(requests)} requests: ${length} of history up to ${clockOf(historyToMs)}, shaped by recorded traffic`
}

export interface Lapse {
  readonly behindMs: number
  readonly speed: number
  readonly page: string
}

export function lapseLines({ incidents, summed }: DemoPosition, { behindMs, speed, page }: Lapse): string[] {
  if (summed) {
    return behindMs > worthSayingMs ? [`time-lapse: ${inHours(behindMs)} up to now at ${speed} x, then live`] : []
  }
  const hidden = incidents.length > 0 ? ', in which two things go wrong that the detector is not told of' : ''
  return [`time-lapse: the last ${inHours(behindMs)} at ${speed} x${hidden}, then live`, `watch it:   ${page}`]
}

/** The line that moves. */
export function nowLine({ requests, cost, cacheHitRatio }: Totals, eventMs: number, feed: AlertFeed): string {
  const open = feed.seen().filter(isOpen).length
  return (
    `${clockOf(eventMs)} | ${grouped(requests)} requests | ${inCents(cost)} | ` +
    `cache hits ${(cacheHitRatio * 100).toFixed(1)} % | ${open === 1 ? '1 alert' : `${open} alerts`} open`
  )
}
