import type { DemoPosition } from './demo-position.ts'
import { planIncidents } from './traffic/incidents.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Longer than both incidents need with the quiet around them. */
export const lapseMs = 4.25 * hourMs
export const historyMs = 21 * dayMs
/** A demo that was away for longer does not show the time in between, it only fills it. */
const longestLapseMs = 6 * hourMs

export interface NewDemo {
  readonly nowMs: number
  readonly seed: number
  readonly withIncidents: boolean
}

/** A new demo: 21 days of history up to some hours ago, and what goes wrong in the hours since. */
export function planDemo({ nowMs, seed, withIncidents }: NewDemo): DemoPosition {
  const historyToMs = Math.floor((nowMs - lapseMs) / minuteMs) * minuteMs
  const startMs = historyToMs - historyMs
  return {
    version: 2,
    seed,
    incidents: withIncidents ? planIncidents(seed, historyToMs, historyToMs + lapseMs) : [],
    startMs,
    historyToMs,
    summed: false,
    leftOut: [],
    sentToMs: startMs,
    sent: 0,
  }
}

/**
 * The position to go on from. Within hours the time-lapse goes on where it was. Later the time in between becomes
 * history without incidents (what was going on ends where it stopped), of 21 days at most: older days are left out.
 */
export function resumedAt(position: DemoPosition, nowMs: number): DemoPosition {
  const { sentToMs, seed } = position
  const lapseFromMs = Math.max(sentToMs, position.historyToMs)
  if (nowMs - lapseFromMs <= longestLapseMs) return position
  const fillFromMs = Math.max(sentToMs, nowMs - historyMs)
  // Nobody has seen anything of the incidents yet: they move along.
  if (sentToMs < position.historyToMs) {
    const anew = planDemo({ nowMs, seed, withIncidents: position.incidents.length > 0 })
    return { ...position, incidents: anew.incidents, historyToMs: anew.historyToMs, ...skipped(position, fillFromMs) }
  }
  return {
    ...position,
    incidents: position.incidents
      .filter(({ fromMs }) => fromMs < sentToMs)
      .map((incident) => ({ ...incident, toMs: Math.min(incident.toMs, sentToMs) })),
    summed: true,
    historyToMs: nowMs,
    ...skipped(position, fillFromMs),
  }
}

function skipped({ leftOut, sentToMs }: DemoPosition, toMs: number): Pick<DemoPosition, 'leftOut' | 'sentToMs'> {
  if (toMs <= sentToMs) return { leftOut, sentToMs }
  return { leftOut: [...leftOut, { fromMs: sentToMs, toMs }], sentToMs: toMs }
}
