import uPlot from 'uplot'
import { type PlotFrame, type PlotShape, plotOptions } from './plot-options.ts'

/** Where the figures are drawn, in pixels of the chart's element. */
export interface PlotArea {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Charts narrower than this have no room beside what is pointed at. */
export const narrowPixels = 560

/** Per series from the bottom up, one value per bucket; already stacked where they stack. */
export type PlotValues = readonly (readonly (number | null)[])[]

/** Keeps a uPlot in an element: made anew when its shape changes, else only handed other data. */
export class PlotView {
  #plot: uPlot | undefined
  #shapeKey = ''
  #frame: PlotFrame = { starts: [], end: 0, marked: [] }
  #area: PlotArea | null = null
  readonly #watchers = new Set<() => void>()
  readonly #resized = new ResizeObserver(([entry]) => this.#resize(Math.floor(entry?.contentRect.width ?? 0)))

  show(element: HTMLElement, scheme: string, shape: PlotShape, frame: PlotFrame, values: PlotValues): void {
    const { kind, colors, step, timeZone, height, lane = 0, topIsEstimate = false } = shape
    const shapeKey = [scheme, kind, step, timeZone, height, lane, topIsEstimate, ...colors].join(' ')
    this.#frame = frame
    const data = dataOf(kind, frame, values)
    if (this.#plot && this.#shapeKey === shapeKey) {
      this.#plot.setData(data)
      return
    }
    this.hide()
    this.#shapeKey = shapeKey
    const options = plotOptions(shape, () => this.#frame, element.clientWidth)
    const hooks = { ...options.hooks, draw: [...(options.hooks?.draw ?? []), (plot: uPlot) => this.#measure(plot)] }
    this.#plot = new uPlot({ ...options, hooks }, data, element)
    this.#resized.observe(element)
  }

  hide(): void {
    this.#resized.disconnect()
    this.#plot?.destroy()
    this.#plot = undefined
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** null until something was drawn. */
  readonly area = (): PlotArea | null => this.#area

  #resize(width: number): void {
    if (this.#plot && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: this.#plot.height })
    }
  }

  #measure({ bbox }: uPlot): void {
    const [left = 0, top = 0, width = 0, height = 0] = [bbox.left, bbox.top, bbox.width, bbox.height].map(
      (pixels) => pixels / devicePixelRatio,
    )
    const known = this.#area
    if (known?.left === left && known.top === top && known.width === width && known.height === height) return
    this.#area = { left, top, width, height }
    for (const watcher of this.#watchers) watcher()
  }
}

function dataOf(kind: PlotShape['kind'], { starts, end }: PlotFrame, values: PlotValues): uPlot.AlignedData {
  // A bar begins with its bucket; a point of a line stands for the whole of it.
  const xs = kind === 'bars' ? [...starts] : starts.map((start, place) => (start + (starts[place + 1] ?? end)) / 2)
  return [xs, ...values.map((points) => [...points]).toReversed()]
}
