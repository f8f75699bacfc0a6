const minute = 60_000

/** Long enough for the edges to be small beside it. */
const lengthMs = 6 * 60 * minute
/** What belongs to a window has come by then: exporters send every minute, and again when they fail. */
const settledMs = 10 * minute
const stepMs = 10 * minute

/** The latest window that is closed: it ended a while ago, and moves on in steps. */
export function closedWindow(nowMs: number): { from: number; to: number } {
  const to = Math.floor((nowMs - settledMs) / stepMs) * stepMs
  return { from: to - lengthMs, to }
}

export const reconcileEveryMs = stepMs
