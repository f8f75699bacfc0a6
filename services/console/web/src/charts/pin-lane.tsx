import { type FocusEvent, type KeyboardEvent, type ReactNode, useState } from 'react'
import { gravestFirst, mergeBands, type Pin, type PinBand, type PinGroup, type PinTone } from './pins.ts'
import { plotEndPixels } from './plot-options.ts'
import { narrowPixels, type PlotArea } from './plot-view.ts'

/** Room above the figures, in pixels; there also without pins, so that nothing moves when one appears. */
export const pinLanePixels = 26

const marks: Readonly<Record<PinTone, string>> = {
  bad: 'bg-bad text-panel border-bad',
  warn: 'bg-warn text-panel border-warn',
  past: 'bg-panel text-muted border-muted',
}
const tints: Readonly<Record<PinTone, string>> = { bad: 'bg-bad/10', warn: 'bg-warn/10', past: 'bg-muted/8' }
const strips: Readonly<Record<PinTone, string>> = { bad: 'bg-bad', warn: 'bg-warn', past: 'bg-muted/50' }
const lines: Readonly<Record<PinTone, string>> = { bad: 'bg-bad/50', warn: 'bg-warn/50', past: 'bg-muted/40' }

/** When each pin began and how long it went on, behind the figures. */
export function PinBands({ bands, area }: { bands: readonly PinBand[]; area: PlotArea }) {
  const top = area.top - 4
  return (
    <div aria-hidden="true" className="pointer-events-none">
      {mergeBands(bands).map(({ id, left, width, tone }) => (
        <div
          key={`${tone} ${id}`}
          className={`absolute -z-10 ${tints[tone]}`}
          style={{ left, width, top, height: area.height + 4 }}
        >
          <div className={`h-[3px] ${strips[tone]}`} />
        </div>
      ))}
      {bands.map(({ id, left, tone }) => (
        <div
          key={id}
          data-pin-band={id}
          className={`absolute -z-10 w-px ${lines[tone]}`}
          style={{ left, top, height: area.height + 4 }}
        />
      ))}
    </div>
  )
}

interface PinLaneProps {
  readonly label: string
  readonly groups: readonly PinGroup[]
  readonly bands: readonly PinBand[]
  readonly area: PlotArea
  readonly renderPin: (pin: Pin) => ReactNode
  readonly onOpen: (id: string) => void
}

/**
 * Marks above the chart, one tab stop: arrow keys go from one to the next. A mark of one pin opens it, one of several
 * lists them.
 */
export function PinLane({ label, groups, bands, area, renderPin, onOpen }: PinLaneProps) {
  const [pointed, setPointed] = useState<string | null>(null)
  const [listed, setListed] = useState<string | null>(null)
  const [stop, setStop] = useState(0)
  if (groups.length === 0) return null
  const current = Math.min(stop, groups.length - 1)
  const shown = groups.find((group) => keyOf(group) === (listed ?? pointed))

  function walk(event: KeyboardEvent<HTMLElement>): void {
    if (event.key === 'Escape') {
      setListed(null)
      setPointed(null)
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-pin]')]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    if (step === undefined || at < 0) return
    event.preventDefault()
    setListed(null)
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus()
  }

  function leave(event: FocusEvent<HTMLElement>): void {
    if (event.currentTarget.contains(event.relatedTarget)) return
    setListed(null)
    setPointed(null)
  }

  return (
    <div role="toolbar" aria-label={label} onKeyDown={walk} onBlur={leave} onPointerLeave={() => setPointed(null)}>
      {groups.map((group, index) => {
        const key = keyOf(group)
        const [only] = group.pins
        const several = group.pins.length > 1
        return (
          <button
            key={key}
            type="button"
            data-pin={group.tone}
            tabIndex={index === current ? 0 : -1}
            aria-label={
              several ? `${group.pins.length} alerts: ${group.pins.map((pin) => pin.label).join('; ')}` : only?.label
            }
            {...(several && { 'aria-expanded': listed === key })}
            onPointerEnter={() => setPointed(key)}
            onFocus={() => {
              setStop(index)
              setPointed(key)
            }}
            onClick={() => {
              if (!several) return onOpen(only?.id ?? '')
              setListed(listed === key ? null : key)
            }}
            className="absolute z-[5] flex size-6 -translate-x-1/2 cursor-pointer items-center justify-center rounded-full"
            style={{ left: group.x, top: area.top - pinLanePixels }}
          >
            <span
              className={`figures flex h-[18px] min-w-[18px] items-center justify-center rounded-full border px-1 text-[11px] leading-none font-semibold ${marks[group.tone]}`}
            >
              {several ? group.pins.length : '!'}
            </span>
          </button>
        )
      })}
      {shown &&
        bands
          .filter(({ id }) => shown.pins.some((pin) => pin.id === id))
          .map(({ id, left, width, tone }) => (
            <div
              key={id}
              className={`pointer-events-none absolute -z-10 ${tints[tone]}`}
              style={{ left, width, top: area.top, height: area.height }}
            />
          ))}
      {shown && (
        <div
          data-pin-tip=""
          className={`border-line bg-panel absolute z-20 w-max max-w-[min(22rem,100%)] rounded-md border text-xs shadow-lg ${listed === null ? 'pointer-events-none' : ''}`}
          style={{ top: area.top + 4, ...tipSide(shown.x, area) }}
        >
          {listed === null ? (
            <div className="space-y-2 px-3 py-2">
              {gravestFirst(shown.pins)
                .slice(0, mostTipped)
                .map((pin) => (
                  <div key={pin.id}>{renderPin(pin)}</div>
                ))}
              {shown.pins.length > mostTipped && (
                <p className="text-muted">and {shown.pins.length - mostTipped} more: press to see all</p>
              )}
            </div>
          ) : (
            <ul className="max-h-60 overflow-y-auto py-1">
              {gravestFirst(shown.pins).map((pin) => (
                <li key={pin.id}>
                  <button
                    type="button"
                    onClick={() => {
                      setListed(null)
                      onOpen(pin.id)
                    }}
                    className="hover:bg-hover block w-full cursor-pointer px-3 py-1.5 text-left -outline-offset-2"
                  >
                    {renderPin(pin)}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  )
}

const mostTipped = 3

/** A group is known by the first of its pins, so that it stays itself while others join. */
function keyOf(group: PinGroup): string {
  return group.pins[0]?.id ?? ''
}

/** Towards the side with more room; a narrow chart has none beside the mark. */
function tipSide(x: number, area: PlotArea): { left: number } | { right: number } {
  const toTheRight = x < area.left + area.width / 2
  if (area.width < narrowPixels) return toTheRight ? { left: 0 } : { right: 0 }
  return toTheRight ? { left: x - 12 } : { right: area.left + area.width + plotEndPixels - x - 12 }
}
