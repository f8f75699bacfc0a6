import type { Step } from '@spanledger/schemas/api/choices'
import uPlot from 'uplot'
import { dayOfYear, timeOfDay } from '../figures/times.ts'
import { cssColor } from './color-scheme.ts'

export interface PlotShape {
  readonly kind: 'bars' | 'line'
  /** CSS variables, one per series, from the bottom up. */
  readonly colors: readonly string[]
  /** The topmost series is an estimate: hatched, so that nobody takes it for what is below. */
  readonly topIsEstimate?: boolean
  readonly step: Step
  readonly timeZone: string
  readonly height: number
  readonly formatY: (value: number) => string
  /** Room above the figures for marks, in pixels. */
  readonly lane?: number
  /** The end of the y axis; by default what the data need. */
  readonly yMax?: number
}

/** What changes with every refresh, read by the plot when it draws. */
export interface PlotFrame {
  /** Starts of the buckets and the end of the last, in seconds. */
  readonly starts: readonly number[]
  readonly end: number
  /** Buckets to mark below the axis: something in them is not in the figures. */
  readonly marked: readonly boolean[]
}

/** Between the figures and the right edge. */
export const plotEndPixels = 18

export function plotOptions(shape: PlotShape, frame: () => PlotFrame, width: number): uPlot.Options {
  const { kind, colors, step, timeZone, height, formatY, yMax, lane = 0 } = shape
  const grid = { stroke: cssColor('--grid'), width: 1 }
  const axisFont = `11px ${getComputedStyle(document.body).fontFamily}`
  const axis = { stroke: cssColor('--muted'), font: axisFont, ticks: { show: false } }
  const bars = uPlot.paths.bars?.({ size: [0.86, 48], align: kind === 'bars' ? 1 : 0, gap: 0 })
  return {
    width,
    height,
    padding: [10 + lane, plotEndPixels, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    scales: {
      x: { time: true, range: () => [frame().starts[0] ?? 0, frame().end] },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), yMax ?? ((high ?? 0) > 0 ? (high as number) * 1.05 : 1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 30,
        gap: 9,
        space: 56,
        values: (_, splits) =>
          splits.map((seconds) => {
            const time = timeOfDay(seconds * 1000, timeZone)
            return step === 'day' || time === '00:00' ? dayOfYear(seconds * 1000, timeZone) : time
          }),
      },
      {
        ...axis,
        grid,
        size: (_, values) => Math.max(36, 14 + 6.5 * Math.max(0, ...(values ?? []).map((text) => text.length))),
        space: 34,
        values: (_, splits) => splits.map(formatY),
      },
    ],
    series: [
      {},
      // The highest sum first: the lower ones are drawn over it.
      ...colors.toReversed().map((variable, fromTop): uPlot.Series => {
        const color = cssColor(variable)
        if (kind === 'bars' && fromTop === 0 && shape.topIsEstimate)
          return {
            fill: (plot) => hatch(plot.ctx, color),
            width: 0,
            points: { show: false },
            ...(bars && { paths: bars }),
          }
        return kind === 'bars'
          ? { fill: color, width: 0, points: { show: false }, ...(bars && { paths: bars }) }
          : { stroke: color, width: 2, fill: `${color}22`, points: { size: 5, fill: color } }
      }),
    ],
    hooks: { draw: [(plot) => drawMarks(plot, frame())] },
  }
}

/** Slanting lines, in the pixels of the screen. */
function hatch(ctx: CanvasRenderingContext2D, color: string): CanvasPattern | string {
  const size = Math.round(6 * devicePixelRatio)
  const tile = document.createElement('canvas')
  tile.width = tile.height = size
  const drawn = tile.getContext('2d')
  if (drawn === null) return color
  drawn.fillStyle = `${color}2e`
  drawn.fillRect(0, 0, size, size)
  drawn.strokeStyle = color
  drawn.lineWidth = 1.5 * devicePixelRatio
  drawn.beginPath()
  // Over the edges too, so that the tiles join.
  for (const shift of [-size, 0, size]) {
    drawn.moveTo(shift, size)
    drawn.lineTo(shift + size, 0)
  }
  drawn.stroke()
  return ctx.createPattern(tile, 'repeat') ?? color
}

/** A small bar at the foot of each marked bucket. */
function drawMarks(plot: uPlot, { starts, end, marked }: PlotFrame): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = cssColor('--warn')
  for (const [place, mark] of marked.entries()) {
    if (!mark) continue
    const left = plot.valToPos(starts[place] as number, 'x', true)
    const right = plot.valToPos(starts[place + 1] ?? end, 'x', true)
    ctx.fillRect(
      left,
      bbox.top + bbox.height + 2 * devicePixelRatio,
      Math.max(2, (right - left) * 0.86),
      2 * devicePixelRatio,
    )
  }
  ctx.restore()
}
