import type { PoolWindow } from './pool-cost.ts'

export interface Running {
  readonly fromMs: number
  readonly toMs: number
}

/** Milliseconds of the window in which at least one of these ran. */
export function busyMs(all: readonly Running[], window: PoolWindow): number {
  let busy = 0
  let reached = window.fromMs
  for (const { fromMs, toMs } of all.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const end = Math.min(toMs, window.toMs)
    if (end <= reached) continue
    busy += end - Math.max(reached, fromMs)
    reached = end
  }
  return busy
}
