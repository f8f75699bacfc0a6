import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { useColorScheme } from './color-scheme.ts'
import { PinBands, PinLane } from './pin-lane.tsx'
import { type Pin, placePins } from './pins.ts'
import type { PlotFrame, PlotShape } from './plot-options.ts'
import { narrowPixels, type PlotArea, type PlotValues, PlotView } from './plot-view.ts'
import { bucketAt } from './stack.ts'

interface TimeChartProps {
  readonly label: string
  readonly shape: PlotShape
  readonly frame: PlotFrame
  readonly values: PlotValues
  /** A bucket in words, for who hears the chart. */
  readonly describe: (place: number) => string
  readonly renderTooltip: (place: number) => ReactNode
  readonly pins?: PinsOfChart
  /** Asked to show only these seconds: by dragging over them, or by Enter on a bucket. */
  readonly onZoom?: (from: number, to: number) => void
}

/** What happened while the figures were what they are; needs a lane in the shape. */
interface PinsOfChart {
  readonly label: string
  readonly all: readonly Pin[]
  readonly render: (pin: Pin) => ReactNode
  readonly onOpen: (id: string) => void
}

/**
 * Figures over time. The pointer or the arrow keys pick a bucket; to assistive technology it is a slider over the buckets.
 */
export function TimeChart({ label, shape, frame, values, describe, renderTooltip, pins, onZoom }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const [view] = useState(() => new PlotView())
  const [picked, setPicked] = useState<number | null>(null)
  /** Where a drag began. */
  const [anchor, setAnchor] = useState<number | null>(null)
  const scheme = useColorScheme()
  const area = useSyncExternalStore(view.subscribe, view.area)

  useEffect(() => {
    if (box.current) view.show(box.current, scheme, shape, frame, values)
  }, [view, scheme, shape, frame, values])
  useEffect(() => () => view.hide(), [view])

  const last = frame.starts.length - 1
  const place = picked === null ? null : Math.min(picked, last)
  const placed = pins && area ? placePins(pins.all, frame, area) : null
  const [low, high] = place === null ? [0, 0] : [Math.min(place, anchor ?? place), Math.max(place, anchor ?? place)]
  const band = place === null || area === null ? null : bandOf(area, frame, low, high)

  function pickAtPointer(event: PointerEvent<HTMLElement>): number | null {
    if (area === null) return null
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - area.left
    const start = frame.starts[0] ?? 0
    const at = bucketAt(frame.starts, frame.end, start + (x / area.width) * (frame.end - start)) ?? null
    // a drag that leaves the chart stays at its end
    if (at !== null || anchor === null) setPicked(at)
    return at
  }

  function beginDrag(event: PointerEvent<HTMLElement>): void {
    const at = pickAtPointer(event)
    if (!onZoom || at === null || event.pointerType !== 'mouse' || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setAnchor(at)
  }

  function endDrag(): void {
    setAnchor(null)
    if (anchor !== null && place !== null && low !== high) zoom()
  }

  function zoom(): void {
    const [from, to] = [frame.starts[low], frame.starts[high + 1] ?? frame.end]
    if (from !== undefined && to - from >= shortestZoomSeconds) onZoom?.(from, to)
  }

  function pickByKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      setPicked(null)
      setAnchor(null)
    }
    if (event.key === 'Enter' && place !== null) zoom()
    const to = keyTarget(event.key, place, last)
    if (to === undefined) return
    event.preventDefault()
    setPicked(to)
  }

  return (
    <div className="relative isolate">
      {placed && area && <PinBands bands={placed.bands} area={area} />}
      {band && <div className="bg-ink/8 pointer-events-none absolute rounded-sm" style={band} />}
      <div
        ref={box}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={place ?? Math.max(0, last)}
        aria-valuetext={last < 0 ? 'nothing' : describe(place ?? last)}
        onPointerMove={pickAtPointer}
        onPointerDown={beginDrag}
        onPointerUp={endDrag}
        onPointerCancel={() => setAnchor(null)}
        onPointerLeave={() => setPicked(null)}
        onBlur={() => setPicked(null)}
        onKeyDown={pickByKey}
        style={{ height: shape.height }}
        className="touch-pan-y rounded"
      />
      {band && place !== null && area && (
        <div
          data-tooltip=""
          className="border-line bg-panel pointer-events-none absolute top-2 z-10 w-max max-w-[min(20rem,100%)] rounded-md border px-3 py-2 text-xs shadow-lg"
          style={besideBand(band, area)}
        >
          {renderTooltip(place)}
        </div>
      )}
      {pins && placed && area && (
        <PinLane
          label={pins.label}
          groups={placed.groups}
          bands={placed.bands}
          area={area}
          renderPin={pins.render}
          onOpen={pins.onOpen}
        />
      )}
    </div>
  )
}

/** Less is not worth a window of its own. */
const shortestZoomSeconds = 300

function bandOf(area: PlotArea, { starts, end }: PlotFrame, low: number, high: number): PlotArea | null {
  const [first, from] = [starts[0], starts[low]]
  if (first === undefined || from === undefined) return null
  const perSecond = area.width / (end - first)
  const width = ((starts[high + 1] ?? end) - from) * perSecond
  return { left: area.left + (from - first) * perSecond, width, top: area.top, height: area.height }
}

/** On the side of the band that has more room. */
function besideBand(band: PlotArea, area: PlotArea): { left: number } | { right: number } {
  const end = area.left + area.width
  const inRightHalf = band.left + band.width / 2 > area.left + area.width / 2
  if (area.width < narrowPixels) return inRightHalf ? { left: 0 } : { right: 0 }
  if (inRightHalf) return { right: end - band.left + 8 }
  return { left: band.left + band.width + 8 }
}

function keyTarget(key: string, place: number | null, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return place === null ? last : Math.max(0, place - 1)
    case 'ArrowRight':
    case 'ArrowUp':
      return place === null ? last : Math.min(last, place + 1)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
