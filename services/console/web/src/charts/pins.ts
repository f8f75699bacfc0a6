import type { PlotFrame } from './plot-options.ts'
import type { PlotArea } from './plot-view.ts'

export type PinTone = 'bad' | 'warn' | 'past'

/** Something that began at a time and went on for a while. Times are seconds, as on the axis. */
export interface Pin {
  readonly id: string
  readonly from: number
  /** null: it goes on. */
  readonly to: number | null
  readonly tone: PinTone
  /** In words, for who hears the chart. */
  readonly label: string
}

/** Pins that stand so close that they are one mark. Places are pixels in the chart's element. */
export interface PinGroup {
  readonly x: number
  readonly tone: PinTone
  readonly pins: readonly Pin[]
}

/** How long a pin went on, as an area of the plot. */
export interface PinBand {
  readonly id: string
  readonly left: number
  readonly width: number
  readonly tone: PinTone
}

/** Two marks are at least so far apart: each can be read, and hit by a finger. */
const apartPixels = 28
const narrowestBandPixels = 3
const gravest: readonly PinTone[] = ['bad', 'warn', 'past']

/** What is to be drawn of pins, from the left; one that began before the window stands at its edge. */
export function placePins(
  pins: readonly Pin[],
  { starts, end }: PlotFrame,
  area: PlotArea,
): { readonly groups: readonly PinGroup[]; readonly bands: readonly PinBand[] } {
  const first = starts[0]
  if (first === undefined || end <= first) return { groups: [], bands: [] }
  const right = area.left + area.width
  const xOf = (at: number) =>
    Math.min(right, Math.max(area.left, area.left + ((at - first) / (end - first)) * area.width))
  const shown = pins
    .filter((pin) => pin.from < end && (pin.to ?? end) >= first)
    .toSorted((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))

  const groups: { x: number; pins: Pin[] }[] = []
  for (const pin of shown) {
    const x = xOf(pin.from)
    const last = groups.at(-1)
    if (last && x - last.x < apartPixels) last.pins.push(pin)
    else groups.push({ x, pins: [pin] })
  }
  const bands = shown.map((pin): PinBand => {
    const left = xOf(pin.from)
    const width = Math.max(narrowestBandPixels, xOf(pin.to ?? end) - left)
    return { id: pin.id, left: Math.min(left, right - width), width, tone: pin.tone }
  })
  return { groups: groups.map((group) => ({ ...group, tone: toneOf(group.pins) })), bands }
}

/** As a person wants to read them: what is grave, then what is new. */
export function gravestFirst(pins: readonly Pin[]): Pin[] {
  return pins.toSorted((a, b) => gravest.indexOf(a.tone) - gravest.indexOf(b.tone) || b.from - a.from)
}

/** The same ground once where bands of one tone overlap, so that many do not darken each other; the gravest last, on top. */
export function mergeBands(bands: readonly PinBand[]): PinBand[] {
  return gravest.toReversed().flatMap((tone) => {
    const merged: PinBand[] = []
    for (const band of bands.filter((each) => each.tone === tone).toSorted((a, b) => a.left - b.left)) {
      const last = merged.at(-1)
      if (last && band.left <= last.left + last.width) {
        const end = Math.max(last.left + last.width, band.left + band.width)
        merged[merged.length - 1] = { ...last, width: end - last.left }
      } else merged.push(band)
    }
    return merged
  })
}

function toneOf(pins: readonly Pin[]): PinTone {
  return gravest.find((tone) => pins.some((pin) => pin.tone === tone)) ?? 'past'
}
