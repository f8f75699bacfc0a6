import type { ObservationWarning } from '@spanledger/schemas/codes'
import { aheadToleranceMs, judgeEventTime } from '@spanledger/schemas/events/event-time'
import { ok, reject } from '@spanledger/schemas/result'
import type { Judged } from './judged.ts'

/** What the ledger's unsigned 32-bit milliseconds hold: 49 days. */
const longestMs = 2 ** 32 - 1

export interface Start {
  /** Whole milliseconds. */
  readonly at: number
  readonly warning?: ObservationWarning
}

/** A span's start as the ledger can use it. A span without one starts when the door took it: that time never changes. */
export function settleStart(startMs: number | undefined, receivedAt: number): Judged<Start> {
  if (startMs === undefined) return ok({ at: receivedAt, warning: 'TIME_FROM_DOOR' })
  const at = Math.floor(startMs)
  if (!Number.isFinite(at)) return reject('TIME_INVALID', 'start time is not a time')
  const problem = judgeEventTime(at, receivedAt)
  if (problem === 'TIME_FUTURE') return reject(problem, 'start time is more than 24 hours ahead of its arrival')
  if (problem !== undefined) return reject(problem, 'start time is before 2020-01-01')
  return ok(isAhead(at, receivedAt) ? { at, warning: 'TIME_AHEAD' } : { at })
}

export function isAhead(at: number, receivedAt: number): boolean {
  return at > receivedAt + aheadToleranceMs
}

/** Whole milliseconds; absent when negative, absurd or no number at all. */
export function duration(ms: number | undefined): number | undefined {
  if (ms === undefined || !(ms >= 0 && ms <= longestMs)) return undefined
  return Math.round(ms)
}
