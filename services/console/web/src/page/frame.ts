import type { Spend } from '@spanledger/schemas/api/spend'
import type { PlotFrame } from '../charts/plot-options.ts'

/** The time axis of a spend series; buckets with unpriced requests are marked. */
export function frameOf({ buckets, slices, window }: Spend): PlotFrame {
  return {
    starts: buckets.map((start) => Date.parse(start) / 1000),
    end: Date.parse(window.to) / 1000,
    marked: buckets.map((_, place) => slices.some(({ points }) => points.unpriced_requests[place] !== '0')),
  }
}
